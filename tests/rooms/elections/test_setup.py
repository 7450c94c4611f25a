# SPDX-License-Identifier: AGPL-3.0-or-later
"""A group sets an election up: the election itself, its ballot papers and districts."""

from datetime import date

from hedgerow.rooms.elections.models import Contest, Election, TilePlace
from tests.rooms.elections.coordinator import (
    ADDRESS,
    ELECTION,
    OFFICIAL,
    STATIONS,
    add_contest,
    set_up,
    take,
    whole,
)
from tests.rooms.members.browsers import PROBATIONER, READER, Group, Somebody, open_group


def test_there_is_nothing_at_first(group: Group) -> None:
    """The public list and that of the group say what will be there."""
    assert "No election yet" in Somebody().open("/elections/").text
    page = group.keeper.open(f"{group.path}elections/")
    assert "A coordinator begins." in page.text
    assert f"{group.path}elections/" in group.keeper.open(group.path).links()


def test_an_election_is_as_it_was_typed(group: Group) -> None:
    """Times become minutes, hours are sorted, and nobody outside sees it before it is shown."""
    path = set_up(group, rules=["hard", "two"], title_ru="Мэр Дубков", utc_offset="-9:30")
    election = Election.objects.get()
    assert election.day == date(2027, 9, 19)
    assert (election.opens_minute, election.closes_minute) == (480, 1200)
    assert election.utc_offset_minutes == -570
    assert election.hours == [10, 12, 20]
    assert election.rules == ["hard", "two"]
    page = group.keeper.open(path)
    assert "Nobody outside this group sees this election yet." in page.text
    assert "08:00–20:00, UTC−09:30" in page.text
    assert "two observers of the station sent the same figures" in page.text
    assert Somebody().open(f"/elections/{ADDRESS}/").status == 404
    assert "Oak Town" not in Somebody().open("/elections/").text
    assert "Мэр Дубков" in group.bring("R", role=READER, reads="ALL", language="ru").open(path).text


def test_an_election_is_changed_and_shown(group: Group) -> None:
    """The form holds what is there; once shown, everybody reads it."""
    path = set_up(group)
    page = group.keeper.send(f"{path}edit/", title_en="Mayor, again", is_shown="on")
    assert page.path == path
    assert "Mayor, again" in page.text
    assert Election.objects.get().hours == [10, 12, 20]
    assert "Mayor, again" in group.keeper.open(f"{group.path}elections/").text
    assert "Mayor, again" in Somebody().open("/elections/").text
    shown = Somebody().open(f"/elections/{ADDRESS}/")
    assert "The old mayor left." in shown.text
    assert shown.title.startswith("Mayor, again")


def test_what_cannot_be_is_said_in_the_form(group: Group) -> None:
    """Each fault stands by its field, and what was typed stays."""
    form = f"{group.path}elections/new/"
    for changed, sentence in (
        ({"address": "Дуб"}, "Only small Latin letters"),
        ({"address": ""}, "Please choose an address."),
        ({"address": "new"}, "This address is taken."),
        ({"title_en": "", "about_en": ""}, "Please write a title"),
        ({"about_ru": "x"}, "A title is needed in this language"),
        ({"day": "soon"}, "Please write the day like this"),
        ({"opens": "25:00"}, "Please write the time like this"),
        ({"opens": "8"}, "Please write the time like this"),
        ({"closes": "7:00"}, "Stations close after they open."),
        ({"utc_offset": "3"}, "Please write it like this"),
        ({"utc_offset": "+15:00"}, "Please write it like this"),
        ({"hours": "10, 25"}, "Please write hours like this"),
    ):
        page = group.keeper.send(form, **{**ELECTION, **changed})
        assert (page.status, sentence in page.text) == (422, True), changed
        assert "about_en" in changed or "The old mayor left." in page.html
    set_up(group)
    page = group.keeper.send(form, **ELECTION)
    assert "This address is taken" in page.text


def test_ballot_papers_have_options_in_each_language(group: Group) -> None:
    """Without short names options are numbered; the form shows all again."""
    path = set_up(group)
    contest = add_contest(group, path, keys="", title_ru="Мэр", options_ru="Ива\nБузина")
    made = Contest.objects.get()
    assert made.option_keys == ("1", "2")
    assert made.option_titles("ru") == {"1": "Ива", "2": "Бузина"}
    page = group.keeper.send(contest, options_en="Willow\nAlder")
    assert page.path == path
    assert Contest.objects.get().option_titles("en")["2"] == "Alder"
    assert "2 options" in page.text


def test_a_ballot_paper_that_cannot_be_is_refused(group: Group) -> None:
    """Each fault stands by its field."""
    path = set_up(group)
    add_contest(group, path)
    base = {"key": "other", "title_en": "T", "options_en": "a\nb", "form": "plain"}
    for changed, sentence in (
        ({"key": "mayor"}, "Another one has this short name"),
        ({"key": "Ж"}, "Only small Latin letters"),
        ({"key": "new"}, "This short name means something else."),
        ({"title_en": ""}, "Please write a title"),
        ({"options_en": "a"}, "from two to 60 options"),
        ({"options_ru": "a\nb\nc"}, "As many options as in the other languages."),
        ({"keys": "a"}, "One for each option"),
        ({"keys": "a\na"}, "One for each option"),
        ({"keys": "a\nБ"}, "Only small Latin letters"),
    ):
        page = group.keeper.send(f"{path}contests/new/", **{**base, **changed})
        assert (page.status, sentence in page.text) == (422, True), changed


def test_districts_are_a_list_of_lines(group: Group) -> None:
    """They are added, renamed and taken away; what is used stays."""
    path = set_up(group)
    form = f"{path}districts/"
    assert group.keeper.send(form, districts="1; Old town; North\n2; New town").path == path
    group.keeper.send(form, districts="1; Older town; ; 0; 1\n3; Harbour")
    assert "1; Older town; ; 0; 1\n3; Harbour" in group.keeper.open(form).html
    assert TilePlace.objects.get().name == "1"
    page = group.keeper.send(form, districts="1; Older town\n3; Harbour")
    assert not TilePlace.objects.exists()
    assert "2 districts" in page.text
    found = Election.objects.get().district_set
    assert sorted(found.values_list("key", "title", "region")) == [
        ("1", "Older town", ""),
        ("3", "Harbour", ""),
    ]
    add_contest(group, path, district="3")
    page = group.keeper.send(form, districts="1; Older town")
    assert "The district 3 has stations or a ballot paper" in page.text
    for lines, sentence in (
        ("Ж; x", "Line 1: the short name is of small Latin letters"),
        ("1; x\n1; y", "Line 2: this short name stands there twice."),
        ("1", "Line 1: expected is: short name; title; region; row; column."),
        ("1; a; b; 1; 2; 3", "Line 1: expected is"),
        (f"1; {'x' * 201}", "Line 1: this is too long."),
        ("\n".join(f"{n}; x" for n in range(501)), "At most 500 districts"),
        ("1; x; ; 0", "Line 1: row and column are whole numbers, both or neither."),
        ("1; x; ; 0; 100", "Line 1: row and column go from 0 to 99."),
        ("1; x; ; 0; 1\n2; y; ; 0; 1", "Line 2: another district lies on this tile."),
    ):
        page = group.keeper.send(form, districts=lines)
        assert (page.status, sentence in page.text) == (422, True), lines


def test_what_figures_hang_on_stays(group: Group) -> None:
    """Titles change; form and options do not once there are official figures."""
    path = whole(group)
    contest = f"{path}contests/mayor/"
    page = group.keeper.send(contest, keys="a\nb")
    assert "There are figures already" in page.text
    assert group.keeper.send(contest, title_en="The mayor").path == path
    assert "There are figures already" in group.keeper.send(f"{contest}erase/").text
    assert "Everybody has seen this election" in group.keeper.send(f"{path}erase/").text


def test_what_nobody_saw_is_erased(group: Group) -> None:
    """A ballot paper without figures, then the election, and its address is free again."""
    path = set_up(group)
    contest = add_contest(group, path)
    assert group.keeper.send(f"{contest}erase/").path == path
    assert not Contest.objects.exists()
    assert group.keeper.send(f"{path}erase/").path == f"{group.path}elections/"
    assert not Election.objects.exists()
    assert set_up(group) == path


def test_another_group_does_not_touch_it(group: Group) -> None:
    """An election belongs to the group that opened it; readers look, new members do not."""
    path = set_up(group)
    take(group.keeper, f"{path}stations/file/", STATIONS)
    contest = add_contest(group, path)
    take(group.keeper, f"{contest}official/", OFFICIAL)
    reader = group.bring("R", role=READER, reads="ALL")
    assert "4 stations" in reader.open(path).text
    assert "Oak 3" in reader.open(f"{path}stations/").text
    assert not reader.open(path).links(end="/edit/")
    assert reader.open(f"{path}edit/").status == 403
    new = group.bring("P", role=PROBATIONER)
    assert new.open(path).status == 404
    assert "Oak Town" not in new.open(f"{group.path}elections/").text
    later = group.bring("E", reads="FROM_NOW")
    assert "4 stations" in later.open(path).text
    other = open_group(group.keeper, group.vault, name="Roof garden", as_name="Sparrow")
    assert other.keeper.open(f"{other.path}elections/{ADDRESS}/").status == 404
