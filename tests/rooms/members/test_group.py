# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check a group's first page, its people, and how one comes, changes, goes and is removed."""

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

from tests.instances import FIRST_SECOND
from tests.pages.client import SVG
from tests.rooms.members.browsers import EDITOR, KEEPER, PROBATIONER, READER, Group, Page, Somebody

TODAY = datetime.fromtimestamp(FIRST_SECOND, tz=UTC).date()


def _drawings(page: Page) -> list[Element]:
    return list(page.main.iter(f"{SVG}svg"))


def test_an_empty_group_offers_the_first_step(group: Group) -> None:
    """Who opens a group is told what will stand there, and where to begin."""
    page = group.keeper.open(group.path)
    assert "Nothing has been written here yet" in page.text
    assert f"{group.path}pages/new/" in page.links()


def test_the_first_page_shows_the_latest_of_each_part(group: Group) -> None:
    """Pages, threads and files stand there by title, five of each at most."""
    for number in range(6):
        group.write(group.keeper, title=f"Plan {number}", text="x")
        group.vault.clock.advance(minutes=1)
    group.talk(group.keeper, title="Where to meet", text="The old depot?")
    rows = group.keeper.open(group.path).rows()
    assert rows == ["Plan 5", "Plan 4", "Plan 3", "Plan 2", "Plan 1", "Where to meet"]


def test_opening_the_first_page_counts_as_seeing_it(group: Group) -> None:
    """News stand there once, and then no more."""
    guest = group.bring("Rowan")
    guest.open(group.path)
    group.write(group.keeper, title="Seven lanterns", text="Glue and paper.")
    assert "New since your last visit" in guest.open(group.path).text
    assert "New since your last visit" not in guest.open(group.path).text


def test_the_welcome_is_read_by_a_new_member(group: Group) -> None:
    """The one text that a new member may read, written once and then changed."""
    newcomer = group.bring("Fern", role=PROBATIONER)
    group.keeper.send(f"{group.path}welcome/", text="Come on *Tuesdays*.")
    assert "Come on Tuesdays." in newcomer.open(group.path).text
    group.keeper.send(f"{group.path}welcome/", text="Come on Fridays.")
    text = newcomer.open(group.path).text
    assert "Come on Fridays." in text
    assert "Tuesdays" not in text


def test_two_welcomes_at_once_do_not_overwrite_each_other(group: Group) -> None:
    """Who was slower sees both texts, keeps what was typed, and saves it once they are one."""
    other = group.bring("Ash")
    group.keeper.send(f"{group.path}welcome/", text="Come on Tuesdays.")
    slow = other.open(f"{group.path}welcome/")
    group.keeper.send(f"{group.path}welcome/", text="Come on Fridays.")
    page = other.send_form(slow, text="Come on Sundays.")
    assert page.status == 422
    assert "Both texts are on this page" in page.text
    assert "Come on Fridays." in page.text
    assert page.fields["text"] == "Come on Sundays."
    assert "Come on Fridays." in other.open(group.path).text
    assert other.send_form(page, text="Come on Fridays and Sundays.").status == 200
    assert "Come on Fridays and Sundays." in group.keeper.open(group.path).text


def test_two_first_welcomes_do_not_overwrite_each_other(group: Group) -> None:
    """Where two begin at once, the slower one is told as well."""
    other = group.bring("Ash")
    slow = other.open(f"{group.path}welcome/")
    group.keeper.send(f"{group.path}welcome/", text="Come on Fridays.")
    page = other.send_form(slow, text="Come on Sundays.")
    assert page.status == 422
    assert "Come on Fridays." in page.text


def test_a_group_is_renamed(group: Group) -> None:
    """Its new name stands on its pages and on everybody's own page."""
    guest = group.bring("Rowan")
    group.keeper.send(f"{group.path}name/", group="Lamp lighters")
    assert "Lamp lighters" in guest.open(group.path).text
    assert "Lamp lighters" in guest.open("/me/").rows()


def test_one_changes_ones_own_name(group: Group) -> None:
    """The new name stands in the list and at what was written before."""
    guest = group.bring("Rowan")
    path = group.write(guest, title="Seven lanterns", text="x")
    page = guest.send(f"{group.path}people/me/", name="  Mountain   ash ")
    assert "Mountain ash" in page.text
    assert "Mountain ash" in group.keeper.open(path).text


def test_too_long_a_name_is_refused_by_letters(group: Group) -> None:
    """The sentence counts letters, whatever their bytes, and keeps what was typed."""
    page = group.keeper.send(f"{group.path}name/", group="Л" * 70)
    assert page.status == 422
    assert "shorten it by about 10 letters" in page.text
    assert page.fields["group"] == "Л" * 70


def test_the_people_of_a_group_are_shown(group: Group) -> None:
    """Names and roles, coordinators first; oneself is marked."""
    for name, role in (("Ash", EDITOR), ("Birch", READER), ("Cedar", PROBATIONER)):
        group.bring(name, role=role)
    text = group.keeper.open(f"{group.path}people/").text
    places = [text.index(name) for name in ("Willow", "Ash", "Birch", "Cedar")]
    assert places == sorted(places)
    for role in ("coordinator", "writer", "reader", "new member"):
        assert f"{role}, here since 16 February 2027" in text


def test_an_invitation_comes_as_a_card(group: Group) -> None:
    """Seven words, the address also as a drawing, the last day, and the group's name."""
    day = (TODAY + timedelta(days=3)).isoformat()
    page = group.keeper.send(f"{group.path}people/invite/", role=EDITOR, last_day=day)
    assert len(page.words.split()) == 7
    assert len(_drawings(page)) == 1
    for text in ("http://127.0.0.1:8000/join/", "19 February 2027", group.name):
        assert text in page.text
    assert page.words not in group.keeper.open(f"{group.path}people/").text


def test_an_open_invitation_is_listed_and_taken_back(group: Group) -> None:
    """Coordinators see that there is one, not its words, and can end it."""
    group.write(group.keeper, title="Before", text="x")
    words = group.invite(role=READER)
    page = group.keeper.open(f"{group.path}people/")
    assert "reader: reads only" in page.text
    assert "from now on; good until 23 February 2027" in page.text
    page = group.keeper.press(page, at=page.buttons(end="/revoke/")[0])
    assert "No invitation is open." in page.text
    assert Somebody().send("/join/", words=words).status == 422


def test_days_and_roles_that_cannot_be_are_refused(group: Group) -> None:
    """A day past, a day too far, no day, and a coordinator who would not read all."""
    path = f"{group.path}people/invite/"
    for days, sentence in ((-1, "This day is past"), (31, "good for at most 30 days")):
        day = (TODAY + timedelta(days=days)).isoformat()
        page = group.keeper.send(path, last_day=day)
        assert (page.status, sentence in page.text) == (422, True)
    page = group.keeper.send(path, last_day="soon")
    assert "Please write the day like this" in page.text
    page = group.keeper.send(path, role=KEEPER, reads="FROM_NOW")
    assert "A coordinator reads all of it" in page.text


def test_a_newcomer_reads_from_the_day_on(group: Group) -> None:
    """“From now on” hides what was before, “all of it” does not."""
    old = group.write(group.keeper, title="Before", text="x")
    late = group.bring("Rowan")
    early = group.bring("Ash", reads="ALL")
    assert (late.open(old).status, early.open(old).status) == (404, 200)
    new = group.write(group.keeper, title="After", text="x")
    assert late.open(f"{group.path}pages/").rows() == ["After"]
    assert late.open(new).status == 200


def test_a_role_is_changed(group: Group) -> None:
    """A reader who becomes a writer writes; one who becomes a new member reads no more."""
    guest = group.bring("Rowan", role=READER)
    assert guest.open(f"{group.path}pages/new/").status in {200, 403}
    group.keeper.send(group.link_of(group.keeper, "Rowan", end="/role/"), role=EDITOR)
    path = group.write(guest, title="Seven lanterns", text="x")
    assert guest.open(path).status == 200


def test_the_last_coordinator_cannot_leave(group: Group) -> None:
    """The group would be nobody's; the page says what to do first."""
    group.bring("Rowan")
    page = group.keeper.send(f"{group.path}leave/")
    assert page.status == 422
    assert "You are the only coordinator. Make somebody else one first" in page.text
    assert group.keeper.open(group.path).status == 200


def test_the_only_person_of_a_group_can_leave(group: Group) -> None:
    """A group of one ends with that one."""
    assert group.keeper.send(f"{group.path}leave/").path == "/me/"
    assert group.keeper.open(group.path).status == 404


def test_whoever_leaves_reads_no_more(group: Group) -> None:
    """After leaving, the group's pages are as if they had never been."""
    guest = group.bring("Rowan")
    path = group.write(guest, title="Seven lanterns", text="x")
    page = guest.send(f"{group.path}leave/")
    assert page.path == "/me/"
    for address in (group.path, path, f"{group.path}people/"):
        assert guest.open(address).status == 404
    assert "Rowan" not in group.keeper.open(f"{group.path}people/").text
    assert group.keeper.open(path).status == 200


def test_whoever_is_removed_reads_no_more(group: Group) -> None:
    """In the old window, and after coming in again, there is nothing."""
    guest = group.bring("Rowan")
    path = group.write(guest, title="Seven lanterns", text="x")
    page = group.keeper.send(group.link_of(group.keeper, "Rowan", end="/remove/"))
    assert page.path == f"{group.path}people/"
    assert "Rowan" not in page.text
    assert [guest.open(one).status for one in (group.path, path)] == [404, 404]
    guest.forget_cookies()
    guest.enter()
    assert guest.open(path).status == 404
    assert guest.send("/groups/new/", group="My own", name="R").status == 200


def test_whoever_was_removed_writes_no_more(group: Group) -> None:
    """A form opened before the removal and sent after it writes nothing."""
    guest = group.bring("Rowan")
    form = guest.open(f"{group.path}pages/new/")
    group.keeper.send(group.link_of(group.keeper, "Rowan", end="/remove/"))
    assert guest.send_form(form, title="Late", text="x").status == 404
    assert group.keeper.open(f"{group.path}pages/").rows() == []


def test_a_page_is_erased_with_all_that_hangs_on_it(group: Group) -> None:
    """Author and coordinators erase; the page asks once more; then it is gone."""
    guest, other = group.bring("Rowan"), group.bring("Ash")
    path = group.write(guest, title="Seven lanterns", text="x")
    erase = guest.open(path).links(end="/erase/" + path.split("/")[4] + "/")[0]
    assert other.open(path).links(end=erase) == []
    assert "Erase this for good?" in guest.open(erase).text
    assert guest.send(erase).path == group.path
    assert guest.open(path).status == 404
    assert guest.open(f"{path}history/").status == 404


def test_nobody_else_erases_what_somebody_wrote(group: Group) -> None:
    """A writer who types the address of another's erasing is refused, coordinators are not."""
    guest, other = group.bring("Rowan"), group.bring("Ash")
    path = group.write(guest, title="Seven lanterns", text="x")
    erase = f"{group.path}erase/{path.split('/')[4]}/"
    page = other.open(erase)
    if page.status == 200:
        page = other.send_form(page)
    assert page.status == 403
    assert guest.open(path).status == 200
    assert group.keeper.send(erase).path == group.path
    assert guest.open(path).status == 404
