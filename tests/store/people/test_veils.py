# SPDX-License-Identifier: AGPL-3.0-or-later
"""The boot key does not tell whose keyring was written; everybody's words open it all the same."""

from collections import Counter

import pytest
from django.db import connection

from hedgerow.engines.vault import keyring as keyrings
from hedgerow.engines.vault import night as night_plan
from hedgerow.engines.vault.account import AccountKeys, account_of
from hedgerow.engines.vault.locker import LockerClass, seal_inner
from hedgerow.engines.vault.veil import SLOT_BYTES
from hedgerow.kernel.errors import Busy
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import account as accounts
from hedgerow.store import night, veils
from hedgerow.store.codeworks import phrase_root
from hedgerow.store.machine import machine
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing
from tests.instances import Vault
from tests.store.people.actors import Person, bring
from tests.store.rowwork import write

MANY = 20


@pytest.fixture
def editor(founder: Person, space_id: SpaceId) -> Person:
    """Return a second member of the founder's space."""
    return bring(founder, space_id, name="Taras")


def _keys(person: Person) -> AccountKeys:
    """Return somebody's keys."""
    return account_of(phrase_root(person.phrase))


def _inner(person: Person) -> bytes:
    """Return what the boot key opens of somebody's keyring."""
    tag = _keys(person).locator(0)
    return look_up(large=[tag]).large[tag].inner


def _fails(*_arguments: object, **_named: object) -> None:
    """Stand for whatever breaks a night off before its end."""
    raise Busy("store.busy")


def _veil(person: Person) -> bytes | None:
    """Return the veil over somebody's delivered keyring."""
    return keyrings.veil_over(_inner(person), _keys(person))


def _switch_off(vault: Vault) -> None:
    """Lose what is in memory, and start again."""
    for table in ("veil", "post", "session"):
        machine().ephemeral.run(f"DELETE FROM {table}")  # noqa: S608 -- names of ours
    vault.reopen()


def test_who_came_does_not_show_under_the_boot_key(
    vault: Vault, founder: Person, editor: Person, space_id: SpaceId
) -> None:
    """One of two comes in a week: both keyrings are others from the first byte after the slot."""
    vault.nights_to_monday()
    before = {"came": _inner(founder), "stayed away": _inner(editor)}
    founder.log_in()
    vault.nights_to_monday()
    after = {"came": _inner(founder), "stayed away": _inner(editor)}
    for who, inner in after.items():
        assert inner[:SLOT_BYTES] == before[who][:SLOT_BYTES], who
        parts = range(SLOT_BYTES, len(inner) - 32, 32)
        assert all(inner[at : at + 32] != before[who][at : at + 32] for at in parts), who
    for person in (founder, editor):
        assert person.log_in().space(space_id).name
    assert _veil(founder) == _veil(editor)


def _sizes(table: str) -> list[int]:
    """Return how many rows each transaction wrote that rows of a table tell, from the fewest on."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text FROM {table}")  # noqa: S608 -- a name of ours
        return sorted(Counter(row[0] for row in cursor.fetchall()).values())


@pytest.mark.postgresql_only("rows of SQLite tell no transaction")
def test_who_came_does_not_show_in_what_rows_tell(
    vault: Vault, founder: Person, editor: Person
) -> None:
    """Keyrings that were just delivered, and dummies, stand in transactions of many rows."""
    vault.nights_to_monday()
    founder.log_in()
    assert vault.week().delivered == 1
    # So few rows are all written once more when dummies are mixed with others.
    assert _sizes("large") == _sizes("small") == [56, 200]
    for number in range(600):
        write(number)
    assert _sizes("large")[0] == 1
    editor.log_in()
    assert vault.week().delivered == 1
    for table in ("large", "small"):
        assert min(_sizes(table)) > MANY, table


@pytest.mark.postgresql_only("rows of SQLite tell no transaction")
def test_nor_after_a_night_that_was_killed(
    vault: Vault, founder: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a night is finished later, what was delivered before is written anew with the rest."""
    vault.nights_to_monday()
    founder.log_in()
    with monkeypatch.context() as broken:
        broken.setattr(night_plan, "batches", _fails)
        with pytest.raises(Busy):
            vault.week()
    assert len(_sizes("large")) > 2
    report = night.run_night()
    assert (report.was_resumed, report.delivered) == (True, 0)
    assert _sizes("large") == [56, 200]


def test_a_server_switched_on_again_gets_the_veil_from_whoever_comes(
    vault: Vault, founder: Person, editor: Person
) -> None:
    """Until somebody comes nothing is renewed, since nothing is known; then everything is."""
    vault.nights_to_monday()
    _switch_off(vault)
    still = _inner(founder)
    vault.night()
    assert _inner(founder) == still
    editor.log_in()
    vault.night()
    assert _inner(founder) != still
    founder.log_in()


def test_two_veils_become_one(vault: Vault, founder: Person, editor: Person) -> None:
    """Who brings another veil goes over to the smaller of the two, with the next delivery."""
    vault.nights_to_monday()
    theirs = _veil(founder)
    assert theirs is not None
    _switch_off(vault)
    # An account that has no veil yet came first, and so another one was drawn.
    smaller = veils.common(bytes(32))
    assert veils.known() == (smaller,)
    editor.log_in()
    assert veils.known() == (smaller, theirs)
    vault.nights_to_monday()
    assert (_veil(editor), _veil(founder)) == (smaller, theirs)
    founder.log_in()
    vault.nights_to_monday()
    assert _veil(founder) == smaller
    founder.log_in()


def test_a_keyring_of_before_veils_gets_one(
    vault: Vault, founder: Person, space_id: SpaceId
) -> None:
    """It opens, goes through nights as it is, and is delivered under the common veil."""
    vault.nights_to_monday()
    keys = _keys(founder)
    account = accounts.read(keys)
    assert account is not None
    (content,) = keyrings.encode_pages(account.keyring)
    random = machine().random
    old = seal_inner(keys.kek, content, "keyring", 0, klass=LockerClass.LARGE, random=random)

    def act(tx: Transaction) -> None:
        tx.put_inner(LockerClass.LARGE, keys.locator(0), old)

    in_writing(act)
    machine().ephemeral.run("DELETE FROM post")
    vault.night()
    assert _inner(founder) == old
    assert founder.log_in().space(space_id).name
    vault.nights_to_monday()
    assert _veil(founder) == veils.known()[0]
    assert founder.log_in().space(space_id).name


def test_memory_holds_veils_sealed(founder: Person) -> None:
    """A copy of the file in memory without the ring gives no veil away."""
    assert founder.cookie
    (veil,) = veils.known()
    rows = machine().ephemeral.rows("SELECT mark, box FROM veil")
    assert len(rows) == 1
    assert all(veil not in part for row in rows for part in row)
