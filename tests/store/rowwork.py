# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write numbered rows and find them again, for tests that count what survives."""

from collections.abc import Iterable

from django.db import connection

from hedgerow.engines.vault.locker import open_inner
from hedgerow.engines.vault.primitives import hash_bytes, id_from
from hedgerow.store.tables import look_up
from hedgerow.store.writing import Transaction, in_writing

KEY = b"k" * 32


def tag(number: int) -> bytes:
    """Return the true tag of a numbered row."""
    return hash_bytes(b"tag %d" % number)


def body_id(number: int) -> int:
    """Return the id of a numbered body."""
    return id_from(KEY, "body", number)


def write(number: int, *, text: bytes = b"text", until: int | None = None) -> None:
    """Write one small row, one large row and one body in one transaction."""

    def act(tx: Transaction) -> None:
        week = until or 0
        tx.put_small(tag(number), text, key=KEY, until_week=week)
        tx.put_large(tag(number), text, key=KEY, until_week=week)
        tx.put_body(body_id(number), b"b" * 300 + b"%d" % number, until=until)

    in_writing(act)


def put_small(number: int, text: bytes) -> None:
    """Write one small row, in place of any there is."""
    in_writing(lambda tx: tx.put_small(tag(number), text, key=KEY))


def text_of(number: int) -> bytes:
    """Return the text of a small row."""
    return open_inner(KEY, look_up(small=[tag(number)]).small[tag(number)].inner, tag(number))


def found(numbers: Iterable[int]) -> tuple[set[int], set[int], set[int]]:
    """Return which of the numbered small rows, large rows and bodies there are."""
    asked = list(numbers)
    tags = {tag(number): number for number in asked}
    ids = {body_id(number): number for number in asked}
    there = look_up(small=list(tags), large=list(tags), bodies=list(ids))
    return (
        {tags[one] for one in there.small},
        {tags[one] for one in there.large},
        {ids[one] for one in there.bodies},
    )


def count(table: str) -> int:
    """Return how many rows a table has."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 -- a table of ours
        return int(cursor.fetchone()[0])
