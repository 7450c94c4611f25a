# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check which servers an instance is served on, and that the shipped settings keep values out."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hedgerow.cli import careful
from hedgerow.kernel.errors import Refused
from hedgerow.store import postgresql
from tests.databases import CONFIG, ROLE, Server, new_server, remove
from tests.store.services import run, served

pytestmark = [pytest.mark.needs_postgresql]

#: One that is wrong for each setting that is asked for.
WRONG = {
    "postgresql.loses": {
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
    },
    "postgresql.logs": {
        "log_statement": "all",
        "log_min_error_statement": "error",
        "log_min_duration_statement": "0",
        "log_min_duration_sample": "100",
        "log_transaction_sample_rate": "0.1",
        "log_parameter_max_length": "-1",
        "log_parameter_max_length_on_error": "64",
        "log_error_verbosity": "default",
        "log_lock_waits": "on",
        "debug_print_parse": "on",
        "debug_print_rewritten": "on",
        "debug_print_plan": "on",
        "auto_explain.log_min_duration": "0",
    },
    "postgresql.journal": {
        "wal_level": "replica",
        "max_wal_senders": "10",
        "max_wal_size": "1024",
        "min_wal_size": "80",
        "wal_keep_size": "16",
        "wal_recycle": "on",
        "archive_mode": "on",
        "track_commit_timestamp": "on",
    },
}
WRONG_ONES = [(code, *one) for code, some in WRONG.items() for one in some.items()]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a server with the shipped settings."""
    server = new_server()
    yield server
    remove(server)


@pytest.fixture(scope="module")
def settings(server: Server) -> dict[str, str]:
    """Return the settings of that server."""
    return postgresql.settings_of(server.url())


def test_the_shipped_settings_are_taken(settings: dict[str, str]) -> None:
    """A server with docs/examples/postgresql.conf passes, and nothing is given away."""
    assert postgresql.demand_careful(settings, accepts_order=False) is False


@pytest.mark.parametrize(("code", "name", "value"), WRONG_ONES)
def test_each_wrong_setting_is_refused_by_name(
    settings: dict[str, str], code: str, name: str, value: str
) -> None:
    """A server that loses or leaks by one setting is refused, and the refusal names it."""
    with pytest.raises(Refused) as refusal:
        postgresql.demand_careful(settings | {name: value}, accepts_order=False)
    assert (refusal.value.code, refusal.value.details["settings"]) == (code, f"{name} = {value}")


@pytest.mark.parametrize(("code", "name", "value"), WRONG_ONES)
def test_only_the_journal_can_be_accepted(
    settings: dict[str, str], code: str, name: str, value: str
) -> None:
    """A person may accept that the order is given away, but no loss and no talkative log."""
    found = settings | {name: value}
    if code == "postgresql.journal":
        assert postgresql.demand_careful(found, accepts_order=True) is True
        return
    with pytest.raises(Refused, match=re.escape(code)):
        postgresql.demand_careful(found, accepts_order=True)


def test_every_asked_setting_is_one_of_the_tests(settings: dict[str, str]) -> None:
    """No setting is asked for that these tests do not turn wrong; the server knows all of them."""
    asked = {**postgresql.KEEPS, **postgresql.LOGS, **postgresql.JOURNAL}
    assert set(asked) == {name for _code, name, _value in WRONG_ONES}
    assert set(asked) - set(settings) == {"auto_explain.log_min_duration"}


def test_every_shipped_line_has_its_reason() -> None:
    """What is asked for stands in the shipped file, and each setting has a reason above it."""
    lines = CONFIG.read_text(encoding="utf-8").splitlines()
    named = {line.split(" = ")[0] for line in lines if " = " in line and line[0] != "#"}
    asked = {**postgresql.KEEPS, **postgresql.LOGS, **postgresql.JOURNAL}
    assert set(asked) - {"auto_explain.log_min_duration"} <= named
    for block in CONFIG.read_text(encoding="utf-8").split("\n# (asked)")[1:]:
        assert re.search(r"^[a-z_]+ = ", block, re.MULTILINE)


@pytest.mark.parametrize("accepts", [False, True])
def test_serve_asks_the_server(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    accepts: bool,
) -> None:
    """A journal that tells is refused; accepted, it is said what it gives away."""
    server.stop()
    server.start("-c", "wal_recycle=on")
    monkeypatch.setenv(careful.DATABASE_URL, server.url())
    monkeypatch.setenv(postgresql.ACCEPT_WRITE_ORDER, "1" if accepts else "")
    try:
        if accepts:
            careful.demand_careful_database()
            assert "at which microsecond each change was made" in capsys.readouterr().err
        else:
            with pytest.raises(Refused, match=r"postgresql\.journal"):
                careful.demand_careful_database()
    finally:
        server.stop()
        server.start()


def test_sqlite_is_asked_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an address there is no server to look at."""
    monkeypatch.delenv(careful.DATABASE_URL, raising=False)
    careful.demand_careful_database()
    assert capsys.readouterr() == ("", "")


def test_a_server_that_is_not_there_is_told_without_its_address(tmp_path: Path) -> None:
    """A wrong address, which may hold a password, is not quoted."""
    with pytest.raises(Refused) as refusal:
        postgresql.settings_of(f"postgresql://oak:secret@/hedge?host={tmp_path}")
    assert (refusal.value.code, refusal.value.details) == ("postgresql.no_answer", {})
    assert refusal.value.__suppress_context__


CANARY = "canary-31415926"
NUMBER = 3141592653589793


def _provoke(server: Server, *, talkative: bool) -> str:
    """Provoke errors of many kinds with canaries in them; return what was logged meanwhile."""
    before = len(server.log.read_text())
    with psycopg.connect(server.url(), autocommit=True) as line:
        line.execute("CREATE TEMPORARY TABLE twice (id bigint PRIMARY KEY, box bytea)")
        if talkative:
            line.execute("SET log_min_error_statement = error")
            line.execute("SET log_error_verbosity = 'default'")
        insert = "INSERT INTO twice VALUES (%s, %s)"
        line.execute(insert, [NUMBER, CANARY.encode()])
        wrong: list[tuple[str, list[int | bytes]]] = [
            (insert, [NUMBER, CANARY.encode()]),
            (f"{insert} -- {CANARY}", [NUMBER, b""]),
            (f"SELECT no_such_column, '{CANARY}'", []),
            ("SELECT 1/(%s::bigint - %s::bigint)", [NUMBER, NUMBER]),
            (f"SELECT pg_sleep(9), '{CANARY}'", []),
        ]
        line.execute("SET statement_timeout = 20")
        for statement, values in wrong:
            with pytest.raises(psycopg.Error):
                line.execute(statement.encode(), values)
    return server.log.read_text()[before:]


def test_errors_leave_no_value_in_the_server_s_log(server: Server) -> None:
    """Doubles, mistakes and time-outs are logged without ids, values or statements."""
    log = _provoke(server, talkative=False)
    assert log.count("ERROR:") == 5
    assert CANARY not in log
    assert str(NUMBER) not in log
    assert CANARY.encode().hex() not in log


def test_a_talkative_server_is_found_out(server: Server) -> None:
    """With the usual settings the same errors leave ids, values and statements in the log."""
    log = _provoke(server, talkative=True)
    assert CANARY in log
    assert str(NUMBER) in log


def test_commands_make_serve_open_and_renew_an_instance(server: Server, tmp_path: Path) -> None:
    """What docs/settings.md has people do works from init to night, and tells of a journal kept."""
    server.prepare()
    home, url = str(tmp_path / "home"), server.url(ROLE, role=ROLE)
    made = run("init", "--home", home, "--name", "Lantern", HEDGEROW_DATABASE_URL=url)
    assert made.status == 0, made.err
    phrase = made.out.split("Boot phrase:\n  ")[1].splitlines()[0]
    with served(Path(home), HEDGEROW_DATABASE_URL=url) as service:
        assert run("unlock", "--home", home, typed=f"{phrase}\ny\n").status == 0
        service.wait_for("/enter/", status=200)
        first = run("night", "--home", home)
        assert (first.status, first.err) == (0, "")
        server.run(f"REVOKE EXECUTE ON FUNCTION pg_switch_wal() FROM {ROLE}", database=ROLE)
        second = run("night", "--home", home)
        assert (second.status, "journal" in second.err) == (0, True)
    other = str(tmp_path / "other")
    again = run("init", "--home", other, "--name", "Other", HEDGEROW_DATABASE_URL=url)
    assert (again.status, "holds an instance already" in again.err) == (1, True)
