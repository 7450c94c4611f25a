# SPDX-License-Identifier: AGPL-3.0-or-later
"""A friend's words shut an account, two sets of words together open it, nothing else does."""

import threading

import pytest
from django.db import connections

from hedgerow.engines.vault import pause
from hedgerow.engines.vault.pause import PauseKind
from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.errors import BadInput, Busy, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import pausing, sessions
from hedgerow.store.accounts import log_in, visit_from_cookie
from hedgerow.store.lines import PauseLine
from hedgerow.store.machine import machine
from hedgerow.store.roles import Reads
from hedgerow.store.tables import look_up
from hedgerow.store.writing import in_writing
from tests.instances import Vault
from tests.store.people.actors import Killed, Note, Person, bring, id_of, today, words


def printed(person: Person, *, days: int = 0) -> str:
    """Return new freeze words of somebody, as typed."""
    numbers: Numbers = person.visit().print_freeze_words(person.typed, days=days)
    return words(numbers, code="freeze")


def demand_shut(person: Person) -> None:
    """Demand that neither cookie nor words open the account."""
    assert visit_from_cookie(person.cookie) is None
    with pytest.raises(BadInput, match=r"words\.mistyped"):
        log_in(person.typed)


def changed(person: Person) -> Person:
    """Change somebody's phrase."""
    change = person.visit().begin_change_of_phrase(person.typed)
    change.confirm(words(change.phrase, code="phrase"))
    return Person(change.phrase)


def test_a_friend_shuts_every_browser_and_the_words(founder: Person, space_id: SpaceId) -> None:
    """All sessions end, the words open nothing, and both sets together open it again."""
    given = printed(founder)
    other = Person(founder.phrase)
    other.log_in()
    pausing.pause_account(given)
    demand_shut(founder)
    demand_shut(other)
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    assert founder.log_in().space(space_id).name == "Hankivka"


def test_a_pause_touches_nobody_else(founder: Person, stranger: Person) -> None:
    """Another account's sessions and words stay as they are."""
    pausing.pause_account(printed(founder))
    assert stranger.visit() is not None
    assert stranger.log_in() is not None


def test_neither_words_alone_open_it(founder: Person, stranger: Person) -> None:
    """The friend's words with another phrase, and the phrase with others' words, lift nothing."""
    given, others = printed(founder), printed(stranger)
    pausing.pause_account(given)
    for freeze, phrase in ((given, stranger.typed), (others, founder.typed)):
        with pytest.raises(Refused, match=r"pause\.not_lifted"):
            pausing.lift(freeze_text=freeze, phrase_text=phrase)
    with pytest.raises(Refused, match=r"pause\.not_lifted"):
        pausing.lift(freeze_text=others, phrase_text=stranger.typed)
    demand_shut(founder)


def test_shut_words_get_the_quick_answer_before_the_gate(
    founder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of a paused account are answered as a slip is, without the slow step."""
    pausing.pause_account(printed(founder))

    def dear(_numbers: Numbers) -> bytes:
        raise Killed

    monkeypatch.setattr("hedgerow.store.codeworks.phrase_root", dear)
    with pytest.raises(BadInput, match=r"words\.mistyped"):
        log_in(founder.typed)


def test_without_the_quick_answer_the_words_are_unknown(
    founder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the new mark was written, changed words still open no paused account."""
    given = printed(founder)
    change = founder.visit().begin_change_of_phrase(founder.typed)
    with monkeypatch.context() as patched:
        patched.setattr(pausing, "follow_phrase", _killed)
        with pytest.raises(Killed):
            change.confirm(words(change.phrase, code="phrase"))
    pausing.pause_account(given)
    with pytest.raises(Refused, match=r"account\.unknown"):
        log_in(words(change.phrase, code="phrase"))


def _killed(*_args: object, **_options: object) -> None:
    raise Killed


def test_freeze_words_follow_a_change_of_phrase(founder: Person, space_id: SpaceId) -> None:
    """Words printed before a change pause the account after it, with the quick answer."""
    given = printed(founder)
    fresh = changed(founder)
    pausing.pause_account(given)
    demand_shut(fresh)
    pausing.lift(freeze_text=given, phrase_text=fresh.typed)
    assert fresh.log_in().space(space_id).name == "Hankivka"


def test_printing_asks_for_the_words(founder: Person, stranger: Person) -> None:
    """An open browser alone prints no freeze words and locks nothing."""
    with pytest.raises(Refused, match=r"account\.unknown"):
        founder.visit().print_freeze_words(stranger.typed)
    with pytest.raises(Refused, match=r"account\.unknown"):
        founder.visit().lock_for_journey(stranger.typed, last_day=today() + 1)
    assert founder.visit() is not None


def test_new_words_leave_the_earlier_ones_seven_days(vault: Vault, founder: Person) -> None:
    """Whoever prints new words cannot shake off the friend at once; after a week they can."""
    given = printed(founder)
    printed(founder)
    vault.clock.advance(days=7)
    pausing.pause_account(given)
    demand_shut(founder)
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    vault.clock.advance(days=1)
    with pytest.raises(Refused, match=r"pause\.unknown"):
        pausing.pause_account(given)


def test_words_with_an_end_end_then(vault: Vault, founder: Person) -> None:
    """Words for thirty days pause on the thirtieth, and on the next day nothing."""
    given = printed(founder, days=30)
    vault.clock.advance(days=30)
    pausing.pause_account(given)
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    vault.clock.advance(days=1)
    with pytest.raises(Refused, match=r"pause\.unknown"):
        pausing.pause_account(given)


def test_a_ninth_set_drops_the_oldest(founder: Person) -> None:
    """Eight sets of words are good at most; the row of the oldest is gone with the ninth."""
    given = []
    for _ in range(9):
        founder.log_in()
        given.append(printed(founder))
    with pytest.raises(Refused, match=r"pause\.unknown"):
        pausing.pause_account(given[0])
    pausing.pause_account(given[1])
    demand_shut(founder)


def test_words_that_were_never_given_pause_nothing(founder: Person) -> None:
    """A slip is said at once, and good words that are nobody's get one answer."""
    given = printed(founder)
    with pytest.raises(BadInput, match=r"words\."):
        pausing.pause_account("not these words")
    with pytest.raises(Refused, match=r"pause\.unknown"):
        pausing.pause_account(words((1, 2, 3, 4, 5, 6), code="freeze"))
    assert founder.visit() is not None
    pausing.pause_account(given)


def test_a_pause_outlives_nights_and_deliveries(vault: Vault, founder: Person) -> None:
    """The list is renewed every night like every row, and so are friend row and words."""
    given = printed(founder)
    vault.nights_to_monday()
    founder.log_in()
    pausing.pause_account(given)
    vault.nights_to_monday()
    demand_shut(founder)
    vault.reopen()
    demand_shut(founder)
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    assert founder.log_in() is not None


def test_a_lock_opens_by_itself_and_only_lengthens(vault: Vault, founder: Person) -> None:
    """It holds to its last day, a shorter one later changes nothing, and then it is past."""
    first = today()
    founder.visit().lock_for_journey(founder.typed, last_day=first + 5)
    demand_shut(founder)
    entries = pausing.entries()
    shorter = entries[0].__class__(entries[0].id, entries[0].words, PauseKind.LOCKED, first + 2)
    in_writing(lambda tx: pausing._put(tx, shorter))
    vault.clock.advance(days=5)
    demand_shut(founder)
    vault.clock.advance(days=1)
    assert founder.log_in() is not None


def test_a_lock_ends_within_sixty_days(founder: Person) -> None:
    """Neither a day that is past nor one more than sixty days away can be chosen."""
    for days in (-1, 61):
        with pytest.raises(BadInput, match=r"pause\.lock_days"):
            founder.visit().lock_for_journey(founder.typed, last_day=today() + days)
    assert founder.visit() is not None


def test_lock_and_pause_do_not_lift_each_other(vault: Vault, founder: Person) -> None:
    """A pause lifted leaves the lock, and a lock that ends leaves the pause."""
    given = printed(founder)
    founder.visit().lock_for_journey(founder.typed, last_day=today() + 3)
    pausing.pause_account(given)
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    demand_shut(founder)
    pausing.pause_account(given)
    vault.clock.advance(days=4)
    demand_shut(founder)


@pytest.mark.parametrize("number", [0, 1])
def test_without_the_list_nobody_comes_in(founder: Person, number: int) -> None:
    """A missing page stops every log-in and request, until a holder begins a new list."""
    hold = machine().ring.hold
    many = [pause.PauseEntry(bytes([k]) * 32, bytes(16), PauseKind.PAUSED, 1) for k in range(200)]
    in_writing(lambda tx: pausing._write(tx, many, least_pages=1))
    assert founder.visit() is not None
    in_writing(lambda tx: tx.drop_large([pause.list_tag(hold, number)]))
    with pytest.raises(Busy, match=r"pause\.list_missing"):
        log_in(founder.typed)
    with pytest.raises(Busy, match=r"pause\.list_missing"):
        visit_from_cookie(founder.cookie)
    assert not pausing.is_list_whole()
    pausing.begin_list()
    assert founder.log_in() is not None


def test_a_pause_killed_before_its_commit_shuts_nothing(
    founder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the commit nothing is shut; after it, a kill before the sessions' end shuts all."""
    given = printed(founder)
    with monkeypatch.context() as patched:
        patched.setattr(pausing, "_put", _killed)
        with pytest.raises(Killed):
            pausing.pause_account(given)
    assert founder.visit() is not None
    with monkeypatch.context() as patched:
        patched.setattr(sessions, "end_all", _killed)
        with pytest.raises(Killed):
            pausing.pause_account(given)
    demand_shut(founder)


def test_printing_killed_midway_gives_no_words(
    founder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words row and friend row stand together or not at all; earlier words stay good."""
    given = printed(founder)
    before = _row_count()
    with monkeypatch.context() as patched:
        patched.setattr(pausing, "_put_friend_row", _killed)
        with pytest.raises(Killed):
            printed(founder)
    assert _row_count() == before
    pausing.pause_account(given)
    demand_shut(founder)


def _row_count() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM small")
        return int(cursor.fetchone()[0])


def test_a_log_in_that_overlaps_a_pause_leaves_no_session(
    founder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause between a log-in's first look and its session is found by the second look."""
    given = printed(founder)
    begin = sessions.begin

    def paused_meanwhile(account_key: bytes, pause_secret: bytes) -> str:
        monkeypatch.setattr(sessions, "begin", begin)
        pausing.pause_account(given)
        return begin(account_key, pause_secret)

    monkeypatch.setattr(sessions, "begin", paused_meanwhile)
    with pytest.raises(Refused, match=r"account\.unknown"):
        log_in(founder.typed)
    assert machine().ephemeral.rows("SELECT id FROM session") == []


def test_log_ins_against_a_pause_leave_no_session(founder: Person) -> None:
    """Log-ins of several threads at once with a pause: afterwards none has a session."""
    given = printed(founder)
    start = threading.Barrier(4)

    def enter() -> None:
        start.wait()
        for _ in range(6):
            try:
                log_in(founder.typed)
            except (BadInput, Refused, Busy):
                continue
        connections.close_all()

    threads = [threading.Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    start.wait()
    pausing.pause_account(given)
    for thread in threads:
        thread.join()
    assert machine().ephemeral.rows("SELECT id FROM session") == []
    demand_shut(founder)


def test_a_pause_writes_nothing_in_any_space(founder: Person, space_id: SpaceId) -> None:
    """Printing, pausing and lifting leave the space's head as it was."""
    guest = bring(founder, space_id, name="Rowan")
    guest.space(space_id).write(Note("x"), title="x")
    revision = founder.space(space_id)._opened.head.revision
    given = printed(guest)
    pausing.pause_account(given)
    pausing.lift(freeze_text=given, phrase_text=guest.typed)
    assert founder.space(space_id)._opened.head.revision == revision


def test_rows_of_freeze_words_are_found_by_nothing_but_them(founder: Person) -> None:
    """The list names accounts by their pause secrets, and holds no tag of their keyrings."""
    keys = founder.visit()._account.keys
    pausing.pause_account(printed(founder))
    ids = [one.id for one in pausing.entries()]
    assert not {*keys.locators(), *keys.pending_tags(), keys.secret} & set(ids)
    assert look_up(small=[ids[0]], large=[ids[0]]).large == {}


def _seen_by(person: Person, space_id: SpaceId) -> dict[str, PauseLine]:
    """Return whose pauses somebody sees in a group."""
    members = person.space(space_id).members()
    return {member.name: member.pause for member in members if member.pause is not None}


def test_heirs_see_a_coordinator_who_is_paused_and_nobody_else(
    founder: Person, space_id: SpaceId
) -> None:
    """Who is named to take over learns since when; others do not, nor of those who only read."""
    heirs = [bring(founder, space_id, name=f"H{n}", reads=Reads.ALL) for n in range(2)]
    other = bring(founder, space_id, name="O", reads=Reads.ALL)
    founder.space(space_id).name_heirs([id_of(heir, space_id) for heir in heirs], needed=2)
    name = next(one.name for one in founder.space(space_id).members() if one.is_me)
    given = printed(founder)
    pausing.pause_account(printed(other))
    assert _seen_by(heirs[0], space_id) == {}
    assert _seen_by(founder, space_id) == {"O": PauseLine(today(), is_over=False)}
    pausing.pause_account(given)
    for heir in heirs:
        assert _seen_by(heir, space_id) == {name: PauseLine(today(), is_over=False)}
    pausing.lift(freeze_text=given, phrase_text=founder.typed)
    assert _seen_by(heirs[1], space_id) == {name: PauseLine(today(), is_over=True)}


def test_who_is_no_heir_sees_no_pause_of_a_coordinator(founder: Person, space_id: SpaceId) -> None:
    """A member who may write sees the coordinator's name and nothing of the pause."""
    other = bring(founder, space_id, name="O", reads=Reads.ALL)
    pausing.pause_account(printed(founder))
    assert _seen_by(other, space_id) == {}


def test_a_travel_lock_is_seen_by_nobody(founder: Person, space_id: SpaceId) -> None:
    """Who is away fits no card: neither coordinators nor heirs see it."""
    other = bring(founder, space_id, name="O", reads=Reads.ALL)
    other.visit().lock_for_journey(other.typed, last_day=today() + 3)
    assert _seen_by(founder, space_id) == {}
