# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search all files of a PostgreSQL server for what people typed through the pages."""

import base64
from collections.abc import Iterator

import pytest
from django.db import connection

from hedgerow.kernel.randomness import Randomness
from hedgerow.store.machine import machine
from tests.databases import DATABASES
from tests.rooms.members.browsers import Group
from tests.rooms.members.test_shelf import a_file

pytestmark = pytest.mark.postgresql_only("searches the server's folder")
KINDS = ("group", "person", "title", "text", "thread", "answer", "file", "name", "search", "slip")


def _drawn(random: Randomness) -> dict[str, str]:
    """Return a mark for each thing that is typed, Cyrillic besides."""
    return {kind: f"жовтий-{kind}-{random(9).hex()}" for kind in KINDS}


def _dresses(mark: str) -> Iterator[bytes]:
    """Yield the bytes by which a mark would stand in a table, a journal or a log."""
    for encoding in ("utf-8", "utf-16-le", "cp1251"):
        data = mark.encode(encoding)
        yield data
        yield data.hex().encode()
        yield base64.b64encode(data).rstrip(b"=")[:-2]
    yield mark.encode("unicode_escape")


def _found(marks: dict[str, str]) -> set[tuple[str, str]]:
    """Return the marks that stand in a file of the server, with the first part of its place."""
    server = DATABASES.server
    assert server is not None
    server.run("CHECKPOINT")
    found: set[tuple[str, str]] = set()
    for path in server.folder.rglob("*"):
        if not path.is_file():
            continue
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue
        place = path.relative_to(server.folder).parts[-2:][0]
        found |= {
            (kind, place)
            for kind, mark in marks.items()
            if any(look in data for look in _dresses(mark))
        }
    return found


def _type(group: Group, marks: dict[str, str]) -> None:
    """Type each mark into the pages, and read back what was taken as another member."""
    reader = group.bring(marks["person"], role="3", reads="ALL")
    who = group.keeper
    page = group.write(who, title=marks["title"], text=marks["text"])
    thread = group.talk(who, title=marks["thread"], text=marks["answer"])
    who.send(
        f"{group.path}files/new/", file=a_file(f"{marks['name']}.pdf", marks["file"].encode() * 40)
    )
    who.send(f"{group.path}search/", query=marks["search"])
    assert who.send(f"{group.path}pages/new/", title="", text=marks["slip"]).status == 422
    who.send("/groups/new/", group=marks["group"], name="Rowan")
    assert marks["text"] in reader.open(page).text
    assert marks["answer"] in reader.open(thread).text
    assert f"{marks['name']}.pdf" in reader.open(f"{group.path}files/").text
    assert marks["person"] in who.open(f"{group.path}people/").text
    assert marks["group"] in who.open("/me/").text


def test_nothing_that_people_typed_reaches_the_server_s_files(group: Group) -> None:
    """Tables, journal, statistics and log hold no mark, neither by day nor after the night."""
    marks = _drawn(machine().random)
    _type(group, marks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert _found(marks) == set()
    group.vault.night()
    assert _found(marks) == set()


@pytest.mark.usefixtures("group")
def test_the_search_finds_a_leak() -> None:
    """A mark written in clear is found in the table and in the journal."""
    marks = _drawn(machine().random)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET app = %s", [marks["text"]])
    places = {place for kind, place in _found(marks) if kind == "text"}
    assert "pg_wal" in places
    assert len(places) >= 2
    assert {kind for kind, _place in _found(marks)} == {"text"}
