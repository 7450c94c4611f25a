# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask an observer for the words, for figures, for what happened, and say plainly what is wrong."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from hedgerow.engines.tally.checks import Checked, check_sheets
from hedgerow.engines.tally.layout import MISSING, Layout
from hedgerow.rooms.elections.counts import CountField
from hedgerow.rooms.elections.incidents import Incidents, said
from hedgerow.rooms.members.fields import QUIET, TextField, words_field
from hedgerow.rooms.members.forms import RoomForm

if TYPE_CHECKING:
    from django.http import QueryDict

TEXT_BYTES: Final = 40_000
_WHO: Final = _("The headquarters of the observers can read this.")
_KEPT: Final = _("It is kept for some weeks after the election.")
_COUNTED: Final = _("The figure itself is counted and may be published; your name is not known.")


class PhotographsInput(forms.FileInput):
    """Let several photographs be chosen at once."""

    allow_multiple_selected = True


class PhotographsField(forms.FileField):
    """Take several files; the store has sealed them already."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files; an empty one is refused."""
        return [super(PhotographsField, self).clean(one, initial) for one in data or []]


def photographs_field() -> PhotographsField:
    """Make the field for photographs."""
    return PhotographsField(
        label=_("Photographs"),
        help_text=_(
            "Up to eight at once, 25 MB each. They are kept as they came, as evidence; only the"
            " headquarters sees them before faces and signatures are covered."
        ),
        required=False,
        error_messages={
            "empty": _("A photograph is empty. Please choose it again."),
            "invalid": _("Please choose the photographs again: the browser did not send them."),
        },
        widget=PhotographsInput(attrs={"accept": "image/*", **QUIET}),
    )


class WordsForm(RoomForm):
    """Ask for an observer's words."""

    submit_label = _("Go on")
    who = _("Nobody can read these words later, not even those who run this place.")
    kept = _("This phone remembers them, locked, until two days after the election.")

    words = words_field(
        _("The seven words of your card"),
        hint=_("Small or capital letters, commas or line breaks do not matter."),
    )


class LeaveForm(RoomForm):
    """Ask for nothing but a yes."""

    submit_label = _("Yes, forget")
    who = ""
    kept = ""


class ReportForm(RoomForm):
    """Be a report from a station; it knows for which one it was opened.

    Args:
        station: Row of the station where its author observes now, 0 for none.
    """

    submit_label = _("Send")
    who = _WHO
    kept = _KEPT

    station = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, station: int, **options: Any) -> None:
        """Begin at a station."""
        super().__init__(*args, **options)
        self._station = station
        self.initial["station"] = station

    def clean(self) -> dict[str, Any]:
        """Refuse what was typed for another station than that of now."""
        data = super().clean() or {}
        if data.get("station") != self._station:
            typed = cast("QueryDict", self.data).copy()
            typed["station"] = str(self._station)
            self.data = typed
            self.add_error(
                None,
                _(
                    "The headquarters has changed your station since you opened this form. Look at"
                    " the station above: send it again only if this is about that one."
                ),
            )
        return data


class PhotographedForm(ReportForm):
    """Be a report with photographs."""

    photographs = photographs_field()

    def refuse_file(self, sentence: str) -> None:
        """Say beside the photographs why one was not taken."""
        self.errors.pop("photographs", None)
        self.add_error("photographs", sentence)


class TurnoutForm(ReportForm):
    """Ask how many people had voted by an hour.

    Args:
        hours: At which turnout is asked for.
    """

    kept = _COUNTED

    hour = forms.TypedChoiceField(
        label=_("By which hour?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose an hour.")},
    )
    voted = CountField(
        label=_("How many people have voted since the opening?"),
        help_text=_("All of them so far, not only those of the last hour."),
    )

    def __init__(self, *args: Any, hours: Sequence[int], **options: Any) -> None:
        """Offer the hours of the election."""
        super().__init__(*args, **options)
        choices = [(str(hour), f"{hour}:00") for hour in hours]
        self.fields["hour"].choices = choices  # type: ignore[attr-defined]  # a field of choices


class EventForm(PhotographedForm):
    """Ask what happened.

    Args:
        listed: The list of what can happen.
        language: Of the reader.
    """

    category = forms.ChoiceField(
        label=_("Which of these is it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what it is about; “Something else” will do."),
            "invalid_choice": _("Please choose what it is about; “Something else” will do."),
        },
    )
    text = TextField(
        label=_("What did you see and hear yourself?"),
        help_text=_(
            "When, where, who said what, in your own words. Leave out names of voters; a function"
            " is enough for the others."
        ),
        limit=TEXT_BYTES,
        rows=6,
        empty=_("Please write a sentence or two."),
    )

    def __init__(self, *args: Any, listed: Incidents, language: str, **options: Any) -> None:
        """Offer the categories in the reader's language."""
        super().__init__(*args, **options)
        choices = [(one.id, said(one.title, language)) for one in listed.categories]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.order_fields(["category", "text", "photographs"])


#: A line of a sheet, of which each form has copies: to make one costs many times as much.
_LINE: Final = CountField(required=False)


class SheetForm(PhotographedForm):
    """Ask for every line of a results sheet in the order of the paper.

    Attributes:
        checked: What the checks say of it; None before it was typed whole.

    Args:
        layout: Lines and options.
        titles: What each column is called.
    """

    kept = _COUNTED

    paper = forms.BooleanField(
        label=_("I have compared it with the paper: the paper says so."),
        help_text=_("Then it is sent as it stands, and marked for the headquarters."),
        required=False,
    )

    def __init__(
        self, *args: Any, layout: Layout, titles: Mapping[str, str], **options: Any
    ) -> None:
        """Make a field for each column."""
        super().__init__(*args, **options)
        self.checked: Checked | None = None
        self._layout = layout
        for place, column in enumerate(layout.columns):
            field = copy(_LINE)
            field.label = titles[column]
            self.fields[f"c{place}"] = field

    def lines(self) -> list[BoundField]:
        """Return the fields of the lines that the form has, without the options."""
        return [self[f"c{place}"] for place in range(len(self._layout.form.lines))]

    def votes(self) -> list[BoundField]:
        """Return the fields of the options and all that follows them."""
        places = range(len(self._layout.form.lines), len(self._layout.columns))
        return [self[f"c{place}"] for place in places]

    def values(self) -> tuple[int, ...]:
        """Return what was typed in the order of the layout's columns."""
        typed = (self.cleaned_data.get(f"c{place}") for place in range(len(self._layout.columns)))
        return tuple(MISSING if one is None else one for one in typed)

    def clean(self) -> dict[str, Any]:
        """Refuse an empty sheet, and one that breaks a relation unless the paper says so."""
        data = super().clean() or {}
        if any(name.startswith("c") and name[1:].isdigit() for name in self.errors):
            return data
        values = self.values()
        if all(one == MISSING for one in values):
            self.add_error(None, _("Nothing is filled in yet. Please copy the sheet first."))
            return data
        self.checked = check_sheets(self._layout, np.array([values], np.int32))
        if bool(self.checked.broken_hard[0]) and not data.get("paper"):
            self.add_error(
                None,
                _(
                    "Some figures do not fit together; see below which. Correct them, or mark that"
                    " the paper says so."
                ),
            )
        return data
