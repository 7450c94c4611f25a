# SPDX-License-Identifier: AGPL-3.0-or-later
"""No transaction writes an account's row and anything else."""

import pytest

from hedgerow.engines.vault.account import AccountKeys
from hedgerow.store.founding import issue_founder_code
from hedgerow.store.roles import Reads, Role
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault
from tests.store.people.actors import Note, bring, id_of, issue, join_with, words
from tests.store.recorder import recording
from tests.store.rowwork import KEY, body_id, tag


def test_nothing_that_people_do_ties_an_account_to_a_space(vault: Vault) -> None:
    """From the first code to a change of phrase, and in deliveries, all is kept apart."""
    with recording() as recorder:
        founder = join_with(vault.founder_words, name="")
        space_id = founder.visit().open_space("Hankivka", as_name="Olha").id
        goes = bring(founder, space_id, name="G", reads=Reads.ALL)
        stays = bring(founder, space_id, name="S", role=Role.KEEPER, reads=Reads.ALL)
        other = join_with(words(issue_founder_code(), code="invitation"), name="")
        issued = issue(founder, space_id)
        typed = words(issued.numbers, code="invitation")
        other.visit().accept_invitation(typed, as_name="O")
        record = goes.space(space_id).write(Note("text"), title="title")
        vault.nights_to_monday()
        for person in (founder, goes, stays, other):
            person.log_in()
        stays.space(space_id).edit(record, Note("other"), title="title", base_version=1)
        founder.space(space_id).remove(id_of(goes, space_id))
        stays.visit().rekey(space_id)
        other.space(space_id).leave()
        founder.visit().begin_change_of_phrase(founder.typed)
        change = founder.visit().change_of_phrase()
        assert change is not None
        change.confirm(words(change.phrase, code="phrase"))
        founder.phrase = change.phrase
        founder.log_in()
        vault.nights_to_monday()
    assert recorder.mixed() == []
    assert len(recorder.of_accounts()) > 10
    assert len(recorder.of_accounts()) < len(recorder.transactions) - 5


@pytest.mark.usefixtures("vault")
def test_the_recorder_catches_a_transaction_that_writes_both() -> None:
    """A row of an account with another locker, or with a body, is caught; alone it is not."""
    keys = AccountKeys(b"a" * 32)

    def with_locker(tx: Transaction) -> None:
        tx.put_large(keys.locator(0), b"text", key=KEY)
        tx.put_large(tag(1), b"text", key=KEY)

    def with_body(tx: Transaction) -> None:
        tx.drop_small([keys.pending_tag(3)])
        tx.put_small(keys.pending_tag(4), b"text", key=KEY)
        tx.put_body(body_id(1), b"b" * 300)

    def alone(tx: Transaction) -> None:
        tx.put_small(keys.pending_tag(5), b"text", key=KEY)
        tx.put_large(keys.locator(1), b"text", key=KEY)

    with recording() as recorder:
        in_writing(alone)
        assert recorder.mixed() == []
        in_writing(with_locker)
        in_writing(with_body)
    assert len(recorder.mixed()) == 2
