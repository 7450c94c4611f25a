# SPDX-License-Identifier: AGPL-3.0-or-later
"""No transaction writes a row of an account and a row of anything else."""

from collections.abc import Iterator

import pytest

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import sessions, writing
from hedgerow.store.roles import Reads, Role
from hedgerow.store.writing import Transaction
from tests.instances import Vault
from tests.store.people.actors import Answer, Note, Person, bring, id_of, issue, words


class Recorder:
    """Note the true tags of every committed transaction."""

    def __init__(self) -> None:
        """Begin with none."""
        self.transactions: list[frozenset[bytes]] = []

    def __call__(self, tx: Transaction) -> None:
        """Take one transaction."""
        self.transactions.append(frozenset(tx.touched))


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Record all transactions of a test."""
    recorder = Recorder()
    writing.observers.append(recorder)
    yield recorder
    writing.observers.remove(recorder)


def account_tags(cookie: str) -> set[bytes]:
    """Return all true tags that an account can ever use."""
    session = sessions.read(cookie)
    assert session is not None
    keys = AccountKeys(session.account_key)
    return {*keys.locators(), *keys.pending_tags()}


def test_account_rows_are_written_alone(
    vault: Vault, recorder: Recorder, founder: Person, space_id: SpaceId, stranger: Person
) -> None:
    """Every act of a life in spaces keeps an account's rows and others apart.

    The night's delivery writes several keyrings, each in a transaction of its own.
    """
    cookies = [founder.cookie, stranger.cookie]
    guest = bring(founder, space_id, name="G", reads=Reads.ALL)
    prober = bring(founder, space_id, name="P", role=Role.PROBATIONER)
    cookies += [guest.cookie, prober.cookie]
    typed = words(issue(founder, space_id).numbers, code="invitation")
    stranger.visit().accept_invitation(typed, as_name="S")
    revoked = issue(founder, space_id)
    founder.space(space_id).revoke(revoked.id)
    record_id = guest.space(space_id).write(Note("x"), title="x")
    guest.space(space_id).edit(record_id, Note("y"), title="x", base_version=1)
    founder.space(space_id).write(Answer("a"), title="", parent=record_id)
    founder.space(space_id).mark_seen()
    founder.space(space_id).set_role(id_of(prober, space_id), Role.READER)
    guest.space(space_id).rename_me("Other")
    founder.space(space_id).erase(record_id)
    guest.visit().rekey(space_id)
    founder.space(space_id).remove(id_of(prober, space_id))
    stranger.space(space_id).leave()
    founder.space(space_id)
    tags = set().union(*(account_tags(cookie) for cookie in cookies))
    change = guest.visit().begin_change_of_phrase(guest.typed)
    change.confirm(words(change.phrase, code="phrase"))
    fresh = Person(change.phrase)
    fresh.log_in()
    tags |= account_tags(fresh.cookie)
    vault.nights_to_monday()
    touching = [one for one in recorder.transactions if one & tags]
    assert len(touching) >= 10
    assert [one - tags for one in touching if one - tags] == []


def test_the_check_finds_a_transaction_that_mixes(recorder: Recorder, founder: Person) -> None:
    """The recorder sees a transaction that writes an account's row and another."""
    tags = sorted(account_tags(founder.cookie))

    def act(tx: Transaction) -> None:
        tx.put_small(tags[0], b"x", key=bytes(32))
        tx.put_small(b"o" * 32, b"x", key=bytes(32))

    writing.in_writing(act)
    assert any(one & set(tags) and one - set(tags) for one in recorder.transactions)
