# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask a coordinator what an election is: when, what is voted on, where."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections import selectors
from hedgerow.rooms.elections.fields import (
    HoursField,
    KeyField,
    OffsetField,
    clock_field,
    day_field,
    in_languages,
    is_key,
    line,
    lines_of,
    said,
    text,
)
from hedgerow.rooms.elections.models import (
    ADDRESS_LENGTH,
    HARD,
    SECOND,
    TWO,
    Contest,
    District,
    Election,
)
from hedgerow.rooms.elections.sheets import form_named, form_names
from hedgerow.rooms.intake.models import LetterBox
from hedgerow.rooms.members.fields import TextField
from hedgerow.rooms.members.forms import ConfirmForm, RoomForm

TITLE_BYTES: Final = 160
ABOUT_BYTES: Final = 20_000
OPTIONS_BYTES: Final = 12_000
MOST_OPTIONS: Final = 60
#: What may stand in an address where a contest's short name stands.
RESERVED: Final = frozenset({"stations", "record", "report", "new"})
#: What may stand in an address where an election's address stands.
RESERVED_ADDRESSES: Final = frozenset({"new"})
RULE_TITLES: Final = {
    HARD: _("every relation that must hold on a true sheet holds"),
    TWO: _("two observers of the station sent the same figures"),
    SECOND: _("a second person has typed the figures from the photograph"),
}
_EVERYBODY: Final = _("Everybody can read this once the election has its public page.")
_UNTIL_CHANGED: Final = _("It is kept until a coordinator changes it.")


class PublicForm(RoomForm):
    """Be a form whose answers everybody will read."""

    who = _EVERYBODY
    kept = _UNTIL_CHANGED


class ElectionForm(PublicForm):
    """Ask for everything of an election but its address."""

    day = day_field(_("Day of the election"))
    opens = clock_field(_("Stations open at"), initial=8 * 60)
    closes = clock_field(_("Stations close at"), initial=20 * 60)
    utc_offset = OffsetField(
        label=_("The clock there, from universal time"),
        help_text=_("Moscow: +03:00. Kyiv: +02:00 in winter, +03:00 in summer."),
        limit=ADDRESS_LENGTH,
        empty=_("Please write it like this: +03:00."),
        initial=180,
    )
    hours = HoursField(
        label=_("Hours at which observers tell how many have voted"),
        limit=TITLE_BYTES,
        empty="",
        required=False,
        initial=[10, 12, 15, 18, 20],
    )
    rules = forms.MultipleChoiceField(
        label=_("A sheet becomes public by itself when"),
        help_text=_("Everything that is ticked must be so. With nothing ticked, by hand alone."),
        choices=list(RULE_TITLES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    letter_box = forms.ChoiceField(
        label=_("Where people write who want to observe"),
        help_text=_(
            "One of the letter-boxes of this group; the page of the election leads to it. Then"
            " everybody sees that both belong together."
        ),
        required=False,
    )
    is_shown = forms.BooleanField(
        label=_("Everybody can see the page of this election"), required=False
    )

    def __init__(self, *args: Any, boxes: Iterable[LetterBox] = (), **options: Any) -> None:
        """Add title and description in each language of this place, and offer letter-boxes."""
        super().__init__(*args, **options)
        spoken_here = get_language() or "en"
        offered = [(one.address, one.text_in(spoken_here).title) for one in boxes]
        chosen: Any = self.fields["letter_box"]
        chosen.choices = [("", _("nowhere")), *offered]
        own = list(self.fields)
        hint = _("# makes a heading, - a list, **two stars** strong words.")
        self.fields |= in_languages("title", line(TITLE_BYTES), _("What is elected"))
        self.fields |= in_languages("about", text(ABOUT_BYTES, 5, hint), _("What to know about it"))
        named = [name for name in own if name == "address"]
        spoken = [
            f"{name}_{code}" for code, _l in settings.LANGUAGES for name in ("title", "about")
        ]
        self.order_fields([*named, *spoken, *own])

    def clean(self) -> dict[str, Any]:
        """Refuse an election in no language, and one that closes before it opens."""
        data = super().clean() or {}
        titles, abouts = said(data, "title"), said(data, "about")
        for code in abouts.keys() - titles.keys():
            self.add_error(f"title_{code}", _("A title is needed in this language, too."))
        if not titles and not self.errors:
            self.add_error(None, _("Please write a title in one language at least."))
        if data.get("opens", 0) >= data.get("closes", 1):
            self.add_error("closes", _("Stations close after they open."))
        data["texts"] = {
            code: {"title": title, "about": abouts.get(code, "")} for code, title in titles.items()
        }
        return data

    @staticmethod
    def initial_of(election: Election) -> dict[str, object]:
        """Return an election as this form shows it."""
        shown: dict[str, object] = {
            "day": election.day,
            "opens": election.opens_minute,
            "closes": election.closes_minute,
            "utc_offset": election.utc_offset_minutes,
            "hours": election.hours,
            "rules": election.rules,
            "letter_box": election.letter_box,
            "is_shown": election.is_shown,
        }
        for code, said_there in election.texts.items():
            shown |= {f"title_{code}": said_there["title"], f"about_{code}": said_there["about"]}
        return shown


class NewElectionForm(ElectionForm):
    """Ask for an election with its address."""

    submit_label = _("Set the election up")

    address = KeyField(
        label=_("Address"),
        help_text=_(
            "Short, in small Latin letters, figures and hyphens: it stands behind /elections/ and "
            "cannot be changed."
        ),
        limit=ADDRESS_LENGTH,
        empty=_("Please choose an address."),
    )

    def clean_address(self) -> str:
        """Refuse an address that is given."""
        address: str = self.cleaned_data["address"]
        if address in RESERVED_ADDRESSES or selectors.is_taken(address):
            raise ValidationError(_("This address is taken. Please choose another one."))
        return address


class ContestForm(PublicForm):
    """Ask for one ballot paper: what it is called, which sheet counts it, who stands on it."""

    form = forms.ChoiceField(label=_("Form of the results sheet"))
    district = forms.ChoiceField(label=_("Where it is held"), required=False)
    keys = TextField(
        label=_("Short names of the options"),
        help_text=_("One in each line, for tables and files. Left empty, options are numbered."),
        limit=OPTIONS_BYTES,
        rows=4,
        empty="",
        required=False,
    )

    def __init__(self, *args: Any, districts: Iterable[District] = (), **options: Any) -> None:
        """Offer the forms there are and the districts of the election."""
        super().__init__(*args, **options)
        spoken = get_language() or "en"
        titles = {name: form_named(name).title for name in form_names()}
        choices = [(name, title.get(spoken, title["en"])) for name, title in titles.items()]
        self._choose("form", choices)
        self._choose(
            "district",
            [("", _("everywhere")), *((one.key, f"{one.key} · {one.title}") for one in districts)],
        )
        hint = _("One in each line, in the order of the ballot paper.")
        self.fields |= in_languages("title", line(TITLE_BYTES), _("What is voted on"))
        self.fields |= in_languages("options", text(OPTIONS_BYTES, 5, hint), _("Options"))
        own = [name for name in self.fields if name == "key"]
        spoken_fields = [
            f"{name}_{code}" for code, _l in settings.LANGUAGES for name in ("title", "options")
        ]
        self.order_fields([*own, *spoken_fields, "keys", "form", "district"])

    def _choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Give a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # nosec -- declared above
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Refuse languages with unlike options, and short names that do not fit."""
        data = super().clean() or {}
        titles = said(data, "title")
        lists = {code: lines_of(typed) for code, typed in said(data, "options").items()}
        if not titles and not self.errors:
            self.add_error(None, _("Please write a title in one language at least."))
        size = len(next(iter(lists.values()), []))
        for code, names in lists.items():
            if len(names) != size:
                self.add_error(f"options_{code}", _("As many options as in the other languages."))
        if not 1 < size <= MOST_OPTIONS and not self.errors:
            self.add_error(
                None,
                ValidationError(
                    _("A ballot paper has from two to %(most)s options."),
                    params={"most": MOST_OPTIONS},
                ),
            )
        keys = self._keys(size)
        data["titles"] = titles
        data["choices"] = [
            {"key": key, "titles": {code: names[at] for code, names in lists.items()}}
            for at, key in enumerate(keys)
            if not self.errors
        ]
        return data

    def _keys(self, size: int) -> list[str]:
        """Return the short names of the options, numbers where none were typed."""
        keys = [one.lower() for one in lines_of(self.cleaned_data.get("keys", ""))]
        keys = keys or [str(number) for number in range(1, size + 1)]
        if len(keys) != size or len(set(keys)) < size:
            self.add_error("keys", _("One for each option, and each once."))
        elif not all(map(is_key, keys)):
            self.add_error("keys", _("Only small Latin letters, figures and hyphens, please."))
        return keys

    @staticmethod
    def initial_of(contest: Contest) -> dict[str, object]:
        """Return a contest as this form shows it."""
        shown: dict[str, object] = {
            "form": contest.form,
            "district": contest.district.key if contest.district else "",
            "keys": "\n".join(contest.option_keys),
        }
        for code, _language in settings.LANGUAGES:
            names = [one["titles"].get(code, "") for one in contest.options]
            shown[f"title_{code}"] = contest.titles.get(code, "")
            shown[f"options_{code}"] = "\n".join(names) if all(names) else ""
        return shown


class NewContestForm(ContestForm):
    """Ask for a contest with its short name."""

    submit_label = _("Add it")

    key = KeyField(
        label=_("Short name"),
        help_text=_("Small Latin letters, figures and hyphens, such as mayor; it stays."),
        limit=ADDRESS_LENGTH,
        empty=_("Please choose a short name."),
    )

    def __init__(self, *args: Any, taken: Iterable[str] = (), **options: Any) -> None:
        """Remember which names are taken."""
        super().__init__(*args, **options)
        self._taken = set(taken)

    def clean_key(self) -> str:
        """Refuse a name that another contest of the election has."""
        key: str = self.cleaned_data["key"]
        if key in RESERVED:
            raise ValidationError(_("This short name means something else. Please choose another."))
        if key in self._taken:
            raise ValidationError(_("Another one has this short name. Please choose another."))
        return key


class EraseForm(ConfirmForm):
    """Ask for nothing but a yes, before something is gone for good."""

    who = _("Everybody sees that it is gone.")
