# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check threads: beginning, answering, leaves of long ones, erasing an answer."""

from tests.rooms.members.browsers import PROBATIONER, READER, Group


def test_a_thread_is_begun_and_answered(group: Group) -> None:
    """Answers stand below the first message with their authors, the last one marked."""
    guest = group.bring("Rowan")
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    page = guest.send(path, text="Or *the boiler house*.")
    assert page.statuses == (302, 200)
    assert guest.visited[-1] == f"{path}#last"
    assert "1 answer" in page.text
    assert "Or the boiler house." in page.text
    assert page.text.index("Willow") < page.text.index("Rowan")


def test_an_empty_answer_is_refused(group: Group) -> None:
    """Nothing is written by pressing the button on nothing."""
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    page = group.keeper.send(path, text="  ")
    assert page.status == 422
    assert "Please write something first." in page.text
    assert "0 answers" in page.text


def test_long_threads_open_at_their_end(group: Group) -> None:
    """Of 53 answers the last leaf is shown, with a link to the one before."""
    path = group.talk(group.keeper, title="Counting", text="zero")
    for number in range(1, 54):
        group.keeper.send(path, text=f"answer-{number}.")
        group.vault.clock.advance(minutes=1)
    page = group.keeper.open(path)
    assert "53 answers" in page.text
    assert "answer-53." in page.text
    assert "answer-50." not in page.text
    first = group.keeper.open(f"{path}?leaf=1")
    assert "answer-1." in first.text
    assert "answer-50." in first.text
    assert "answer-51." not in first.text
    assert first.text.index("answer-1.") < first.text.index("answer-50.")


def test_the_last_answered_thread_stands_first(group: Group) -> None:
    """An answer lifts its thread to the top of the list."""
    old = group.talk(group.keeper, title="Old", text="x")
    group.vault.clock.advance(minutes=1)
    group.talk(group.keeper, title="New", text="x")
    path = f"{group.path}threads/"
    assert group.keeper.open(path).rows() == ["New", "Old"]
    group.vault.clock.advance(minutes=1)
    group.keeper.send(old, text="y")
    assert group.keeper.open(path).rows() == ["Old", "New"]


def test_an_answer_is_erased_alone(group: Group) -> None:
    """Its author erases one answer; the thread and the others stay."""
    guest = group.bring("Rowan")
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    guest.send(path, text="Answer one.")
    group.keeper.send(path, text="Answer two.")
    page = guest.open(path)
    erase = [one for one in page.links() if "/erase/" in one]
    assert len(erase) == 1
    guest.send(erase[0])
    page = guest.open(path)
    assert "Answer one." not in page.text
    assert "Answer two." in page.text


def test_a_thread_goes_with_its_answers(group: Group) -> None:
    """Erasing a thread leaves nothing of it to be found."""
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    group.keeper.send(path, text="Or the boiler house.")
    erase = f"{group.path}erase/{path.split('/')[4]}/"
    group.keeper.send(erase)
    assert group.keeper.open(path).status == 404
    assert "0 found" in group.keeper.send(f"{group.path}search/", query="boiler").text


def test_an_answer_outlives_the_day_before_which_one_reads_nothing(group: Group) -> None:
    """Whoever reads from a later day sees no older thread, and no page breaks on its answers."""
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    guest = group.bring("Rowan")
    group.keeper.send(path, text="Or the boiler house.")
    assert guest.open(path).status == 404
    for address in ("/me/", group.path, f"{group.path}threads/"):
        assert guest.open(address).status == 200
    assert guest.send(f"{group.path}search/", query="boiler").status == 200


def test_only_writers_are_offered_an_answer(group: Group) -> None:
    """A reader sees the thread without a form, and a new member not even that."""
    reader = group.bring("Birch", role=READER)
    newcomer = group.bring("Cedar", role=PROBATIONER)
    path = group.talk(group.keeper, title="Where to meet", text="The old depot?")
    page = reader.open(path)
    assert page.fields == {}
    assert reader.send_form(page, text="x").status == 403
    assert newcomer.open(path).status in {403, 404}
    assert newcomer.open(f"{group.path}threads/").rows() == []
