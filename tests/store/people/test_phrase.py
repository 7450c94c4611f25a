# SPDX-License-Identifier: AGPL-3.0-or-later
"""A changed phrase opens everything, the old one nothing, whatever is killed or posted."""

import pytest

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.kernel.errors import BadInput, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import account as accounts
from hedgerow.store import phrase as phrases
from hedgerow.store import sessions
from hedgerow.store.accounts import log_in, visit_from_cookie
from hedgerow.store.machine import machine
from tests.instances import Vault
from tests.store.people.actors import Killed, Note, Person, words


def changed(person: Person) -> Person:
    """Change somebody's phrase and return the person with the new one."""
    change = person.visit().begin_change_of_phrase(person.typed)
    again = person.visit().change_of_phrase()
    assert again is not None
    assert again.phrase == change.phrase
    again.confirm(words(change.phrase, code="phrase"))
    return Person(change.phrase)


def test_the_new_phrase_opens_and_the_old_does_not(founder: Person, space_id: SpaceId) -> None:
    """All spaces come along, every session ends, the old words are unknown."""
    written = founder.space(space_id).write(Note("x"), title="x")
    old_cookie = founder.cookie
    fresh = changed(founder)
    assert visit_from_cookie(old_cookie) is None
    with pytest.raises(Refused, match=r"account\.unknown"):
        log_in(founder.typed)
    assert fresh.log_in().space(space_id).read(Note, written).value.text == "x"


def test_the_present_words_are_asked_for(founder: Person, stranger: Person) -> None:
    """Neither another account's words nor mistyped ones begin a change."""
    with pytest.raises(Refused, match=r"account\.unknown"):
        founder.visit().begin_change_of_phrase(stranger.typed)
    with pytest.raises(BadInput, match=r"words\."):
        founder.visit().begin_change_of_phrase("not my words")
    assert founder.visit().change_of_phrase() is None


def test_words_typed_back_wrong_change_nothing(founder: Person) -> None:
    """The new phrase must be typed back as it was shown."""
    change = founder.visit().begin_change_of_phrase(founder.typed)
    with pytest.raises(BadInput, match=r"joining\.other_words"):
        change.confirm(founder.typed)
    assert founder.log_in() is not None


def test_a_change_killed_before_its_transaction_changes_nothing(
    founder: Person, space_id: SpaceId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before it wrote, the old words still open and the new ones do not."""
    change = founder.visit().begin_change_of_phrase(founder.typed)
    with monkeypatch.context() as patched:
        patched.setattr(phrases, "seal_pages", _killed)
        with pytest.raises(Killed):
            change.confirm(words(change.phrase, code="phrase"))
    with pytest.raises(Refused, match=r"account\.unknown"):
        log_in(words(change.phrase, code="phrase"))
    assert founder.log_in().space(space_id).name == "Hankivka"


def test_a_change_killed_after_its_transaction_has_changed(
    vault: Vault, founder: Person, space_id: SpaceId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before post and sessions were cleared, the old words stay dead all the same."""
    change = founder.visit().begin_change_of_phrase(founder.typed)
    with monkeypatch.context() as patched:
        patched.setattr("hedgerow.store.post.forget", _killed)
        with pytest.raises(Killed):
            change.confirm(words(change.phrase, code="phrase"))
    _demand_dead(founder)
    assert visit_from_cookie(founder.cookie) is None
    vault.nights_to_monday()
    _demand_dead(founder)
    assert Person(change.phrase).log_in().space(space_id).name == "Hankivka"


def _killed(*_args: object, **_options: object) -> None:
    raise Killed


def _demand_dead(person: Person) -> None:
    with pytest.raises(Refused, match=r"account\.unknown"):
        log_in(person.typed)


def test_a_second_session_brings_the_old_phrase_not_back(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """What another session leaves in the post after the change is discarded in the night."""
    second = Person(founder.phrase)
    second.log_in()
    session = sessions.read(second.cookie)
    assert session is not None
    held = accounts.read(AccountKeys(session.account_key))
    assert held is not None
    fresh = changed(founder)
    accounts.save(held)
    with pytest.raises(Refused, match=r"account\.unknown"):
        accounts.add_pending(held, next(iter(held.pending.values())))
    vault.nights_to_monday()
    _demand_dead(founder)
    assert fresh.log_in().space(space_id).name == "Hankivka"
    vault.nights_to_monday()
    _demand_dead(founder)
    assert fresh.log_in().space(space_id).name == "Hankivka"


def test_an_account_lives_through_deliveries(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Before, between and after weekly deliveries the same words open the same spaces."""
    for _ in range(3):
        assert [line.id for line in founder.log_in().spaces()] == [space_id]
        vault.nights_to_monday()
    assert [line.id for line in founder.log_in().spaces()] == [space_id]


def test_a_space_that_was_left_stays_left_over_deliveries(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """A tombstone wins over every other session's keyring and is gone after two deliveries."""
    founder.log_in()
    vault.nights_to_monday()
    founder.log_in()
    founder.space(space_id).leave()
    vault.nights_to_monday()
    assert [line.left for line in founder.log_in().spaces()] == [True]
    vault.nights_to_monday()
    founder.log_in()
    vault.nights_to_monday()
    assert founder.log_in().spaces() == []


def test_power_lost_between_deliveries_loses_marks_only(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """Without the post the pending rows alone still open every space."""
    written = founder.space(space_id).write(Note("x"), title="x")
    machine().ephemeral.run("DELETE FROM post")
    machine().ephemeral.run("DELETE FROM session")
    vault.reopen()
    assert founder.log_in().space(space_id).read(Note, written).value.text == "x"
