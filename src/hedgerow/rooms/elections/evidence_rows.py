# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn comparisons into what everybody's pages show, with what they do not say."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from hedgerow.engines.tally.remote import District
from hedgerow.rooms.elections import selectors
from hedgerow.rooms.elections.evidence import (
    SEED,
    Differences,
    differences_of,
    evidence_of,
    kept,
    paper_leader,
    remote_of,
)
from hedgerow.rooms.elections.files import MAPPING, files_of, made_at
from hedgerow.rooms.elections.map_rows import PartMap, map_of
from hedgerow.rooms.elections.models import Contest, Election, ForensicsReport
from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.public_rows import Row, around, between, percent, points, signed
from hedgerow.rooms.elections.rows import language, number
from hedgerow.rooms.elections.sheets import column_titles
from hedgerow.rooms.members.rows import moment

MOST_ROWS: Final = 50


def _above(election: Election, contest: Contest) -> Row:
    """Return what the pages below a contest share."""
    shown = around(election)
    paper = contest.title_in(language())
    url = reverse("elections:contest", args=[election.address, contest.key])
    return {**shown, "up": [*shown["up"], (paper, url)], "contest": contest, "paper": paper}


def comparison_page(election: Election, contest: Contest) -> Row:
    """Return what the comparison of released sheets with official results shows."""
    shown = _above(election, contest)
    found = kept("comparison", contest, lambda: differences_of(contest))
    if not found.comparison.stations:
        return {**shown, "is_bare": True}
    compared = found.comparison
    facts = [
        (_("Stations compared"), number(compared.stations)),
        (_("Alike in every figure"), number(compared.alike)),
        (_("Different"), number(len(compared.differing))),
    ]
    tables = (_sums(found, contest), _figures(found, contest), _stations(found, election, contest))
    judged = (_bias(found, contest), _bounds(found, contest))
    return {
        **shown,
        "read": moment(found.evidence.minute),
        "facts": facts,
        "tables": [one for one in tables if one["rows"]],
        "judged": judged,
        "more": max(0, len(compared.differing) - MOST_ROWS),
    }


def _sums(found: Differences, contest: Contest) -> Row:
    """Return votes by the sheets and officially, at the same stations."""
    titles = list(contest.option_titles(language()).values())
    (ours, theirs), (left, right) = found.sums.tolist(), found.ballots.tolist()
    return {
        "caption": _("The same stations, by observers’ sheets and officially"),
        "head": [_("Option"), _("Observers’ sheets"), "%", _("Official"), "%", _("Difference")],
        "rows": [
            [
                title,
                *(number(ours[at]), percent(ours[at] / left if left else None)),
                *(number(theirs[at]), percent(theirs[at] / right if right else None)),
                signed(theirs[at] - ours[at]),
            ]
            for at, title in enumerate(titles)
        ],
    }


def _figures(found: Differences, contest: Contest) -> Row:
    """Return line by line how often and in which direction the papers differ."""
    titles = column_titles(contest, language())
    head = [_("Line"), _("Compared"), _("Equal"), _("Officially more"), _("Officially fewer")]
    chance = _("Chance")
    return {
        "caption": _("Line by line"),
        "head": [*head, _("In all"), chance],
        "rows": [
            [
                titles.get(one.name, one.name),
                *map(number, (one.matched, one.equal, one.raised, one.lowered)),
                signed(one.net),
                "–" if one.p_adjusted is None else _chance(one.p_adjusted),
            ]
            for one in found.comparison.columns
        ],
    }


def _chance(value: float) -> str:
    """Return a chance as people write it."""
    least = 0.0001
    return f"< {percent(least, digits=2)}" if value < least else percent(value, digits=2)


def _stations(found: Differences, election: Election, contest: Contest) -> Row:
    """Return the stations that differ most, with each figure that does."""
    compared, titles = found.comparison, column_titles(contest, language())
    order = np.argsort(-np.abs(compared.differences).sum(axis=1), kind="stable")[:MOST_ROWS]
    rows: list[list[Any]] = []
    for at in order.tolist():
        place = int(compared.differing[at])
        url = reverse(
            "elections:station", args=[election.address, found.evidence.stations.ids[place]]
        )
        gaps = [
            f"{titles.get(name, name)}: {signed(gap)}"
            for name, gap in zip(compared.names, compared.differences[at].tolist(), strict=True)
            if gap
        ]
        name = found.evidence.stations.frame.names[place]
        rows.append([format_html('<a href="{}">{}</a>', url, name), "; ".join(gaps)])
    return {
        "caption": _("Stations that differ, the largest differences first"),
        "head": [_("Station"), _("Official less observers’ sheet")],
        "rows": rows,
        "is_text": True,
    }


def _bias(found: Differences, contest: Contest) -> Row:
    """Return how unlike the stations with sheets are, by official figures of both."""
    titles = contest.option_titles(language()).values()
    return {
        "caption": _("Official shares at paper stations with observers’ sheets and at the others"),
        "head": [
            _("Option"),
            _("With sheets"),
            _("The others"),
            _("All together"),
            _("Ballots covered"),
        ],
        "rows": [
            [
                title,
                percent(one.covered.share),
                percent(one.uncovered.share),
                percent(one.whole.share),
                percent(one.part),
            ]
            for title, one in zip(titles, found.bias, strict=True)
        ],
    }


def _bounds(found: Differences, contest: Contest) -> Row:
    """Return what the whole result can be, under three assumptions about the other stations."""
    titles = contest.option_titles(language()).values()
    assumed = (
        _("Their official figures are right"),
        _("Only their ballots are"),
        _("Only their voters are known"),
    )
    return {
        "caption": _("The whole result, by what is assumed of stations without a sheet"),
        "head": [_("Option"), *assumed],
        "rows": [
            [title, *(between(float(one.low[at]), float(one.high[at])) for one in found.bounds)]
            for at, title in enumerate(titles)
        ],
    }


def remote_page(election: Election, contest: Contest, option: str) -> Row:
    """Return paper votes beside remote ones, district by district."""
    titles = contest.option_titles(language())
    if option not in titles:
        option = kept("leader", contest, lambda: paper_leader(contest))
    rows, mean = kept(f"remote {option}", contest, lambda: remote_of(contest, option))
    url = reverse("elections:remote", args=[election.address, contest.key])
    names = {one.key: one.title for one in selectors.districts_of(election)}
    drawn = _remote_map(contest, rows, names)
    return {
        **_above(election, contest),
        "read": moment(evidence_of(contest).minute),
        "option": titles[option],
        "options": [(title, f"{url}?option={key}", key == option) for key, title in titles.items()],
        "head": [
            _("District"),
            *(_("Paper"), _("Stations drawn again"), _("Remote"), _("Difference, points")),
            *(_("Remote part"), _("Leads with them"), _("Leads on paper alone")),
        ],
        "rows": [_district(one, titles, drawn.labels[one.name]) for one in rows],
        "svg": drawn.svg,
        "caption": f"{_remote_caption()}. {drawn.note}",
        "turned": sum(one.is_turned for one in rows),
        "mean": points(mean[0]) if mean else "",
        "interval": between(*mean[1], unit="") if mean and mean[1] else "",
        "seed": SEED,
    }


def _remote_map(contest: Contest, rows: Sequence[District], names: dict[str, str]) -> PartMap:
    """Draw districts, darker for a larger part of remote votes."""
    groups = evidence_of(contest).stations.frame.groups
    return map_of(
        contest.election,
        DISTRICT if DISTRICT in groups else REGION,
        title=_remote_caption(),
        titles={one.name: names.get(one.name, one.name) or _("(none)") for one in rows},
        shares=[one.remote_part for one in rows],
    )


def _remote_caption() -> str:
    """Say what the tiles of the page on remote votes show."""
    return _("Remote part of the ballots, by district")


def _district(one: District, titles: dict[str, str], name: str) -> list[str]:
    """Return the numbers of one district."""
    paper, remote, _whole = one.shares
    leaders = (one.leader(one.both), one.leader(one.paper))
    return [
        name,
        percent(paper),
        between(*one.paper_interval),
        percent(remote),
        points(one.difference),
        percent(one.remote_part),
        *(f"{titles[lead[0]]} ({signed(lead[1])})" if lead else _("a tie") for lead in leaders),
    ]


def record_page(election: Election) -> Row:
    """Return what stays of an election: what is known of each contest, and its files."""
    return {
        **around(election),
        "mapping": MAPPING,
        "photographs_back": election.photographs_back,
        "contests": [_record(election, one) for one in selectors.contests_of(election)],
    }


def _record(election: Election, contest: Contest) -> Row:
    """Return a contest with its files and their sums."""
    place, files = [election.address, contest.key], files_of(contest)
    return {
        "title": contest.title_in(language()),
        "has_mapping": MAPPING in files,
        "made": moment(made_at(contest)),
        "url": reverse("elections:contest", args=place),
        "has_report": ForensicsReport.objects.filter(contest=contest).exists(),
        "report_url": reverse("elections:forensics", args=place),
        "head": [_("File"), _("Stations"), _("Bytes"), "SHA-256"],
        "rows": [
            [
                format_html(
                    '<a href="{}">{}</a>',
                    reverse("elections:file", args=[*place, one.name]),
                    one.name,
                ),
                number(one.rows),
                number(len(one.content)),
                format_html('<span class="digest">{}</span>', one.digest),
            ]
            for one in files.values()
        ],
    }
