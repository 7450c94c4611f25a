# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what was read into what a group's pages show: words, addresses, days."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Count as Counted
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hedgerow.rooms.elections import forensics_desk
from hedgerow.rooms.elections.forms import RULE_TITLES
from hedgerow.rooms.elections.models import Contest, Election, ForensicsReport, Station
from hedgerow.rooms.elections.sheets import column_titles
from hedgerow.rooms.elections.tables import Refusal
from hedgerow.rooms.members.rows import leaf_links, moment
from hedgerow.rooms.members.selectors import Leaf
from hedgerow.rooms.members.sentences import sentence_of
from hedgerow.store.visit import Space

Row = dict[str, Any]
MOST_REFUSALS: Final = 50
_MINUTES_AN_HOUR: Final = 60


def language() -> str:
    """Return the reader's language."""
    return get_language() or "en"


def number(value: int) -> str:
    """Return a number with thousands set apart, as the reader writes it."""
    return number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)


def clock(minute: int) -> str:
    """Return a minute of the day as a time."""
    return f"{minute // 60:02}:{minute % 60:02}"


def offset(minutes: int) -> str:
    """Return how far clocks are from universal time."""
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def group_rows(space: Space, found: Iterable[Election]) -> list[Row]:
    """Return elections as lines of their group's list."""
    return [
        {
            "url": reverse("elections:setup", args=[space.id, one.address]),
            "title": one.title_in(language()),
            "day": one.day,
        }
        for one in found
    ]


def setup_rows(space: Space, election: Election) -> Row:
    """Return what of an election is there, for the group's page about it."""
    place = [space.id, election.address]
    stations = election.station_set.count()
    return {
        "election": election,
        "is_watched": any(one.name == election.address for one in space.watches()),
        "title": election.title_in(language()),
        "facts": _facts(election),
        "public_url": reverse("elections:election", args=[election.address]),
        "contests": [_contest_row(place, one) for one in _counted(election)],
        "districts": election.district_set.count(),
        "stations": stations,
        "stations_text": ngettext("%(count)s station", "%(count)s stations", stations)
        % {"count": number(stations)},
    }


def _counted(election: Election) -> Iterable[Contest]:
    """Return the contests of an election with how many figures hang on each."""
    found = election.contest_set.select_related("district").order_by("id")
    return found.annotate(
        officials=Counted("officialresult", distinct=True),
        sheets=Counted("releasedsheet", distinct=True),
    )


def _facts(election: Election) -> list[tuple[str, str]]:
    """Return when an election is and how sheets of it become public."""
    opens, closes = clock(election.opens_minute), clock(election.closes_minute)
    rules = [str(RULE_TITLES[one]) for one in election.rules]
    return [
        (_("Day"), date_format(election.day)),
        (_("Stations are open"), f"{opens}–{closes}, {offset(election.utc_offset_minutes)}"),
        (_("A sheet becomes public by itself when"), "; ".join(rules) or _("never: by hand alone")),
    ]


def _contest_row(place: Sequence[object], contest: Contest) -> Row:
    """Return a contest as the group's page shows it."""
    place = [*place, contest.key]
    options = ngettext("%(count)s option", "%(count)s options", len(contest.options))
    official = getattr(contest, "officials", 0)
    sheets = getattr(contest, "sheets", 0)
    where = str(contest.district) if contest.district else _("everywhere")
    return {
        "title": contest.title_in(language()),
        "note": " · ".join([where, options % {"count": len(contest.options)}]),
        "figures": _("Official figures: %(official)s. Released sheets: %(sheets)s.")
        % {"official": number(official), "sheets": number(sheets)},
        "edit_url": reverse("elections:edit-contest", args=place),
        "erase_url": reverse("elections:erase-contest", args=place),
        "candidates_url": reverse("elections:candidates", args=place),
        "official_url": reverse("elections:import-official", args=place),
        "has_official": bool(official),
        "forensics": _forensics(contest),
        "forensics_url": reverse("elections:make-forensics", args=place),
    }


def _forensics(contest: Contest) -> Row:
    """Return whether statistics are waited for, why there are none, and when they were made."""
    state = forensics_desk.state_of(contest)
    report = ForensicsReport.objects.filter(contest=contest).defer("archive").first()
    return {
        "is_waited_for": state is True,
        "refusal": "" if isinstance(state, bool) else sentence_of(state),
        "made": moment(report.hour * _MINUTES_AN_HOUR) if report is not None else None,
    }


def station_list(leaf: Leaf[Station]) -> Row:
    """Return one leaf of the list of stations, as a table."""
    return {
        "head": [_("Station"), _("Voters"), _("District"), _("Region"), _("Where it is")],
        "rows": [
            [
                one.name + (f" ({_('remote votes')})" if one.is_remote else ""),
                number(one.registered),
                one.district.title if one.district else "–",
                one.region or "–",
                one.place or "–",
            ]
            for one in leaf.rows
        ],
        "leaf": leaf_links(leaf),
    }


def refusal_rows(refused: Sequence[Refusal]) -> Row:
    """Return why lines of a file are refused, the first of them."""
    return {
        "head": [_("Line"), _("Column"), _("What is wrong")],
        "rows": [[one.line or "–", one.column or "–", one.why] for one in refused[:MOST_REFUSALS]],
        "total": len(refused),
        "more": max(0, len(refused) - MOST_REFUSALS),
    }


def official_titles(contest: Contest, station: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file of official results can tell, and what people read of it."""
    own = {name: station[name] for name in ("name", "region")}
    return own | column_titles(contest, language())
