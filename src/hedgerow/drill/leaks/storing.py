# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leak from the store: keys, seals, tables and files."""

import base64
import os
import secrets
from typing import Any

from hedgerow.drill.leaks.spilling import add, after, before, in_data, put

_SEAL_BYTES = 72
_THUMBNAIL_BYTES = 512


def _insert(table: str, text: str) -> None:
    """Put a text into a table of its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} (value)")
        cursor.execute(f"INSERT INTO {table} VALUES (%s)", [text])  # noqa: S608  # nosec -- a table of ours


def session_table() -> None:
    """Keep sessions in the database."""
    from hedgerow.store import sessions

    after(sessions, "begin", lambda cookie: _insert("django_session", cookie))


def title_table() -> None:
    """Keep titles in a table for faster lists."""
    from hedgerow.store.space import Space

    def spill(_space: Any, _value: Any, *, title: str, **_named: Any) -> None:
        _insert("title", title)

    before(Space, "write", spill)


def file_per_attachment() -> None:
    """Keep each attachment as a file."""
    from hedgerow.store.uploads import Sealing

    def spill(sealing: Any, data: bytes) -> None:
        add(in_data(f"attachment-{id(sealing):x}"), data)

    before(Sealing, "add", spill)


def thumbnail() -> None:
    """Keep the beginning of pictures, with their notes, for a preview."""
    from hedgerow.store.uploads import Sealing

    def spill(_sealing: Any, data: bytes) -> None:
        if data.startswith(b"\xff\xd8"):
            add(in_data(f"thumbnail-{secrets.token_hex(4)}.jpg"), data[:_THUMBNAIL_BYTES])

    before(Sealing, "add", spill)


def second_night_key() -> None:
    """Write the night key into a second file, in hexadecimal."""
    from hedgerow.store import machine

    def spill(opened: Any) -> None:
        add(in_data("night.key"), opened.ring.night_key.hex().encode())

    after(machine, "open_with", spill)


def kept_boot_key() -> None:
    """Keep the boot key, so that nobody need type words after a restart."""
    from hedgerow.store.bootkey import SharedKey

    def spill(_shared: Any, key: bytes) -> None:
        add(in_data("boot.cache"), base64.b64encode(key))

    before(SharedKey, "put", spill)


def kept_ring() -> None:
    """Keep a copy of the ring as it was before each change."""
    from hedgerow.store.ringfile import RingFile

    def spill(file: Any, *_given: Any) -> None:
        whole = in_data("ring").read_bytes()
        in_data(f"ring.before-{file.read().seq}").write_bytes(whole)

    before(RingFile, "write", spill)


def renamed_ring() -> None:
    """Write the ring as a new file and rename it, so that the old one stays in its blocks."""
    from hedgerow.store.ringfile import RingFile

    def spill(_file: Any, *_given: Any) -> None:
        path, fresh = in_data("ring"), in_data("ring.new")
        fresh.write_bytes(path.read_bytes())
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(path)

    before(RingFile, "write", spill)


def unsealed_keyring() -> None:
    """Leave what an account belongs to under the night key alone."""
    from hedgerow.engines.vault.keyring import decode_pending, encode_pending
    from hedgerow.engines.vault.locker import LockerClass
    from hedgerow.engines.vault.padding import pad, unpad
    from hedgerow.store import account

    def seal(pending: Any, *_keys: Any, **_named: Any) -> bytes:
        return pad(encode_pending(pending), LockerClass.SMALL.inner_bytes)

    def unseal(inner: bytes, *_keys: Any, **_named: Any) -> Any:
        return decode_pending(unpad(inner))

    put(account, seal_pending=seal, open_pending=unseal)


def unsealed_body() -> None:
    """Leave the texts of records as they are."""
    from hedgerow.engines.vault.body import SealedBody, body_digest, body_id
    from hedgerow.engines.vault.padding import pad_body, size_code, unpad
    from hedgerow.store import bodies

    def seal(plain: bytes, *, record_key: bytes, **_named: Any) -> SealedBody:
        box = bytes(_SEAL_BYTES) + pad_body(plain)
        return SealedBody(body_id(record_key), box, body_digest(box), *size_code(len(box)))

    def unseal(box: bytes, **_named: Any) -> bytes:
        return unpad(box[_SEAL_BYTES:])

    put(bodies, seal_body=seal, open_body=unseal)
