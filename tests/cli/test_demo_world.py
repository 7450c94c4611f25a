# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the made-up movement of the demo, and that what reads it refuses what cannot be true."""

import datetime as dt
import io
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from hedgerow.cli.demo_world import Page, Space, Thread, World, WorldError, load_world
from hedgerow.cli.demo_world.marks import fill_days

SMALL = {
    "world.toml": """
name = { en = "A", ru = "А", uk = "А" }
motto = { en = "B", ru = "Б", uk = "Б" }
[towns]
here = { en = "Here", ru = "Тут", uk = "Тут" }
[people]
anna = { town = "here", lang = "en", told = "keeper" }
boris = { town = "here", lang = "ru", told = "editor" }
clara = { town = "here", lang = "uk" }
dora = { town = "here", lang = "uk" }
emil = { town = "here", lang = "uk", told = "newcomer" }
""",
    "spaces/club/space.toml": """
name = "Club"
about = "A club."
lang = "en"
opened = 50
founder = "anna"
[members]
anna = { as = "Anna", role = "keeper", since = 50 }
boris = { as = "Boris", role = "keeper", since = 40 }
clara = { as = "Clara", role = "editor", since = 30, removed = 10, removed_by = "boris" }
dora = { as = "Dora", role = "reader", since = 30 }
[invitation]
guest = "emil"
made = "anna 5 10:00"
role = "editor"
reads = "now"
valid_days = 14
""",
    "spaces/club/pages/bench.md": """+++
title = "Bench"
versions = ["anna 30 10:00", "boris 20 10:00"]
+++
Both.
@1 First.
@2 Second.
""",
    "spaces/club/threads/talk.md": """+++
title = "Talk"
+++
--- anna 29 10:00
By the clock.
--- clara 28 10:00
In the shade.
""",
    "spaces/club/files/files.toml": """
[[files]]
name = "list.csv"
added = "anna 12 10:00"
""",
    "spaces/club/files/list.csv": "a;b\n",
}
WORLD, CLUB, BENCH, TALK, SHELF = list(SMALL)[:5]

# Each change breaks the small world in one way: file, what stands there, what is put there instead,
# and a part of the sentence that must be said.
BROKEN = [
    (WORLD, 'motto = { en = "B", ', "motto = { ", "motto needs exactly"),
    (WORLD, "motto =", "moto =", "unknown words: moto"),
    (WORLD, 'name = { en = "A", ru = "А", uk = "А" }', "name = 3", "name is missing"),
    (WORLD, "[towns]", "[towns", "not TOML"),
    (WORLD, 'clara = { town = "here"', 'clara = { town = "there"', "no such town"),
    (WORLD, 'clara = { town = "here", lang = "uk"', 'clara = { town = "here", lang = "de"', "lang"),
    (WORLD, 'lang = "uk" }\ndora', 'lang = "uk", told = "editor" }\ndora', "told must name once"),
    (WORLD, "dora =", "Dora =", "letters a to z"),
    (CLUB, 'lang = "en"', 'lang = "de"', "no such language"),
    (CLUB, 'name = "Club"', f'name = "{"ё" * 61}"', "more than 120 bytes"),
    (CLUB, '"Boris", role = "keeper"', '"Boris", role = "editor"', "1 coordinators"),
    (CLUB, 'founder = "anna"', 'founder = "boris"', "founder must be"),
    (CLUB, "opened = 50", 'opened = "50"', "opened is missing or is not of the kind int"),
    (CLUB, 'as = "Dora"', 'as = "Clara"', "two people are called Clara"),
    (CLUB, 'as = "Dora"', 'as = ""', "the name needs 1 to 128"),
    (CLUB, "dora = {", "zoe = {", "no such person"),
    (CLUB, 'role = "reader"', 'role = "boss"', "no such role"),
    (CLUB, 'role = "reader"', 'role = "reader", reads = "some"', 'reads is "all" or "now"'),
    (CLUB, "since = 40 }", 'since = 40, reads = "now" }', "a coordinator reads all"),
    (CLUB, 'role = "reader", since = 30', 'role = "reader", since = 60', "before the group"),
    (CLUB, "removed = 10", "left = 9, removed = 10", "either left or was removed"),
    (CLUB, "removed = 10", "removed = 0", "ended before it began, or not yet"),
    (CLUB, ', removed_by = "boris"', "", "go together"),
    (CLUB, 'removed_by = "boris"', 'removed_by = "dora"', "dora was no coordinator"),
    (CLUB, 'guest = "emil"', 'guest = "dora"', "who is no member"),
    (CLUB, 'role = "editor"\nreads', 'role = "boss"\nreads', "no such role or beginning"),
    (CLUB, "valid_days = 14", "valid_days = 5", "good still"),
    (CLUB, '"anna 5 10:00"', '"dora 5 10:00"', "dora was no coordinator 5"),
    (CLUB, '"anna 5 10:00"', '"anna, five days ago"', "person days hh:mm"),
    (BENCH, "Bench", "Talk", "the title stands 2 times"),
    (BENCH, "Bench", "ґ" * 81, "1 to 160 bytes"),
    (BENCH, "versions", 'lang = "de"\nversions', "no such language"),
    (BENCH, "boris 20", "boris 31", "does not come after"),
    (BENCH, "boris 20", "dora 20", "dora may only read"),
    (BENCH, "boris 20", "emil 20", "emil is no member"),
    (BENCH, "boris 20", "clara 10", "was no member 10 days ago"),
    (BENCH, "anna 30", "boris 40", "was no member 40 days ago"),
    (BENCH, "boris 20", "boris 0", "was no member 0 days ago"),
    (BENCH, "@1 First.\n@2 Second.", "", "the same"),
    (BENCH, "@2 ", "@3 ", "no such version"),
    (BENCH, '["anna 30 10:00", "boris 20 10:00"]', '"anna"', "versions is missing or is not"),
    (BENCH, '"anna 30 10:00", ', "30, ", "versions is a list of texts"),
    (BENCH, 'versions = ["anna 30 10:00", "boris 20 10:00"]', "", "no such version"),
    (BENCH, 'title = "Bench"', 'title = "Bench"\nlang = 3', "not of the kind str"),
    (CLUB, 'dora = { as = "Dora", role = "reader", since = 30 }', "dora = 3", "a table"),
    (CLUB, "removed = 10", 'removed = "10"', "not of the kind int"),
    (WORLD, 'here = { en = "Here", ru = "Тут", uk = "Тут" }', "here = 3", "a table"),
    (BENCH, "Both.", "[Look](https://somewhere.net/)", "ending in .example"),
    (BENCH, "+++\ntitle", "title", "two lines +++"),
    (BENCH, 'title = "Bench"', "title =", "is not TOML"),
    (TALK, "In the shade.", "", "an empty text"),
    (TALK, "--- anna 29 10:00\nBy the clock.\n", "Hello\n", "begins with a line ---"),
    (TALK, "clara 28 10:00", "clara 28 25:00", "person days hh:mm"),
    (SHELF, "list.csv", "lists.csv", "does not lie beside it"),
    (SHELF, 'name = "list.csv"', 'drawn = "dragon"', "nothing to draw"),
    (SHELF, "anna 12", "dora 12", "dora may only read"),
]


def write_small(folder: Path) -> Path:
    """Write the small world into a folder."""
    for name, text in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def world() -> World:
    """Read the real one once."""
    return load_world()


def entries(world: World) -> list[tuple[Space, Page | Thread]]:
    """List every page and discussion with its group."""
    found: list[tuple[Space, Page | Thread]] = []
    for space in world.spaces:
        found += [(space, page) for page in space.pages]
        found += [(space, thread) for thread in space.threads]
    return found


def texts(world: World) -> list[str]:
    """List every text that somebody wrote, each version of a page for itself."""
    found = []
    for space in world.spaces:
        found += [version.text for page in space.pages for version in page.versions]
        found += [post.text for thread in space.threads for post in thread.posts]
    return found


def test_the_small_world_is_read(tmp_path: Path) -> None:
    """What the tests break below is whole before, and is read as it is written."""
    club = load_world(write_small(tmp_path)).space("club")
    assert [version.text for version in club.pages[0].versions] == [
        "Both.\nFirst.\n",
        "Both.\nSecond.\n",
    ]
    assert club.threads[0].posts[1].author == "clara"
    assert club.files[0].content == b"a;b\n"
    clara = club.member("clara")
    assert clara is not None
    assert clara.ended == 10


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"), BROKEN, ids=[case[3] for case in BROKEN]
)
def test_what_cannot_be_true_is_said(
    tmp_path: Path, name: str, old: str, new: str, sentence: str
) -> None:
    """Each single mistake is refused with a sentence about it."""
    path = write_small(tmp_path) / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WorldError, match=re.escape(sentence)):
        load_world(tmp_path)


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    """Two unreadable texts give two sentences, so that nobody mends one by one."""
    write_small(tmp_path)
    for name in (BENCH, TALK):
        (tmp_path / name).write_text("no table", encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        load_world(tmp_path)
    assert len(caught.value.problems) == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A group without its table is refused by the name of the file."""
    (write_small(tmp_path) / CLUB).unlink()
    with pytest.raises(WorldError, match=re.escape("club/space.toml: the file is missing")):
        load_world(tmp_path)


def test_a_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    """A page saved in an old encoding is refused by its name, not with a traceback."""
    (write_small(tmp_path) / BENCH).write_bytes("+++\ntitle = 'Лавка'\n".encode("cp1251"))
    with pytest.raises(WorldError, match=re.escape("pages/bench.md: not UTF-8")):
        load_world(tmp_path)


def test_a_group_may_have_no_shelf(tmp_path: Path) -> None:
    """A group that never added a file is read all the same."""
    shutil.rmtree(write_small(tmp_path) / "spaces/club/files")
    assert load_world(tmp_path).space("club").files == ()


def test_a_discussion_without_posts_is_refused(tmp_path: Path) -> None:
    """A title alone is no discussion."""
    (write_small(tmp_path) / TALK).write_text('+++\ntitle = "Talk"\n+++\n', encoding="utf-8")
    with pytest.raises(WorldError, match="nothing in it"):
        load_world(tmp_path)


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    """The shelf of the demo holds small files only."""
    (write_small(tmp_path) / "spaces/club/files/list.csv").write_bytes(b"x" * 70_000)
    with pytest.raises(WorldError, match="a file needs"):
        load_world(tmp_path)


def test_the_real_world_copied_elsewhere_is_the_same(world: World, tmp_path: Path) -> None:
    """Texts and drawn files come out the same each time, wherever they lie."""
    source = Path(load_world.__code__.co_filename).parent
    shutil.copytree(source / "spaces", tmp_path / "spaces")
    shutil.copy(source / "world.toml", tmp_path)
    assert load_world(tmp_path) == world


def test_the_movement_has_the_promised_size(world: World) -> None:
    """About forty people in nine groups, with months of life in each."""
    assert len(world.people) == 41
    assert len(world.spaces) == 9
    assert len(entries(world)) >= 90
    assert len(texts(world)) >= 400
    for space in world.spaces:
        assert space.threads
        assert space.pages
        assert space.files


def test_two_lists_need_a_second_page(world: World) -> None:
    """A notebook and a shelf are longer than the fifty rows of one page."""
    assert len(world.space("newspaper").pages) > 50
    assert len(world.space("observers").files) > 50


def test_everybody_belongs_somewhere(world: World) -> None:
    """Only the newcomer is in no group yet."""
    inside = {member.person for space in world.spaces for member in space.members}
    assert {person.key for person in world.people} - inside == {world.told("newcomer").key}


def test_the_three_who_are_told(world: World) -> None:
    """The coordinator keeps five groups, the writer writes in three, the newcomer is awaited."""
    roles: dict[str, list[str]] = {"keeper": [], "editor": []}
    for part, found in roles.items():
        cards = [space.member(world.told(part).key) for space in world.spaces]
        found += [card.role for card in cards if card is not None]
    assert roles == {"keeper": ["keeper"] * 5, "editor": ["editor"] * 3}
    (invitation,) = [space.invitation for space in world.spaces if space.invitation]
    assert (invitation.guest, invitation.role, invitation.reads) == ("tasya", "editor", "now")


def test_the_newcomer_finds_something_to_read(world: World) -> None:
    """What was written since the invitation waits in all three languages."""
    space = world.space("newspaper")
    assert space.invitation is not None
    since = space.invitation.made_at
    fresh = [page.lang for page in space.pages if page.versions[0].at > since]
    assert set(fresh) == {"en", "ru", "uk"}


def test_one_left_and_one_was_removed(world: World) -> None:
    """Partings are part of the life that the demo shows."""
    members = [member for space in world.spaces for member in space.members]
    assert {member.person for member in members if member.left} == {"dina"}
    assert [member.removed for member in members if member.removed] == [21]


def test_people_go_by_different_names(world: World) -> None:
    """At least a third of those in several groups have another name in each or some of them."""
    names: dict[str, list[str]] = {}
    for space in world.spaces:
        for member in space.members:
            names.setdefault(member.person, []).append(member.name)
    several = [known for known in names.values() if len(known) > 1]
    assert sum(len(set(known)) > 1 for known in several) * 3 >= len(several)


def test_every_text_is_written_for_itself(world: World) -> None:
    """No text stands twice, and no two posts share their first five words."""
    every = texts(world)
    assert len(set(every)) == len(every)
    told = [post.text.split() for s in world.spaces for t in s.threads for post in t.posts]
    openings = [tuple(words[:5]) for words in told if len(words) >= 5]
    assert len(set(openings)) == len(openings)


def test_links_lead_nowhere_real(world: World) -> None:
    """The notebooks have links, all of them to names that nobody can register."""
    links = [link for text in texts(world) for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert len(set(links)) >= 8
    assert all(re.match(r"https://[a-z.-]+\.example/", link) for link in links)


def test_titles_try_the_search(world: World) -> None:
    """Each language has titles with the letters that a search must fold."""
    titles = dict.fromkeys(("en", "ru", "uk"), "")
    for _, entry in entries(world):
        titles[entry.lang] += entry.title.lower() + "\n"
    assert "ё" in titles["ru"]
    assert "ґ" in titles["uk"]
    assert "’" in titles["uk"]
    assert "'" in titles["en"]


def test_one_page_is_long_and_one_was_fought_over(world: World) -> None:
    """A page of ten kilobytes, and one that two people changed within minutes."""
    pages = [page for space in world.spaces for page in space.pages]
    assert max(len(page.versions[-1].text.encode()) for page in pages) > 10_000
    fought = next(page for page in pages if page.slug == "rastanovka").versions
    assert len({version.author for version in fought[:3]}) == 2
    assert fought[2].at.minute - fought[0].at.minute < 15


def test_no_day_of_the_week_is_named(world: World) -> None:
    """The demo is true on any day, so that no text tells which day of the week it is."""
    days = re.compile(
        r"\b(понедельник|вторник|четверг|пятниц|суббот[ауые]|понеділ|вівтор|середу|п.ятниц"
        r"|mon|tues|wednes|thurs|fri|sun)(day)?s?\b",
        re.IGNORECASE,
    )
    assert not [text for text in texts(world) if days.search(text)]


def test_titles_have_no_marks(world: World) -> None:
    """Dates are filled into texts only, so that a title must not ask for one."""
    assert not [entry.title for _, entry in entries(world) if "[[" in entry.title]


def test_marks_are_all_understood(world: World) -> None:
    """No text keeps a mark of its own format by a slip of the pen."""
    today = dt.date(2026, 3, 1)
    for text in texts(world):
        assert "[[" not in fill_days(text, today=today, lang="en")
        assert not re.search(r"^(@\d|\+\+\+|--- )", text, re.MULTILINE)


def test_pictures_and_sheets_are_drawn(world: World) -> None:
    """The picture opens, the drawing is SVG, and the sums of every results sheet meet."""
    (poster,) = [file for file in world.space("newspaper").files if file.name.endswith(".png")]
    assert Image.open(io.BytesIO(poster.content)).size == (720, 480)
    (bars,) = [file for file in world.space("couriers").files if file.name.endswith(".svg")]
    assert bars.content.startswith(b"<svg ")
    sheets = [file for file in world.space("observers").files if file.name.startswith("протокол")]
    assert len(sheets) == 54
    for sheet in sheets:
        rows = [line.split(";") for line in sheet.content.decode().splitlines()[1:]]
        listed, given, found, *counted = (int(number) for _, number in rows)
        assert listed > given >= found == sum(counted)
        assert min(counted) >= 0
