# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold a file of stations against those there are: what is new, what changes, what is refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from hedgerow.rooms.elections import tile_files
from hedgerow.rooms.elections.import_progress import Advance, quiet
from hedgerow.rooms.elections.models import (
    ADDRESS_LENGTH,
    NAME_LENGTH,
    TITLE_LENGTH,
    District,
    Election,
    Station,
)
from hedgerow.rooms.elections.public_count import DISTRICT, REGION
from hedgerow.rooms.elections.tables import FIRST_LINE, Refusal, Table, numbers_in, too_long, twice
from hedgerow.rooms.elections.tile_layout import Cell
from hedgerow.rooms.elections.tile_places import COMMISSION, changed_places, set_places

#: What a file of stations can tell, each with names of columns that are usual.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("station", "name", "polling station", "уик", "номер уик", "участок", "дільниця"),
    "registered": ("registered", "voters", "избирателей", "виборців", "число избирателей"),
    "region": ("region", "регион", "регіон", "область", "субъект"),
    "commission": ("commission", "tik", "тик", "твк", "твд", "комиссия"),
    "district": ("district", "округ", "район"),
    "place": ("place", "address", "адрес", "адреса"),
    "is_remote": ("remote", "is_remote", "дэг", "онлайн"),
    **tile_files.FIELDS,
}
NEEDED: Final = ("name", "registered")
_LONGEST: Final = {
    "name": NAME_LENGTH,
    "region": NAME_LENGTH,
    "commission": NAME_LENGTH,
    "district": TITLE_LENGTH,
    "place": TITLE_LENGTH,
}
_YES: Final = frozenset({"1", "yes", "true", "да", "так", "remote"})
_NO: Final = frozenset({"", "0", "no", "false", "нет", "ні"})
_BATCH: Final = 2000
_COMPARED: Final = ("region", "commission", "district_id", "registered", "place", "is_remote")


@dataclass
class StationPlan:
    """Hold what taking a file in would do.

    Args:
        created: Stations that are new.
        changed: Stations that are there and differ.
        same: How many are there as the file has them.
        others: How many are there and not in the file; they stay.
        fresh: Districts that are new.
        tiles: Kind of part → part → where it lies, as far as that is new.
        refused: Why the file cannot be taken; then nothing of it is.
    """

    election: Election

    created: list[Station] = field(default_factory=list)
    changed: list[Station] = field(default_factory=list)
    same: int = 0
    others: int = 0
    fresh: list[District] = field(default_factory=list)
    tiles: dict[str, dict[str, Cell]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Tell whether there is something to take in, and nothing against it."""
        return not self.refused and bool(self.created or self.changed or self.tiles)

    @property
    def placed(self) -> int:
        """Count the parts that get a place in a grid."""
        return sum(map(len, self.tiles.values()))


def plan_of(
    table: Table, *, election: Election, where: Mapping[str, str], is_joined: bool
) -> StationPlan:
    """Hold a file against the stations of an election.

    Args:
        table: The file.
        election: Whose stations they are.
        where: Field → column of the file, empty for none.
        is_joined: Whether the region stands before the name, where names repeat between regions.
    """
    plan = StationPlan(election)
    cells = {name: table.column(where.get(name, "")) for name in FIELDS}
    names = cells["name"]
    if is_joined:
        pairs = zip(cells["region"], names, strict=True)
        names = [" ".join(filter(None, pair)) for pair in pairs]
    registered, refused = numbers_in(cells["registered"], column=where["registered"])
    plan.refused += refused
    plan.refused += _wrong(cells, names, where)
    plan.refused += _swapped(cells, where)
    plan.refused.sort(key=lambda one: one.line)
    if plan.refused:
        return plan
    districts = _compare(plan, election, cells | {"name": names}, registered)
    parts = {
        REGION: cells["region"],
        COMMISSION: cells["commission"],
        DISTRICT: [one.key if one else "" for one in map(districts.named, cells["district"])],
    }
    found = tile_files.tiles_in(cells, parts, where)
    plan.refused += found.refused
    plan.tiles = changed_places(election, found.cells)
    return plan


def _wrong(
    cells: Mapping[str, list[str]], names: Sequence[str], where: Mapping[str, str]
) -> Iterator[Refusal]:
    """Yield lines whose text cannot be taken."""
    for line, name in enumerate(cells["name"], FIRST_LINE):
        if not name:
            yield Refusal(line, where["name"], _("Nothing stands here; expected is a name."))
    yield from twice(names, column=where["name"])
    for kind, most in _LONGEST.items():
        given = names if kind == "name" else cells[kind]
        yield from too_long(given, column=where.get(kind, ""), most=most)
    for line, cell in enumerate(cells["is_remote"], FIRST_LINE):
        if cell.casefold() not in _YES | _NO:
            why = _("“%(found)s” is neither yes nor no.") % {"found": cell[:20]}
            yield Refusal(line, where["is_remote"], why)


def _swapped(cells: Mapping[str, list[str]], where: Mapping[str, str]) -> Iterator[Refusal]:
    """Yield what says that two columns were taken for each other."""
    regions, commissions = set(cells["region"]), set(cells["commission"])
    if where.get("region") and where.get("commission") and len(regions) > len(commissions):
        why = _(
            "There are more regions (%(regions)s) than commissions (%(commissions)s): these two "
            "columns seem to be swapped."
        )
        numbers = {"regions": len(regions), "commissions": len(commissions)}
        yield Refusal(0, where["region"], why % numbers)


def _compare(
    plan: StationPlan,
    election: Election,
    cells: Mapping[str, list[str]],
    registered: Sequence[int],
) -> "_Districts":
    """Sort the lines of a file into new, changed and same; return the districts."""
    there = {one.name: one for one in Station.objects.filter(election=election)}
    districts = _Districts(election)
    for at, name in enumerate(cells["name"]):
        station = Station(
            election=election,
            name=name,
            region=cells["region"][at],
            commission=cells["commission"][at],
            district=districts.named(cells["district"][at]),
            registered=registered[at],
            place=cells["place"][at],
            is_remote=cells["is_remote"][at].casefold() in _YES,
        )
        old = there.pop(name, None)
        if old is None:
            plan.created.append(station)
        elif any(getattr(old, one) != getattr(station, one) for one in _COMPARED) or (
            station.district is not None and station.district.pk is None
        ):
            plan.changed.append(station)
        else:
            plan.same += 1
    plan.others = len(there)
    plan.fresh = districts.fresh
    return districts


class _Districts:
    """Find districts by their keys or titles, and make those that are not there."""

    def __init__(self, election: Election) -> None:
        """Read those of an election."""
        self._election = election
        found = list(election.district_set.all())
        self._named = {one.title: one for one in found} | {one.key: one for one in found}
        self._keys = {one.key for one in found}
        self.fresh: list[District] = []

    def named(self, name: str) -> District | None:
        """Return a district; an empty name is none."""
        if name and name not in self._named:
            self._named[name] = self._made(name)
        return self._named[name] if name else None

    def _made(self, name: str) -> District:
        """Make a district, whose key is its name if that can be one, else a number."""
        number = len(self._keys) + 1
        while f"d{number}" in self._keys:
            number += 1
        is_key = name.isascii() and name.isalnum() and name.islower() | name.isdigit()
        key = name if is_key and len(name) <= ADDRESS_LENGTH else f"d{number}"
        self._keys.add(key)
        district = District(election=self._election, key=key, title=name)
        self.fresh.append(district)
        return district


def take_in(plan: StationPlan, advance: Advance = quiet) -> None:
    """Write what a plan says, in batches between which others may write."""
    stations = [*plan.created, *plan.changed]
    for district in plan.fresh:
        district.save()
    for one in stations:
        # An instance remembers that its district had no row yet when it was given.
        one.district = one.district
    for start in range(0, len(stations), _BATCH):
        with transaction.atomic():
            Station.objects.bulk_create(
                stations[start : start + _BATCH],
                update_conflicts=True,
                unique_fields=["election", "name"],
                update_fields=[*(one for one in _COMPARED if one != "district_id"), "district"],
            )
        advance(len(stations[start : start + _BATCH]))
    for kind, cells in plan.tiles.items():
        set_places(plan.election, kind, cells)
