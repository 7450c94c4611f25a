# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what the headquarters reads into what its templates show."""

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from hedgerow.engines.tally.layout import MISSING
from hedgerow.rooms.elections import headquarters as seen
from hedgerow.rooms.elections.headquarters import Headquarters, ToDo, Voice
from hedgerow.rooms.elections.live import ContestSide
from hedgerow.rooms.elections.models import Contest, Station
from hedgerow.rooms.elections.records import Reason
from hedgerow.rooms.elections.report_titles import report_title
from hedgerow.rooms.elections.rows import language
from hedgerow.rooms.elections.sheets import column_titles
from hedgerow.rooms.intake.rows import plain_html
from hedgerow.rooms.members.rows import moment, size_text
from hedgerow.store.visit import Record
from hedgerow.store.watching import ObserverSide

Row = dict[str, Any]
NOTHING: Final = "–"
NEWEST_EVENTS: Final = 8
#: Why somebody should look at a sheet.
WHYS: Final = {
    seen.CONFLICT: gettext_lazy("observers differ"),
    seen.BROKEN: gettext_lazy("the numbers do not add up"),
    seen.LACKING: gettext_lazy("a number lacks"),
    seen.HELD: gettext_lazy("held back"),
    seen.ODD: gettext_lazy("unusual numbers"),
    seen.UNCHECKED: gettext_lazy("to be entered once more from the photograph"),
}
#: What becomes of a sheet, by its place in the engine's STANDINGS.
STANDINGS: Final = (
    pgettext_lazy("sheet", "no sheet yet"),
    pgettext_lazy("sheet", "held back"),
    pgettext_lazy("sheet", "observers differ"),
    pgettext_lazy("sheet", "a number lacks"),
    pgettext_lazy("sheet", "the numbers do not add up"),
    pgettext_lazy("sheet", "accepted as it is"),
    pgettext_lazy("sheet", "counts"),
)
PRIORITIES: Final = {
    1: pgettext_lazy("priority", "urgent"),
    2: pgettext_lazy("priority", "soon"),
    3: pgettext_lazy("priority", "when there is time"),
}
ACTS: Final = {
    "figure": gettext_lazy("ruled a number"),
    "accept": gettext_lazy("let it count as it is"),
    "refuse": gettext_lazy("did not let it count"),
    "show": gettext_lazy("showed it to everybody"),
    "withhold": gettext_lazy("kept it in the group"),
    "rule": gettext_lazy("left it to the rule"),
    "hold": gettext_lazy("held everything back"),
    "hold-votes": gettext_lazy("held the votes back"),
    "let": gettext_lazy("let everything count"),
    "second": gettext_lazy("typed the sheet from its photograph"),
    "looked": gettext_lazy("looked at what was sent"),
    "photograph": gettext_lazy("showed a photograph to everybody"),
    "photograph-back": gettext_lazy("took a photograph back"),
}


def address(name: str, headquarters: Headquarters, **more: object) -> str:
    """Return the address of one of the headquarters' pages."""
    of = {"space": headquarters.space.id, "address": headquarters.election.address}
    return reverse(f"elections:{name}", kwargs={**of, **more})


def tabs(headquarters: Headquarters, here: str) -> list[tuple[str, str, bool]]:
    """Return the headquarters' pages."""
    labels = (
        ("watch", _("Now")),
        ("codes", _("Observers")),
        ("shifts", _("Shifts")),
        ("silent", _("Not heard of")),
        ("coverage", _("Coverage")),
    )
    return [(label, address(name, headquarters), name == here) for name, label in labels]


def number_rows(headquarters: Headquarters) -> list[Row]:
    """Return the numbers of each contest, as terms and meanings."""
    return [
        {
            "title": one.contest.title_in(language()),
            "rows": [
                (_("Sheets"), f"{one.heard} / {one.stations}"),
                (_("Counted"), one.counted),
                (_("Shown to everybody"), one.shown),
                (_("Observers differ"), one.conflicts),
                (_("The numbers do not add up"), one.broken),
            ],
        }
        for one in seen.numbers(headquarters)
    ]


def to_do_rows(headquarters: Headquarters, some: Sequence[ToDo]) -> list[Row]:
    """Return the sheets that wait for somebody."""
    names = seen.names_of(one.station for one in some)
    return [
        {
            "url": _to_do_url(headquarters, one),
            "title": names.get(one.station, NOTHING),
            "note": f"{WHYS[one.why]} · {one.contest.title_in(language())}",
        }
        for one in some
    ]


def _to_do_url(headquarters: Headquarters, one: ToDo) -> str:
    """Return where something is done: a sheet that is typed again is not looked at before."""
    if one.why == seen.UNCHECKED and headquarters.space.can_write:
        return address("second", headquarters, station=one.station, contest=one.contest.key)
    return address("watched-station", headquarters, station=one.station)


def event_rows(headquarters: Headquarters) -> list[Row]:
    """Return the newest of what happened, the urgent first."""
    if headquarters.live is None:
        return []
    newest = headquarters.live.events[-NEWEST_EVENTS:].tolist()
    names = seen.names_of(station for _, _, _, station, _ in newest)
    chosen = sorted(newest, key=lambda one: (one[4] or max(PRIORITIES), -one[2]))
    return [
        {
            "url": f"{address('code', headquarters, code=code)}#m{version}",
            "title": names.get(station, "") or _("Card %(number)s") % {"number": code},
            "note": headquarters.name_of(code),
            "tag": str(PRIORITIES[1]) if priority == 1 else "",
            "day": moment(minute),
        }
        for code, version, minute, station, priority in chosen
    ]


def code_rows(headquarters: Headquarters, some: Sequence[tuple[int, ...]]) -> list[Row]:
    """Return codes as lines: code, station, minute, sheets, turnouts, events, held."""
    names = seen.names_of(row[1] for row in some)
    found: list[Row] = []
    for code, station, minute, sheets, turnouts, events, held in some:
        said = ngettext("%(count)s report", "%(count)s reports", sheets + turnouts + events)
        notes = [
            headquarters.name_of(code) or _("nobody is named"),
            names.get(station, _("no station yet")),
            said % {"count": sheets + turnouts + events},
        ]
        found.append(
            {
                "url": address("code", headquarters, code=code),
                "title": _("Card %(number)s") % {"number": code},
                "note": " · ".join(notes),
                "tag": _("held back") if held else "",
                "day": moment(minute) if minute else None,
            }
        )
    return found


def silent_rows(headquarters: Headquarters, some: Sequence[tuple[int, Sequence[int]]]) -> list[Row]:
    """Return stations from which nothing came, with who is there."""
    names = seen.names_of(station for station, _ in some)
    return [
        {
            "url": address("code", headquarters, code=codes[0]),
            "title": names.get(station, _("no station yet")),
            "note": ", ".join(
                headquarters.name_of(code) or _("Card %(number)s") % {"number": code}
                for code in codes
            ),
        }
        for station, codes in some
    ]


def number(value: int) -> str:
    """Return a number of a sheet, or a dash where nothing was said."""
    return NOTHING if value == MISSING else str(value)


def sheet_table(
    headquarters: Headquarters, contest: Contest, side: ContestSide, station: Station
) -> Row:
    """Return all that was said of a station's sheet, column by column."""
    at = side.place_of(station.pk)
    found = seen.voices(side, station.pk)
    heads = [_("Line"), *(_head(headquarters, one) for one in found), _("Counted")]
    titles = list(column_titles(contest, language()).values())
    counted = side.values[at].tolist() if at is not None else [MISSING] * len(titles)
    rows = [
        [title, *(number(one.values[place]) for one in found), number(counted[place])]
        for place, title in enumerate(titles)
    ]
    return {"head": heads, "rows": rows, "voices": found}


def _head(headquarters: Headquarters, voice: Voice) -> str:
    """Return who said something: a name, a card, or the second entry."""
    if not voice.code:
        return _("Entered here")
    name = headquarters.name_of(voice.code)
    return name or _("Card %(number)s") % {"number": voice.code}


def comparison_table(
    headquarters: Headquarters, contest: Contest, station: Station, *, values: Sequence[int]
) -> Row:
    """Return what was typed from a photograph beside what was sent, lines that differ first."""
    side = headquarters.side(contest)
    sent = [one for one in seen.voices(side, station.pk) if one.code] if side else []
    titles = list(column_titles(contest, language()).values())
    differing = [
        place
        for place, typed in enumerate(values)
        if any(one.values[place] != typed for one in sent)
    ]
    same = [place for place in range(len(titles)) if place not in differing]
    return {
        "head": [_("Line"), _("Typed by you"), *(_head(headquarters, one) for one in sent)],
        "rows": [
            [titles[place], number(values[place]), *(number(one.values[place]) for one in sent)]
            for place in (*differing, *same)
        ],
        "differing": len(differing),
    }


def reason_rows(headquarters: Headquarters, records: Sequence[Record[Reason]]) -> list[Row]:
    """Return what was done, by whom and why."""
    titles = {one.key: one.title_in(language()) for one in headquarters.contests}
    return [
        {
            "who": one.entry.author_name,
            "moment": moment(one.entry.made),
            "act": ACTS[one.value.act],
            "detail": titles.get(one.value.detail, one.value.detail),
            "text": one.value.text,
        }
        for one in records
    ]


def differing(
    contest: Contest, side: ContestSide, station: Station
) -> list[tuple[str, str, list[int]]]:
    """Return the columns on which observers differ: name, title, and what was said."""
    at = side.place_of(station.pk)
    if at is None:
        return []
    titles = column_titles(contest, language())
    said = seen.voices(side, station.pk)
    found: list[tuple[str, str, list[int]]] = []
    for place, (column, title) in enumerate(titles.items()):
        if side.conflicts[at, place]:
            numbers = {one.values[place] for one in said} - {MISSING}
            found.append((column, title, sorted(numbers)))
    return found


def message_rows(headquarters: Headquarters, side: ObserverSide) -> list[Row]:
    """Return what was written by a card's holder and to them, the newest first."""
    holder = headquarters.name_of(side.number) or _("Observer")
    found: list[Row] = []
    for letter in reversed(side.messages()):
        of = {"code": side.number, "number": letter.number}
        who = holder if letter.side == "stranger" else _("Headquarters")
        about = report_title(letter.value, headquarters.contests)
        found.append(
            {
                "number": letter.number,
                "who": f"{who} · {about}" if about else who,
                "moment": moment(letter.minute) if letter.minute else None,
                "html": plain_html(letter.value.search_text()) if letter.value else "",
                "is_damaged": letter.is_damaged,
                "pictures": [
                    {
                        "url": address("picture", headquarters, **of, index=index),
                        "original_url": address("original", headquarters, **of, index=index),
                        "publish_url": address("publish", headquarters, **of, index=index),
                        "size": size_text(file.length),
                    }
                    for index, file in enumerate(letter.files)
                ],
            }
        )
    return found


def picture_rows(headquarters: Headquarters, station: Station) -> list[Row]:
    """Return the photographs that came from a station, the newest first."""
    found: list[Row] = []
    for code in headquarters.codes_at.get(station.pk, []):
        side = headquarters.space.observer(headquarters.election.address, code)
        for row in message_rows(headquarters, side):
            found += row["pictures"]
    return found
