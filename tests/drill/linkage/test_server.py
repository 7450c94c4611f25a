# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a server's rows tell what they are read for, and its log the rest."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.drill.linkage import server
from hedgerow.store.rows import BODY, TABLES, ids_of
from hedgerow.store.writing import Transaction, in_writing
from tests.databases import DATABASES, ROLE
from tests.instances import Vault, open_vault

pytestmark = pytest.mark.postgresql_only("reads a server's rows")
KEY = b"k" * 32


@pytest.fixture
def vault(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vault]:
    """Return an open instance on a server whose role may see what is kept apart."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with django_db_blocker.unblock(), open_vault(tmp_path / "home") as vault:
        assert DATABASES.server is not None
        name = DATABASES.url.rpartition("/")[2].partition("?")[0]
        DATABASES.server.run(f"GRANT USAGE ON SCHEMA pg_toast TO {ROLE}", database=name)
        # From here on writers spend the dummies of this night and add none.
        vault.night()
        yield vault


def _written(number: int) -> frozenset[int]:
    """Write large lockers and a body in one transaction, and return the ids that are new."""
    tables = (*TABLES.values(), BODY)
    before = {row for table in tables for row in ids_of(table)}

    def act(tx: Transaction) -> None:
        for count in range(number):
            tx.put_large(bytes([number, count]) * 16, b"text", key=KEY)
        tx.put_body(number << 40, os.urandom(5_000))

    in_writing(act)
    return frozenset({row for table in tables for row in ids_of(table)} - before)


@pytest.mark.usefixtures("vault")
def test_rows_tell_their_transaction_and_order() -> None:
    """Rows of one transaction are seen together, in order; so are those kept apart."""
    server.watch()
    written = [_written(number) for number in (2, 3, 4)]
    traces = server.traces_of_server()
    assert [one for one in traces.commits if one in written] == written
    assert [one for one in server.log_of_server() if one in written] == written
    assert all(row in traces.place for one in written for row in one)
    chains = [[traces.overflow[row] for row in one] for one in written]
    assert max(chains[0]) < min(chains[1])
    assert max(chains[1]) < min(chains[2])


@pytest.mark.usefixtures("vault")
def test_the_log_tells_what_was_written_again() -> None:
    """A row that a later transaction writes again is known of both by the log alone."""
    server.watch()
    first = _written(2)
    in_writing(lambda tx: tx.put_large(bytes([2, 0]) * 16, b"again", key=KEY))
    assert first in server.log_of_server()
    assert first not in server.traces_of_server().commits


def test_a_night_parts_what_was_written_together(vault: Vault) -> None:
    """After the night neither rows nor log show which were written in one transaction."""
    server.watch()
    written = _written(4)
    vault.night()
    server.forget_log()
    assert server.log_of_server() == []
    assert not any(len(one & written) > 1 for one in server.traces_of_server().commits)


@pytest.mark.usefixtures("vault")
def test_a_role_without_the_right_is_told() -> None:
    """Where what is kept apart cannot be read, the measurement says so and does not go blind."""
    assert DATABASES.server is not None
    name = DATABASES.url.rpartition("/")[2].partition("?")[0]
    DATABASES.server.run(f"REVOKE USAGE ON SCHEMA pg_toast FROM {ROLE}", database=name)
    with pytest.raises(server.CannotLook, match="pg_toast"):
        server.watch()
