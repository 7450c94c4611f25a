# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn a count into what its public page shows: votes, what they cover, what they cannot say."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hedgerow.rooms.elections import public_count
from hedgerow.rooms.elections.map_rows import map_of
from hedgerow.rooms.elections.models import Contest, Count, District, Election, ForensicsReport
from hedgerow.rooms.elections.public_count import DISTRICT, REGION, PartResult, Result
from hedgerow.rooms.elections.public_rows import Row, percent
from hedgerow.rooms.elections.rows import language, number
from hedgerow.rooms.members.rows import moment

_SHOWN_OPTIONS: Final = 3
_REASONS: Final = ("waiting", "broken", "conflicts", "incomplete", "held")


def links_of(election: Election, contest: Contest) -> Row:
    """Return where the page of a contest's count leads, and which of it there is."""
    place = [election.address, contest.key]
    has_official = contest.officialresult_set.exists()
    return {
        "comparison_url": reverse("elections:comparison", args=place),
        "remote_url": reverse("elections:remote", args=place),
        "files_url": reverse("elections:record", args=[election.address]),
        "has_official": has_official,
        "has_report": ForensicsReport.objects.filter(contest=contest).exists(),
        "report_url": reverse("elections:forensics", args=place),
        # Looking for remote votes reads every station, and is of use beside official figures alone.
        "has_remote": has_official and election.station_set.filter(is_remote=True).exists(),
    }


def counted_rows(contest: Contest, counted: Count | None) -> Row:
    """Return a count with all that belongs to it, or that there is none."""
    if counted is None:
        return {"is_counted": False}
    result = public_count.decode(counted.result)
    titles = contest.option_titles(language())
    leader = result.certain_leader
    return {
        "is_counted": True,
        "made": moment(counted.minute),
        "covered": _("%(counted)s of %(all)s")
        % {"counted": number(result.counted), "all": number(result.stations)},
        "voters": percent(_share(result.registered_counted, result.registered)),
        "head": [_("Option"), _("Votes seen"), _("Share"), _("At least"), _("At most")],
        "rows": [
            [
                titles.get(one.key, one.key),
                number(one.votes),
                percent(_share(one.votes, result.ballots)),
                percent(one.low),
                percent(one.high),
            ]
            for one in result.options
        ],
        "ballots": number(result.ballots),
        "invalid": number(result.ballots - result.valid),
        "leader": titles.get(leader, leader) if leader else "",
        "is_whole": result.counted == result.stations,
        "reasons": _reasons(result),
        "accepted": result.accepted,
        "unchecked": result.unchecked,
        "parts": [one for one in _parts(contest, result) if one["rows"]],
        "turnout_head": [_("Hour"), _("Have voted"), _("Stations"), _("Voters there")],
        "turnout": [
            [
                f"{one.hour:02}:00",
                percent(_share(one.voted, one.registered)),
                number(one.stations),
                number(one.registered),
            ]
            for one in result.turnout
        ],
    }


def _share(part: int, whole: int) -> float | None:
    """Return a share, None of nothing."""
    return part / whole if whole else None


def _reasons(result: Result) -> list[str]:
    """Say of which stations a sheet came that is not counted, and why."""
    said = {
        "waiting": ngettext(
            "%(count)s sheet waits to be made public",
            "%(count)s sheets wait to be made public",
            result.waiting,
        ),
        "broken": ngettext(
            "%(count)s sheet breaks a relation that must hold",
            "%(count)s sheets break a relation that must hold",
            result.broken,
        ),
        "conflicts": ngettext(
            "at %(count)s station observers differ",
            "at %(count)s stations observers differ",
            result.conflicts,
        ),
        "incomplete": ngettext(
            "%(count)s sheet lacks a figure",
            "%(count)s sheets lack a figure",
            result.incomplete,
        ),
        "held": ngettext(
            "%(count)s sheet was put aside by the headquarters",
            "%(count)s sheets were put aside by the headquarters",
            result.held,
        ),
    }
    counts = {name: getattr(result, name) for name in _REASONS}
    return [said[name] % {"count": number(counts[name])} for name in _REASONS if counts[name]]


def _parts(contest: Contest, result: Result) -> list[Row]:
    """Return regions and districts, each as a picture and a table."""
    districts = dict(
        District.objects.filter(election_id=contest.election_id).values_list("key", "title")
    )
    return [
        _part(contest, result, REGION, title=_("Regions"), names={}),
        _part(contest, result, DISTRICT, title=_("Districts"), names=districts),
    ]


def _part(
    contest: Contest,
    result: Result,
    kind: str,
    *,
    title: str,
    names: dict[str, str],
) -> Row:
    """Return one kind of parts: tiles darker for more voters covered, and the numbers."""
    parts = result.regions if kind == REGION else result.districts
    order = sorted(range(len(result.options)), key=lambda at: -result.options[at].votes)
    leading = order[:_SHOWN_OPTIONS]
    titles = contest.option_titles(language())
    called = [titles.get(result.options[at].key, "") for at in leading]
    named = {one.name: names.get(one.name, one.name) or _("(none)") for one in parts}
    covered = {one.name: _share(one.registered_counted, one.registered) or 0.0 for one in parts}
    caption = _("%(parts)s: share of voters whose stations are counted") % {"parts": title}
    drawn = map_of(
        contest.election, kind, title=caption, titles=named, shares=list(covered.values())
    )
    return {
        "title": title,
        "svg": drawn.svg,
        "caption": caption,
        "note": drawn.note,
        "head": [title, _("Stations"), _("Voters covered"), _("Ballots"), *called],
        "rows": [
            _part_row(one, drawn.labels[one.name], covered[one.name], leading) for one in parts
        ],
        "more": len(result.options) > _SHOWN_OPTIONS,
    }


def _part_row(part: PartResult, label: str, covered: float, leading: list[int]) -> list[Any]:
    """Return the numbers of one region or district."""
    return [
        label,
        f"{number(part.counted)} / {number(part.stations)}",
        percent(covered),
        number(part.ballots),
        *(percent(_share(part.votes[at], part.ballots)) for at in leading),
    ]
