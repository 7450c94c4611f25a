# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask the headquarters for cards, names, rulings and second entries."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.covering import CELLS
from hedgerow.rooms.elections.models import Station
from hedgerow.rooms.elections.rulings import MOST_CARDS
from hedgerow.rooms.members.fields import QUIET, LineField, TextField
from hedgerow.rooms.members.forms import RoomForm

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAME_BYTES: Final = 128
CONTACT_BYTES: Final = 300
REASON_BYTES: Final = 2_000
TEXT_BYTES: Final = 4_000
NAMES_BYTES: Final = 20_000
MOST_WEEKS: Final = 104
_HERE: Final = _("Everybody in this group can read this.")
_WITH_ELECTION: Final = _("It is kept until somebody erases it.")
FREE, NAMED, LOOSE = "free", "named", "loose"


class BeginForm(RoomForm):
    """Ask how long what observers report is kept."""

    submit_label = _("Let observers report")
    who = _("That observers may report is public; what they report is read by this group.")
    kept = _("Until the week that is chosen here; after that nobody can open it, not even you.")

    weeks = forms.IntegerField(
        label=_("How many weeks after the election are reports kept?"),
        help_text=_("Complaints and courts take time; half a year is 26 weeks."),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=26,
        widget=forms.NumberInput(attrs=dict(QUIET)),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Please write a number from 1 to 104."),
        ),
    )


class CardsForm(RoomForm):
    """Ask for which stations cards are to be made."""

    submit_label = _("Make the cards")
    who = _("The stations are public; the words on a card are read by whoever holds it.")
    kept = _("The words are shown once and kept nowhere.")

    which = forms.ChoiceField(
        label=_("Cards for which stations?"),
        choices=[
            (FREE, _("stations that have no card yet")),
            (NAMED, _("the stations named below")),
            (LOOSE, _("none yet: cards for people who are told later where to go")),
        ],
        initial=FREE,
        widget=forms.RadioSelect,
    )
    part = LineField(
        label=_("Only in this region or commission (optional)"),
        limit=NAME_BYTES,
        empty="",
        required=False,
    )
    names = TextField(
        label=_("Names of stations, one a line (optional)"),
        limit=NAMES_BYTES,
        rows=5,
        empty="",
        required=False,
    )
    count = forms.IntegerField(
        label=_("How many cards at most?"),
        help_text=_("At most 100 at once."),
        min_value=1,
        max_value=MOST_CARDS,
        initial=24,
        widget=forms.NumberInput(attrs=dict(QUIET)),
        error_messages={
            "required": _("Please write a number from 1 to 100."),
            "invalid": _("Please write a number from 1 to 100."),
            "min_value": _("Please write a number from 1 to 100."),
            "max_value": _("Please write a number from 1 to 100."),
        },
    )

    def __init__(self, *args: Any, taken: set[int], stations: Any, **options: Any) -> None:
        """Know which stations there are, and which have a card."""
        super().__init__(*args, **options)
        self._taken = taken
        self._stations = stations

    def chosen(self) -> list[int]:
        """Return the rows of the stations to make cards for; 0 for a card without one."""
        data = self.cleaned_data
        found: list[int] = data["stations"]
        return found[: data["count"]]

    def clean(self) -> dict[str, Any]:
        """Find the stations."""
        data = super().clean() or {}
        if {"which", "count", "names", "part"} <= set(data):
            data["stations"] = self._found(data)
        return data

    def _found(self, data: dict[str, Any]) -> list[int]:
        """Return the stations that were asked for.

        Raises:
            ValidationError: One of them is unknown, or there is none.
        """
        if data["which"] == LOOSE:
            return [0] * int(data["count"])
        stations = self._stations
        if data["part"]:
            part = data["part"]
            stations = stations.filter(region=part) | stations.filter(commission=part)
        if data["which"] == NAMED:
            return self._named(stations, data["names"])
        ids = stations.order_by("id").values_list("id", flat=True)
        found = [one for one in ids if one not in self._taken]
        if not found:
            raise ValidationError(
                _("Every station here has a card already. Name stations to make more.")
            )
        return found

    def _named(self, stations: Any, text: str) -> list[int]:
        """Return the stations of some names.

        Raises:
            ValidationError: There is none of a name.
        """
        names = [line.strip() for line in text.splitlines() if line.strip()]
        if not names:
            raise ValidationError({"names": _("Please name at least one station.")})
        known = dict(stations.filter(name__in=set(names)).values_list("name", "id"))
        for name in names:
            if name not in known:
                said = _("There is no station “%(name)s”.") % {"name": name}
                raise ValidationError({"names": said})
        return [known[name] for name in names]


class ObserverForm(RoomForm):
    """Ask who holds a card."""

    who = _HERE
    kept = _WITH_ELECTION

    name = LineField(
        label=_("Who holds this card?"),
        help_text=_("A name that the group understands; it need not be the one in the passport."),
        limit=NAME_BYTES,
        empty=_("Please write a name."),
    )
    contact = LineField(
        label=_("How is this person reached? (optional)"),
        limit=CONTACT_BYTES,
        empty="",
        required=False,
    )
    note = TextField(
        label=_("Training, a way home, what to know (optional)"),
        limit=TEXT_BYTES,
        rows=3,
        empty="",
        required=False,
    )
    is_trained = forms.BooleanField(label=_("has been through the training"), required=False)


class PlaceForm(RoomForm):
    """Ask where somebody is to observe from now on."""

    submit_label = _("Send there")
    who = _("Where a card reports is read by the running server; who holds it, by this group.")
    kept = _("As long as the election's reports.")

    station = LineField(
        label=_("Name of the station"),
        limit=NAME_BYTES,
        empty=_("Please write the name of a station."),
    )

    def __init__(self, *args: Any, stations: Any, **options: Any) -> None:
        """Know which stations there are."""
        super().__init__(*args, **options)
        self._stations = stations

    def clean_station(self) -> Station:
        """Find the station."""
        name = self.cleaned_data["station"]
        found: Station | None = self._stations.filter(name=name).first()
        if found is None:
            raise ValidationError(_("There is no station “%(name)s”.") % {"name": name})
        return found


class CoverForm(PlaceForm):
    """Ask which cells of a photograph are covered before everybody sees it."""

    submit_label = _("Look at it covered")
    who = _("Everybody in the world can see what is left uncovered.")
    kept = _("Until this group takes it back; whoever saved it has it.")

    cells = forms.MultipleChoiceField(
        label=_("Cells to cover"),
        choices=[(name, name) for name in CELLS],
        required=False,
        error_messages={"invalid_choice": _("There is no such cell.")},
    )
    is_covered = forms.BooleanField(
        label=_("I have looked: no face, no signature and no name of a person can be seen."),
        required=False,
    )


class WriteForm(RoomForm):
    """Ask for a message to an observer."""

    submit_label = _("Send")
    who = _("Whoever holds this card can read this, and everybody in this group.")
    kept = _("As long as the election's reports.")

    text = TextField(
        label=_("Message"), limit=TEXT_BYTES, rows=4, empty=_("Please write something first.")
    )


class ReasonedForm(RoomForm):
    """Ask for the reason of an act, below what is asked about the act itself."""

    kept = _WITH_ELECTION
    field_order = ("act", "reason")

    reason = TextField(
        label=_("Why?"),
        help_text=_("It stays in this group. One sentence is enough."),
        limit=REASON_BYTES,
        rows=2,
        empty=_("Please say why, so that the others understand it later."),
    )


def _acts(
    label: "StrOrPromise", *, help_text: "StrOrPromise" = "", **acts: "StrOrPromise"
) -> forms.ChoiceField:
    """Make the field that asks for one of some acts; an underscore in a name is a hyphen."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=[(name.replace("_", "-"), said) for name, said in acts.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )


class HoldForm(ReasonedForm):
    """Ask how much of what a card reports is held back, and why."""

    who = _HERE

    act = _acts(
        _("What of this card's reports is counted?"),
        let=_("everything"),
        hold_votes=_("everything but the votes"),
        hold=_("nothing"),
        help_text=_(
            "As long as something is held back, no photograph of this card is shown: what everybody"
            " sees of them is taken back now."
        ),
    )


class ShowForm(ReasonedForm):
    """Ask whether a sheet is shown to everybody, and why."""

    who = _("Whether the sheet is shown is public; the reason is read by this group alone.")

    act = _acts(
        _("Who may see this sheet?"),
        rule=_("as the election's rule says"),
        show=_("everybody, now"),
        withhold=_("only this group"),
    )


class AcceptForm(ReasonedForm):
    """Ask whether a sheet counts although its numbers do not add up."""

    who = _("That the sheet counts is public; the reason is read by this group alone.")

    act = _acts(
        _("The numbers of this sheet do not add up. Does it count?"),
        refuse=_("no, until it is put right"),
        accept=_("yes: the paper itself says so"),
    )


class RulingForm(ReasonedForm):
    """Ask what each figure is on which observers differ, and why."""

    submit_label = _("Rule")
    who = _("The numbers are counted; the reason is read by this group alone.")

    def __init__(
        self,
        *args: Any,
        columns: Sequence[tuple[str, str, Sequence[int]]],
        **options: Any,
    ) -> None:
        """Offer what was said of each column, another number, or that it cannot be known."""
        super().__init__(*args, **options)
        self._columns = [column for column, _, _ in columns]
        for number, (_column, title, said) in enumerate(columns):
            choices = [("", _("leave it open")), *((str(one), str(one)) for one in said)]
            self.fields[f"figure_{number}"] = forms.ChoiceField(
                label=title,
                choices=[*choices, ("?", _("it cannot be known"))],
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )
        self.order_fields([*(f"figure_{n}" for n in range(len(columns))), "reason"])

    def clean(self) -> dict[str, Any]:
        """Refuse a ruling on nothing, so that no reason is typed for nothing."""
        data = super().clean() or {}
        if not any(data.get(f"figure_{number}") for number in range(len(self._columns))):
            raise ValidationError(_("Please rule on at least one number, or go back."))
        return data

    def ruled(self) -> list[tuple[str, int | None]]:
        """Return what was ruled: column and number, None where it cannot be known."""
        found: list[tuple[str, int | None]] = []
        for number, column in enumerate(self._columns):
            chosen = self.cleaned_data[f"figure_{number}"]
            if chosen:
                found.append((column, None if chosen == "?" else int(chosen)))
        return found
