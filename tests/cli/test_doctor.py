# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show made-up machines to the doctor, and a real instance to its eyes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from hedgerow.cli.checks import findings
from hedgerow.cli.facts import Answer, Facts
from hedgerow.cli.probing import _is_service_locked, answer_of, clear_swaps, locked_bytes, mount_of
from tests.databases import DATABASES
from tests.store.services import Made, made_instance, run, served

DAY_S = 86_400
GOOD_HEADERS = {
    "content-security-policy": "default-src 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000",
    "server": "nginx",
}
WELL = Facts(
    now=100.0 * DAY_S,
    newest=100.0 * DAY_S,
    ring_changed=99.5 * DAY_S,
    free=900,
    total=1000,
    database=10,
    backups="/backups",
    backup_ages=(3600.0, 30.0 * DAY_S),
    is_date_believed=True,
    answer=Answer("https://tenants.example", 200, GOOD_HEADERS),
)
#: What changes on a machine → what is said of it, and how loud.
ILLS: list[tuple[dict[str, Any], str, str]] = [
    ({"may_lock": False}, "swap", "look"),
    ({"may_lock": False, "swaps": ("/dev/sda2",)}, "swap", "wrong"),
    ({"swaps": ("/dev/sda2",)}, "swap", "look"),
    ({"is_service_locked": False}, "swap", "look"),
    ({"is_service_locked": False, "swaps": ("/dev/sda2",)}, "swap", "wrong"),
    ({"twins": 2}, "night", "look"),
    ({"can_hibernate": True}, "hibernation", "wrong"),
    (
        {"core_limit": -1, "core_pattern": "|/usr/bin/catch"},
        "core dumps",
        "look",
    ),
    ({"open_paths": ("instance/data-1/ring",)}, "permissions", "wrong"),
    ({"foreign_paths": ("instance/data-1/ring",)}, "permissions", "wrong"),
    ({"is_runtime_in_memory": False}, "runtime folder", "wrong"),
    ({"file_system": "btrfs"}, "file system", "look"),
    ({"is_flash": True}, "file system", "look"),
    ({"newest": 101.0 * DAY_S}, "clock", "wrong"),
    ({"is_date_believed": False}, "clock", "wrong"),
    ({"ring_changed": 97.0 * DAY_S}, "night", "wrong"),
    ({"is_clock_kept": False}, "clock", "look"),
    ({"debug": True}, "debug", "wrong"),
    ({"accepted": ("HEDGEROW_ACCEPT_SWAP",)}, "debug", "look"),
    ({"is_demo": True}, "debug", "wrong"),
    ({"is_cheap": True}, "debug", "wrong"),
    ({"free": 15}, "disk", "wrong"),
    ({"free": 90}, "disk", "look"),
    ({"database": 500}, "disk", "wrong"),
    ({"total": 10_000}, "disk", "look"),
    ({"backups": ""}, "back-ups", "look"),
    ({"backup_ages": ()}, "back-ups", "wrong"),
    ({"backup_ages": (3.0 * DAY_S,)}, "back-ups", "wrong"),
    ({"backup_ages": (60.0, 37.0 * DAY_S)}, "back-ups", "wrong"),
    ({"is_untidy": True}, "restore", "wrong"),
    ({"lacking": ("intake 0001_letters",)}, "tables", "look"),
    ({"has_database": False}, "database", "wrong"),
    ({"server": "fsync = off"}, "PostgreSQL", "wrong"),
    ({"answer": Answer("https://tenants.example", 0, {})}, "proxy", "wrong"),
    ({"answer": Answer("https://tenants.example", 400, GOOD_HEADERS)}, "proxy", "wrong"),
]


@pytest.mark.parametrize(("change", "check", "level"), ILLS, ids=lambda value: str(value)[:40])
def test_each_ill_is_said_with_what_helps(change: dict[str, Any], check: str, level: str) -> None:
    """One thing that is not as it should be gives one finding, with its remedy."""
    (found,) = [one for one in findings(replace(WELL, **change)) if one.level != "good"]
    assert (found.check, found.level) == (check, level)
    assert found.remedy.endswith((".", ";"))
    assert "\n" not in found.line()


def test_a_machine_that_is_well_has_nothing_to_mend() -> None:
    """Each check says so in a line of its own."""
    found = findings(WELL)
    assert {one.level for one in found} == {"good"}
    assert len(found) == 10
    assert len(findings(replace(WELL, answer=None))) == 9


def test_limits_of_a_log_in_do_not_matter_while_a_service_runs() -> None:
    """What a unit sets for the service is seen on the service itself."""
    facts = replace(WELL, is_service_locked=True, may_lock=False, core_limit=-1)
    assert {one.level for one in findings(facts)} == {"good"}


def test_locked_memory_is_read_from_the_kernel() -> None:
    """Nought is not locked; a process of which nothing is told is unknown."""
    assert locked_bytes("Name:\tpython\nVmLck:\t  28000 kB\n") is True
    assert locked_bytes("VmLck:\t       0 kB\n") is False
    assert locked_bytes("") is None


def test_each_fact_is_judged() -> None:
    """Nothing is looked at in vain: each field of the facts changes some finding."""
    judged = {name for change, _check, _level in ILLS for name in change}
    assert {one.name for one in fields(Facts)} - judged == {"now"}


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({"strict-transport-security": None}, "wrong"),
        ({"content-security-policy": None}, "wrong"),
        ({"etag": '"1"'}, "wrong"),
        ({"content-encoding": "gzip"}, "wrong"),
        ({"server": "nginx/1.22.1"}, "look"),
    ],
)
def test_what_a_web_server_does_to_answers_is_seen(
    change: dict[str, str | None], level: str
) -> None:
    """Headers that lack or were added by the way are named."""
    headers = {name: value for name, value in (GOOD_HEADERS | change).items() if value}
    answer = Answer("https://tenants.example", 200, headers)
    (found,) = [one for one in findings(replace(WELL, answer=answer)) if one.level != "good"]
    assert (found.check, found.level) == ("proxy", level)


def test_without_tls_nothing_is_demanded_of_it() -> None:
    """An onion service has no TLS and needs none."""
    headers = {n: v for n, v in GOOD_HEADERS.items() if n != "strict-transport-security"}
    answer = Answer("http://abc.onion", 200, headers)
    assert all(one.level == "good" for one in findings(replace(WELL, answer=answer)))


def test_swap_is_read_from_the_kernels_table() -> None:
    """Areas that are encrypted, or memory, do not count."""
    table = (
        "Filename\tType\tSize\tUsed\tPriority\n"
        "/dev/dm-1 partition 1 0 -2\n/swapfile file 1 0 -3\n/dev/zram0 partition 1 0 5\n"
    )
    hidden = {"/dev/dm-1", "/dev/zram0"}
    assert list(clear_swaps(table, is_hidden=hidden.__contains__)) == ["/swapfile"]
    assert list(clear_swaps("", is_hidden=hidden.__contains__)) == []


def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount() -> None:
    """A mount within another counts, a neighbour with a longer name does not."""
    mounts = (
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "2 1 0:40 / /srv rw - btrfs /dev/sdb rw\n"
        "3 1 0:41 / /srv2 rw - xfs /dev/sdc rw\n"
        "4 1 0:42 / /with\\040space rw shared:1 - zfs tank rw\n"
    )
    assert mount_of(Path("/srv/instance/data-1"), mounts=mounts) == ("btrfs", "0:40")
    assert mount_of(Path("/var/lib"), mounts=mounts) == ("ext4", "8:1")
    assert mount_of(Path("/with space/data-1"), mounts=mounts) == ("zfs", "0:42")
    assert mount_of(Path("/"), mounts="") == ("unknown", "")


@contextmanager
def page_at(headers: dict[str, str]) -> Iterator[str]:
    """Serve one page with headers; give its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_values: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_address_of_the_instance_is_asked() -> None:
    """Names of headers come in lower case; nobody there is status 0, not a traceback."""
    with page_at({"ETag": '"1"'}) as url:
        answer = answer_of(url)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer_of(url).status == 0


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Make an instance with one boot phrase."""
    with made_instance(tmp_path / "home") as made:
        yield made


def lines_of(made: Made, *more: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """Return the doctor's status, and what it says of each check."""
    done = run("doctor", "--home", str(made.home), "--json", *more)
    assert done.err == ""
    found: dict[str, list[dict[str, str]]] = {}
    for line in done.out.splitlines():
        one = json.loads(line)
        found.setdefault(one["check"], []).append(one)
    return done.status, found


def test_a_real_instance_is_looked_at(made: Made) -> None:
    """What is done to an instance is seen: its mark, its rights, its back-ups, a broken restore."""
    status, before = lines_of(made)
    assert status == 1
    assert "demonstration" in before["debug"][-1]["text"]
    assert before["permissions"][0]["level"] == "good"
    assert before["instance"][0]["level"] == "good"
    ring = made.home / "data" / "ring"
    ring.chmod(0o640)
    (made.home / "data.new").symlink_to("data-2")
    folder = made.home.parent / "backups"
    folder.mkdir()
    _status, after = lines_of(made, "--backups", str(folder))
    assert str(ring.resolve()) in after["permissions"][0]["text"]
    assert after["restore"][0]["level"] == "wrong"
    if DATABASES.server is None:
        (made.home / "data" / "hedgerow.sqlite3").write_bytes(b"no database" * 500)
        assert lines_of(made)[1]["database"][0]["level"] == "wrong"
    assert "there is none" in after["back-ups"][0]["text"]


def test_a_service_is_asked_through_its_own_address(made: Made) -> None:
    """The program's own answer is one at which a proxy would be right to change nothing."""
    with served(made.home) as service:
        assert _is_service_locked(made.home) is not None
        _status, found = lines_of(made, "--url", f"http://127.0.0.1:{service.port}")
        text = run("doctor", "--home", str(made.home)).out
    assert [one["level"] for one in found["proxy"]] == ["good"]
    assert "WRONG  debug: this instance is a demonstration" in text
