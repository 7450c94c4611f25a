# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tiles lie as on a map where somebody said how, and say so."""

from importlib.resources import files

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.rooms.elections import counting
from hedgerow.rooms.elections.models import Contest, Election, Station, TilePlace
from hedgerow.rooms.elections.tile_layout import grid_of
from hedgerow.rooms.elections.tile_places import places_of
from hedgerow.rooms.elections.tiles import Tile, tile_grid
from tests.rooms.elections.coordinator import ADDRESS, cells, count, look, release, take, whole
from tests.rooms.elections.observers import space_of
from tests.rooms.elections.watched_election import set_up
from tests.rooms.members.browsers import Group, Somebody

places = st.tuples(st.floats(-80, 80), st.floats(-180, 180))
HEAD = "station,registered,region,district"
LINES = ("Oak 1,1000,North,Old town", "Oak 2,1200,North,Old town", "Oak 3,900,South,New town")
CITIES = {
    "Murmansk": (69.0, 33.1),
    "Moscow": (55.8, 37.6),
    "Rostov": (47.2, 39.7),
    "Kazan": (55.8, 49.1),
    "Chita": (52.0, 113.5),
    "Anadyr": (64.7, 177.5),
    "Uelen": (66.2, -169.8),
}


@given(st.dictionaries(st.text(min_size=1, max_size=3), places, max_size=25))
def test_each_place_has_a_cell_of_its_own(points: dict[str, tuple[float, float]]) -> None:
    """The order in which they are named changes nothing; no row and no column is empty."""
    found = grid_of(points)
    assert found.keys() == points.keys()
    assert len(set(found.values())) == len(points)
    assert found == grid_of(dict(reversed(points.items())))
    for axis in (0, 1):
        used = {cell[axis] for cell in found.values()}
        assert used == set(range(len(used)))


def test_north_is_above_and_east_to_the_right_also_across_the_date_line() -> None:
    """Seven cities of Russia from Murmansk to the village beyond the date line."""
    found = grid_of(CITIES)
    assert found["Murmansk"][0] <= found["Moscow"][0] <= found["Rostov"][0]
    assert found["Murmansk"][0] < found["Rostov"][0]
    columns = [found[name][1] for name in ("Moscow", "Kazan", "Chita", "Anadyr", "Uelen")]
    assert columns == sorted(columns)


@pytest.fixture
def election(group: Group) -> Election:
    """Return an election with districts of its own."""
    return set_up(space_of(group)).election


def test_shipped_grids_know_the_regions_of_russia_and_the_districts_of_moscow(
    election: Election,
) -> None:
    """All 85 regions of 2021, each on a tile with its number; others stand below; then nobody."""
    table = files("hedgerow") / "data" / "elections" / "2021.parquet"
    regions = pl.read_parquet(str(table), columns=["region"])["region"].unique().cast(pl.String)
    found = places_of(election, "region", regions.to_list())
    assert found.source == "shipped"
    assert set(found.cells) == set(regions)
    assert len(set(found.cells.values())) == 85
    assert found.shorts["город Москва"] == "77"
    assert found.shorts["Республика Алтай"] != found.shorts["Алтайский край"]
    west, east = found.cells["Калининградская область"], found.cells["Чукотский автономный округ"]
    assert (west[1], east) == (0, (0, 16))
    some = [*regions, "Территория за пределами РФ", ""]
    assert "Территория за пределами РФ" not in places_of(election, "region", some).cells
    moscow = places_of(election, "district", [str(number) for number in range(196, 211)])
    assert (moscow.source, len(set(moscow.cells.values()))) == ("shipped", 15)
    for unknown in (["North", "South"], [], ["77"], ["77", "Москва"]):
        assert places_of(election, "region", unknown).source == "names"


def test_tiles_stand_in_their_cells() -> None:
    """A few are wide and say their share; a wide map has numbers; the rest is below."""
    tiles = [Tile(name, "1", 0.5, "50 %") for name in "AB"]
    svg = tile_grid("T", tiles, [(1, 2), None])
    assert '<rect class="tile tile--3" x="161" y="53"' in svg
    assert '<rect class="tile tile--3" x="1" y="105"' in svg
    assert 'viewBox="0 0 240 156"' in svg
    wide = tile_grid("T", tiles, [(0, 11), (0, 0)])
    assert 'class="tiles tiles--map" viewBox="0 0 480 36"' in wide
    assert "50 %</text>" not in wide
    assert "A: 50 %" in wide
    assert tile_grid("T", tiles, [None, None]) == tile_grid("T", tiles)


def a_file(*more: str, head: str = HEAD) -> str:
    """Return a list of stations with more columns."""
    rows = [f"{line},{one}" for line, one in zip(LINES, more, strict=True)]
    return "\n".join([head, *rows, ""])


def test_a_coordinator_says_where_districts_lie(group: Group) -> None:
    """Tiles of districts, or degrees of stations; public page and record of both say so."""
    path = f"{whole(group)}stations/file/"
    contest = Contest.objects.get()
    release(contest, "Oak 1", [1000, 600, 10, 590, 300, 290])
    count(contest)
    paper = f"/elections/{ADDRESS}/mayor/"
    assert "in the order of their names" in Somebody().open(paper).text
    tiled = a_file("0,1", "0,1", "2,0", head=f"{HEAD},tile_row,tile_column")
    page = look(group.keeper, path, tiled)
    assert "with a place on the map2" in page.text
    take(group.keeper, path, tiled)
    assert "There is nothing to take in." in look(group.keeper, path, tiled).text
    assert set(TilePlace.objects.values_list("kind", "tile_row", "tile_column")) == {
        ("district", 0, 1),
        ("district", 2, 0),
    }
    take(group.keeper, path, a_file("60,30", "61,31", "50,30", head=f"{HEAD},lat,lon"))
    shown = Somebody().open(paper)
    assert shown.text.count("lies about where its part lies") == 2
    north = TilePlace.objects.get(kind="region", name="North")
    assert north.tile_row < TilePlace.objects.get(kind="region", name="South").tile_row
    assert Station.objects.count() == 4


WRONG = {
    ("0,1", "0,2", "2,0"): "stands on another tile in a line above",
    ("0,1", "0,1", "0,1"): "would stand on the tile of",
    ("0,1", "0,1", "2,x"): "“x” is no whole number",
    ("0,1", "0,1", "100,1"): "go from 0 to 99",
}


def test_places_that_contradict_are_refused(group: Group) -> None:
    """With line, column and what is wrong; nothing of the file is taken."""
    path = f"{whole(group)}stations/file/"
    for more, said in WRONG.items():
        page = look(group.keeper, path, a_file(*more, head=f"{HEAD},tile_row,tile_column"))
        assert said in page.text, more
    for head, said in {
        "lat,lon": "“91” is no number of degrees",
        "tile_row,more": "come together or not at all",
    }.items():
        page = look(group.keeper, path, a_file("91,0", "0,0", "0,0", head=f"{HEAD},{head}"))
        assert said in page.text, head
    page = look(group.keeper, path, "station,registered,tile_row,tile_column\nOak 9,1,0,0\n")
    assert "this file names none" in page.text
    assert not TilePlace.objects.exists()


def test_the_headquarters_sees_coverage_as_a_map_with_its_table(group: Group) -> None:
    """By districts, then by commission where there is one region; each share stands in both."""
    world = set_up(space_of(group))
    (code,) = world.codes(0)
    world.sheet(code, 1000, 500, 10, 490, 300, 190, at=0)
    counting.tick(is_hurried=True)
    path = f"{group.path}elections/{world.election.address}/coverage/"
    page = group.keeper.open(path)
    assert cells(page)[0] == ["North", "2", "1", "1", "50.0 %", "50.0 %"]
    assert "North: 50.0\u202f%" in page.html
    assert "in the order of their names" in page.text
    assert cells(group.keeper.open(f"{path}?by=commission")) == cells(page)
    Station.objects.filter(name="Station 4").update(region="Village", district=None)
    Station.objects.filter(name="Station 3").update(commission="")
    page = group.keeper.open(path)
    assert [row[0] for row in cells(page)] == ["Town", "Village"]
    assert {"?by=region", "?by=district", "?by=commission"} <= set(page.links())
    assert [row[0] for row in cells(group.keeper.open(f"{path}?by=commission"))] == [
        "(none)",
        "Town commission",
    ]
