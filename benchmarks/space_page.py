# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compare a page that lists a space of 1,000 records with the same page over plain rows.

Both make the same HTML by the same template. The sealed one reads session, keyring, head,
roster, index pages and cards; the plain one reads a session row, a member row and the
newest fifty of a thousand rows by an index, with their count.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from benchmarks.harness import Figure, median_ratio, median_s, time_in_turns
from benchmarks.worlds import fill, world

if TYPE_CHECKING:
    from hedgerow.rooms.members.selectors import Leaf
    from hedgerow.store.visit import Entry, Space

PLAIN = (
    "CREATE TABLE plain_session (id TEXT PRIMARY KEY, member INTEGER)",
    "CREATE TABLE plain_member (id INTEGER PRIMARY KEY, name TEXT)",
    """CREATE TABLE plain (id INTEGER PRIMARY KEY, kind INTEGER, title TEXT, author INTEGER,
    made INTEGER, changed INTEGER, version INTEGER, place INTEGER)""",
    "CREATE INDEX plain_place ON plain (kind, place)",
    "INSERT INTO plain_session VALUES ('cookie', 1)",
    "INSERT INTO plain_member VALUES (1, 'K')",
)
RECORDS = 1_000
ROUNDS = 40
BOUND = 2.0


def make_plain(entries: "Sequence[Entry]") -> None:
    """Put the same records into plain rows."""
    from django.db import connection  # noqa: PLC0415 -- once Django is set up

    with connection.cursor() as cursor:
        for statement in PLAIN:
            cursor.execute(statement)
        cursor.executemany(
            "INSERT INTO plain VALUES (%s, 1, %s, 1, %s, %s, 1, %s)",
            [(e.id, e.title, e.made, e.changed, -place) for place, e in enumerate(entries)],
        )


def plain_leaf() -> "Leaf[Entry]":
    """Read session, member and the newest fifty of the plain rows."""
    from django.db import connection  # noqa: PLC0415 -- once Django is set up

    from hedgerow.rooms.members.records import Page  # noqa: PLC0415 -- once Django is set up
    from hedgerow.rooms.members.selectors import Leaf  # noqa: PLC0415 -- once Django is set up
    from hedgerow.store.visit import Entry  # noqa: PLC0415 -- once Django is set up

    with connection.cursor() as cursor:
        cursor.execute("SELECT member FROM plain_session WHERE id = 'cookie'")
        cursor.execute("SELECT name FROM plain_member WHERE id = %s", cursor.fetchone())
        name = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM plain WHERE kind = 1")
        total = cursor.fetchone()[0]
        cursor.execute(
            "SELECT id, title, author, made, changed, version FROM plain"
            " WHERE kind = 1 ORDER BY place DESC LIMIT 50"
        )
        newest = [
            Entry(one, Page, title, author, name, made, changed, version, None, 0, None, 0)
            for one, title, author, made, changed, version in cursor.fetchall()
        ]
    return Leaf(newest, 1, -(-total // 50), total)


def html_of(group: "Space", leaf: "Leaf[Entry]") -> bytes:
    """Make the page."""
    from django.test import RequestFactory  # noqa: PLC0415 -- once Django is set up

    from hedgerow.rooms.members import doors, rows  # noqa: PLC0415 -- once Django is set up

    lines = rows.entry_rows(group, leaf.rows)
    context = {"rows": lines, "leaf": rows.leaf_links(leaf), "space": group}
    return doors.show(RequestFactory().get("/"), "pages", context).content


def run() -> Iterator[Figure]:
    """Measure both and yield their ratio."""
    with world() as present:
        from hedgerow.rooms.members.records import Page  # noqa: PLC0415 -- once Django is set up
        from hedgerow.rooms.members.selectors import leaf_of  # noqa: PLC0415 -- once Django is set up

        space = present.open_space("S")
        fill(space, records=RECORDS)
        make_plain(present.space(space.id).entries(Page, by_change=True))

        def sealed() -> bytes:
            group = present.space(space.id)
            return html_of(group, leaf_of(group.entries(Page, by_change=True), number=1))

        def plain() -> bytes:
            return html_of(space, plain_leaf())

        assert len(sealed()) == len(plain())
        variants = {"sealed": sealed, "plain": plain}
        times = time_in_turns("a page of 1,000 records", variants=variants, rounds=ROUNDS)
    ratio = median_ratio(times, of="sealed", to="plain")
    yield Figure(figure="sealed_to_plain", value=ratio, unit="x", bound=BOUND)
    yield Figure(figure="sealed", value=median_s(times, of="sealed") * 1000, unit="ms")
