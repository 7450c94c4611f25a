# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold a file of official results against those there are, line by line of the results sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hedgerow.engines.tally.checks import BROKEN, check_sheets
from hedgerow.engines.tally.layout import MISSING, Layout, Values
from hedgerow.rooms.elections.import_progress import Advance, quiet
from hedgerow.rooms.elections.models import Contest, OfficialResult, Station
from hedgerow.rooms.elections.sheets import column_titles, form_named, layout_of
from hedgerow.rooms.elections.station_files import FIELDS as STATION_FIELDS
from hedgerow.rooms.elections.tables import FIRST_LINE, Refusal, Table, numbers_in, twice

_BATCH: Final = 2000
#: If so large a part of all lines breaks one relation, columns were taken for each other.
_SWAPPED: Final = 0.2


@dataclass
class OfficialPlan:
    """Hold what taking a file in would do.

    Args:
        created: Results of stations that had none.
        changed: Results that differ from those there are.
        same: How many are there as the file has them.
        others: How many are there and not in the file; they stay.
        broken: How many lines break a relation that must hold; they are taken as they are.
        refused: Why the file cannot be taken; then nothing of it is.
    """

    created: list[OfficialResult] = field(default_factory=list)
    changed: list[OfficialResult] = field(default_factory=list)
    same: int = 0
    others: int = 0
    broken: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Tell whether there is something to take in, and nothing against it."""
        return not self.refused and bool(self.created or self.changed)


def wanted_columns(contest: Contest) -> dict[str, tuple[str, ...]]:
    """Return what a file can tell: the station, its region, then each column of the sheet."""
    form = form_named(contest.form)
    wanted = {name: STATION_FIELDS[name] for name in ("name", "region")}
    for line in form.lines:
        usual = (line.id, *line.title.values(), line.number)
        wanted[line.id] = tuple(filter(None, usual))
    for option in contest.options:
        key = str(option["key"])
        wanted[f"option: {key}"] = (f"option: {key}", *option["titles"].values(), key)
    return wanted


def needed_columns(contest: Contest) -> tuple[str, ...]:
    """Return what a file must tell: the station and every option."""
    return ("name", *(f"option: {key}" for key in contest.option_keys))


def plan_of(
    table: Table, *, contest: Contest, where: Mapping[str, str], is_joined: bool
) -> OfficialPlan:
    """Hold a file against the official results of a contest; see `station_files.plan_of`."""
    plan = OfficialPlan()
    layout = layout_of(contest)
    names = table.column(where["name"])
    if is_joined:
        pairs = zip(table.column(where.get("region", "")), names, strict=True)
        names = [" ".join(filter(None, pair)) for pair in pairs]
    stations = dict(
        Station.objects.filter(election_id=contest.election_id).values_list("name", "id")
    )
    figures = np.full((len(table), len(layout.columns)), MISSING, np.int32)
    for at, column in enumerate(layout.columns):
        if where.get(column):
            numbers, refused = numbers_in(table.column(where[column]), column=where[column])
            figures[:, at] = numbers
            plan.refused += refused
    plan.refused += _wrong(names, stations, column=where["name"])
    if not plan.refused:
        plan.refused += _swapped(plan, layout, figures, contest)
    plan.refused.sort(key=lambda one: one.line)
    if not plan.refused:
        _compare(plan, contest, [stations[name] for name in names], layout, figures.tolist())
    return plan


def _wrong(names: Sequence[str], known: Mapping[str, int], *, column: str) -> Iterator[Refusal]:
    """Yield lines about no station, or about one that had its line already."""
    for line, name in enumerate(names, FIRST_LINE):
        if name not in known:
            why = _("There is no station “%(name)s” in the list.") % {"name": name[:60]}
            yield Refusal(line, column, why)
    yield from twice(names, column=column)


def _swapped(
    plan: OfficialPlan, layout: Layout, figures: Values, contest: Contest
) -> Iterator[Refusal]:
    """Count lines that break a relation; where very many do, say which relation."""
    checked = check_sheets(layout, figures)
    plan.broken = int(checked.broken_hard.sum())
    spoken = get_language() or "en"
    titles = column_titles(contest, spoken)
    for at, check in enumerate(checked.checks):
        lines = np.flatnonzero(checked.states[at] == BROKEN)
        if check.kind == "hard" and lines.size > _SWAPPED * len(figures):
            columns = [titles[one] for one in check.relation.gap.terms if one in titles]
            why = _(
                "In %(count)s lines of %(all)s this does not hold: %(rule)s. Columns seem to be "
                "swapped."
            )
            rule = check.title.get(spoken, check.rule)
            details = {"count": lines.size, "all": len(figures), "rule": rule}
            yield Refusal(int(lines[0]) + FIRST_LINE, ", ".join(columns), why % details)


def _compare(
    plan: OfficialPlan,
    contest: Contest,
    stations: Sequence[int],
    layout: Layout,
    figures: Sequence[Sequence[int]],
) -> None:
    """Sort the lines of a file into new, changed and same."""
    there = dict(OfficialResult.objects.filter(contest=contest).values_list("station_id", "values"))
    for station, row in zip(stations, figures, strict=True):
        pairs = zip(layout.columns, row, strict=True)
        values = {name: figure for name, figure in pairs if figure != MISSING}
        old = there.pop(station, None)
        result = OfficialResult(contest=contest, station_id=station, values=values)
        if old is None:
            plan.created.append(result)
        elif old != values:
            plan.changed.append(result)
        else:
            plan.same += 1
    plan.others = len(there)


def take_in(plan: OfficialPlan, advance: Advance = quiet) -> None:
    """Write what a plan says, in batches between which others may write."""
    rows = [*plan.created, *plan.changed]
    for start in range(0, len(rows), _BATCH):
        with transaction.atomic():
            OfficialResult.objects.bulk_create(
                rows[start : start + _BATCH],
                update_conflicts=True,
                unique_fields=["contest", "station"],
                update_fields=["values"],
            )
        advance(len(rows[start : start + _BATCH]))
