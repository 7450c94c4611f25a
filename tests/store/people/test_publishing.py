# SPDX-License-Identifier: AGPL-3.0-or-later
"""What editors released becomes public rows, each exactly once, whatever breaks in between."""

from dataclasses import replace

import pytest
from django.db import connection

from hedgerow.cli import caretaker
from hedgerow.kernel.errors import Busy
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.registration import PublisherRow, Register
from hedgerow.site import harness, publishing
from hedgerow.site.publishing import publish_due
from hedgerow.store import kinds, listing, pausing, released
from hedgerow.store.kinds import decode_body
from hedgerow.store.machine import machine
from hedgerow.store.released import Due
from hedgerow.store.roles import Reads, Role
from hedgerow.store.tables import look_up
from tests.instances import Vault
from tests.store.killing import Say, in_child
from tests.store.people.actors import Answer, Note, Person, bring, today, words

HERE = "tests.store.people.test_publishing"
BROKEN = "cannot be published"


def publish(item: Due) -> None:
    """Write a public row, as a room's publisher does."""
    text = decode_body(Note, item.plain).text
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO published_test (text) VALUES (%s)", [text])
    if text == BROKEN:
        raise ZeroDivisionError


def published() -> list[str]:
    """Return the texts of the public rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM published_test ORDER BY text")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture(autouse=True)
def _room(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 -- its database
    """Install a room whose register declares a publisher for notes."""
    row = PublisherRow(kind="tests.store.people.actors.Note", publish=f"{HERE}.publish")
    monkeypatch.setattr(harness, "room_registers", lambda: [Register(publishers=(row,))])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE published_test (text varchar(60))")


def release(founder: Person, space_id: SpaceId, *texts: str, after: int = 0) -> int:
    """Release notes for some minutes from now, and return that minute."""
    space = founder.space(space_id)
    due_minute = space._opened.minute + after
    for text in texts:
        space.release(Note(text), title="later", due_minute=due_minute)
    return due_minute


def test_the_caretaker_publishes_what_is_due_and_nothing_earlier(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """With nobody logged in a text becomes public in its minute, once, and leaves no body."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM body")
        (before,) = cursor.fetchone()
    release(founder, space_id, "now")
    release(founder, space_id, "later", after=2)
    caretaker.tick()
    assert published() == ["now"]
    vault.clock.advance(minutes=1)
    caretaker.tick()
    assert published() == ["now"]
    vault.clock.advance(minutes=1)
    for _ in range(3):
        caretaker.tick()
        vault.clock.advance(minutes=1)
    assert published() == ["later", "now"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM body")
        assert cursor.fetchone() == (before,)


def test_a_kill_at_any_step_publishes_exactly_once(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """A process killed at each statement and beside each commit loses and doubles nothing."""

    def act(say: Say) -> None:
        say(publish_due(minute))

    expected: list[str] = []
    die_at, kills, outcome = 0, 0, None
    while outcome is None or outcome.was_killed:
        die_at += 1
        founder.log_in()
        expected.append(f"text {die_at:03}")
        minute = release(founder, space_id, expected[-1])
        outcome = in_child(vault, act, die_at=die_at)
        kills += outcome.was_killed
        assert published() in (expected, expected[:-1])
        assert outcome.said == [] or published() == expected
        publish_due(minute)
        assert published() == expected
        assert released.due(minute) == []
    assert kills > 5


def test_what_is_withheld_is_left_for_an_editor(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """More than an hour late nothing is published; its row stays, and can be withdrawn."""
    late = release(founder, space_id, "late", after=10)
    vault.clock.advance(minutes=71)
    caretaker.tick()
    assert published() == []
    assert [item.due for item in released._items(look_up).values()] == [late]
    founder.log_in()
    founder.space(space_id).withdraw(_entry(founder, space_id))
    assert released._items(look_up) == {}


def test_after_a_restore_nothing_older_is_published(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """What was handed over before the copy waits; what is handed over after it goes out."""
    release(founder, space_id, "before", after=5)
    present = machine()
    present.ring = replace(present.ring, restored=founder.space(space_id)._opened.minute)
    vault.clock.advance(minutes=5)
    release(founder, space_id, "after")
    caretaker.tick()
    assert published() == ["after"]


def _freeze_words(person: Person) -> str:
    """Return words that pause somebody."""
    return words(person.visit().print_freeze_words(person.typed), code="freeze")


def test_what_a_paused_author_released_is_withheld(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Paused, an author publishes nothing, while others do; opened again in time, it goes out."""
    other = bring(founder, space_id, name="Rowan")
    release(founder, space_id, "theirs", after=1)
    minute = release(other, space_id, "others", after=1)
    given = _freeze_words(founder)
    pausing.pause_account(given)
    vault.clock.advance(minutes=1)
    for _ in range(3):
        caretaker.tick()
    assert published() == ["others"]
    assert [item.due for item in released._items(look_up).values()] == [minute]
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    vault.clock.advance(minutes=1)
    caretaker.tick()
    assert published() == ["others", "theirs"]


def test_what_a_paused_author_released_can_be_withdrawn_by_another(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """A second coordinator sees the entry and takes it back; opening again publishes nothing."""
    other = bring(founder, space_id, name="K", role=Role.KEEPER, reads=Reads.ALL)
    minute = release(founder, space_id, "theirs", after=1)
    given = _freeze_words(founder)
    pausing.pause_account(given)
    vault.clock.advance(minutes=1)
    other.space(space_id).withdraw(_entry(other, space_id))
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    assert publish_due(minute) == 0
    assert published() == []


def test_a_pause_between_reading_and_publishing_is_noticed(
    founder: Person, space_id: SpaceId
) -> None:
    """What the caretaker had found due stays where its author is paused meanwhile."""
    minute = release(founder, space_id, "theirs")
    (found,) = released.due(minute)
    pausing.pause_account(_freeze_words(founder))
    assert released.hand_over(found, publish) is False
    assert published() == []
    assert len(released._items(look_up)) == 1


def test_a_travel_lock_withholds_nothing(vault: Vault, founder: Person, space_id: SpaceId) -> None:
    """Whoever is away by choice may have released something for those days."""
    release(founder, space_id, "planned", after=5)
    founder.visit().lock_for_journey(founder.typed, last_day=today() + 3)
    vault.clock.advance(minutes=5)
    caretaker.tick()
    assert published() == ["planned"]


def test_one_that_cannot_be_published_holds_up_no_other(
    founder: Person, space_id: SpaceId, capsys: pytest.CaptureFixture[str]
) -> None:
    """A publisher that fails leaves no row, keeps its item, and the others go out."""
    minute = release(founder, space_id, "a", BROKEN, "z")
    assert publish_due(minute) == 2
    assert published() == ["a", "z"]
    assert [decode_body(Note, item.plain).text for item in released.due(minute)] == [BROKEN]
    assert BROKEN not in capsys.readouterr().err


def test_a_kind_without_publisher_stays(founder: Person, space_id: SpaceId) -> None:
    """What no room publishes is neither lost nor shown."""
    space = founder.space(space_id)
    minute = space._opened.minute
    space.release(Answer("x"), title="t", due_minute=minute)
    assert publish_due(minute) == 0
    assert len(released.due(minute)) == 1


def test_two_publishers_of_one_kind_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which of two rooms published would be a matter of luck."""
    row = PublisherRow(kind="tests.store.people.actors.Note", publish=f"{HERE}.publish")
    monkeypatch.setattr(harness, "room_registers", lambda: [Register(publishers=(row, row))])
    with pytest.raises(ValueError, match="Two publishers"):
        publish_due(0)


def test_another_item_at_the_same_place_is_not_taken_for_the_one_withdrawn(
    founder: Person, space_id: SpaceId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Withdrawn while the caretaker reads, a text stays withdrawn, and its successor stands."""
    monkeypatch.setattr(released, "RELEASED_WINDOW", 1)
    minute = release(founder, space_id, "withdrawn")
    (old,) = released.due(minute)
    founder.space(space_id).withdraw(_entry(founder, space_id))
    release(founder, space_id, "successor")
    assert released.hand_over(old, publish) is False
    assert published() == []
    assert publish_due(minute) == 1
    assert published() == ["successor"]


def test_a_failing_publication_does_not_hold_up_the_night(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs of the caretaker do not depend on one another."""

    def busy(_minute: int) -> list[Due]:
        raise Busy("store.busy")

    monkeypatch.setattr(released, "due", busy)
    before = machine().ring.seq
    vault.clock.advance(days=1)
    caretaker.tick()
    assert machine().reload().seq == before + 2


def test_a_job_that_finds_the_store_busy_is_told_of_the_second_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Under load a job waits for its next turn; a line comes only where it waits again."""
    answers = [Busy("store.busy"), None, Busy("store.busy"), Busy("store.busy"), None, ValueError()]
    done: list[str] = []

    def job() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    monkeypatch.setattr(publishing, "jobs", lambda: (job, lambda: done.append("other")))
    lines = []
    while answers:
        caplog.clear()
        publishing.do_jobs()
        lines.append(len(caplog.records))
    assert lines == [0, 0, 0, 1, 0, 1]
    assert len(done) == len(lines)


def _entry(founder: Person, space_id: SpaceId) -> RecordId:
    """Return the one entry by which editors see a released text."""
    (entry,) = listing.of_kind(founder.space(space_id)._opened, kinds.RELEASED)
    return RecordId(entry.record)
