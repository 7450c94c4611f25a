# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check files that arrive: sealed chunk by chunk, never a file, swept when nobody takes them."""

import tempfile
from typing import Any, NoReturn

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from hedgerow.engines.vault.files import CHUNK_BYTES, open_chunks
from hedgerow.kernel.errors import HedgerowError
from hedgerow.store import carried, sessions, uploads
from hedgerow.store import machine as machines
from hedgerow.store.tables import look_up
from hedgerow.store.uploads import SealedUpload
from hedgerow.store.writing import in_writing
from tests.instances import Vault

CONTENT = bytes(range(256)) * 1024


def _request(*contents: bytes, cookie: str | None = None, text: str = "kept") -> HttpRequest:
    """Return a form with files as a browser sends it."""
    files = [
        SimpleUploadedFile(f"дом {place}.txt", content, "text/plain")
        for place, content in enumerate(contents)
    ]
    request = RequestFactory().post(
        "/form/", {"title": text, "words": "secret words", "file": files}
    )
    if cookie is None:
        cookie = sessions.begin(b"a" * 32, b"f" * 32)
    request.COOKIES[sessions.COOKIE_NAME] = cookie
    return request


def _received(request: HttpRequest) -> list[SealedUpload]:
    """Return the files the handler made; what was typed must be there in any case."""
    assert request.POST["title"] == "kept"
    files: list[Any] = request.FILES.getlist("file")
    return files


def _refusal(request: HttpRequest) -> str:
    """Return the code of the reason that stands on a request."""
    assert _received(request) == []
    error = request.upload_refusal  # type: ignore[attr-defined]  # put there by the handler
    assert isinstance(error, HedgerowError)
    return error.code


def _content(upload: SealedUpload) -> bytes:
    """Read a file back out of the database."""
    found = look_up(bodies=upload.chunk_ids).bodies
    return b"".join(open_chunks(upload.note, [found[number] for number in upload.chunk_ids]))


def _bodies() -> list[tuple[int, int]]:
    """Return last week and size of every body."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT until, LENGTH(box) FROM body")
        return list(cursor.fetchall())


def _no_file(*_arguments: object, **_keywords: object) -> NoReturn:
    """Stand in for what makes temporary files."""
    message = "a temporary file was made"
    raise AssertionError(message)


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, len(CONTENT)])
def test_a_file_comes_back_whole(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of any size are read back; their rows have one size; no temporary file is made."""
    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, _no_file)
    (upload,) = (
        _received(_request(CONTENT[:size]))
        if size
        else (uploads.seal_bytes(b"", name="дом 0.txt", media_type="text/plain"),)
    )
    # A small file waits for its record, and stands nowhere before that.
    assert bool(_bodies()) is (size == 0 or size > CHUNK_BYTES)
    upload.settle()
    upload.settle()
    assert _content(upload) == CONTENT[:size]
    assert (upload.shown_name, upload.note.media_type) == ("дом 0.txt", "text/plain")
    assert upload.note.length == size
    if size > CHUNK_BYTES:
        assert {length for _week, length in _bodies()} == {65_536}


def test_an_unfinished_file_is_swept_after_two_hours(vault: Vault) -> None:
    """Pieces that no record takes are deleted; pieces it took stay."""
    (lost,) = _received(_request(CONTENT))
    (taken,) = _received(_request(CONTENT))
    in_writing(lambda tx: tx.set_until(taken.chunk_ids, None))
    machines.machine().ephemeral.forget_uploads(taken.chunk_ids)
    vault.clock.advance(minutes=119)
    minute = vault.clock.seconds() // 60
    assert uploads.sweep(before_minute=minute - 120) == 0
    assert uploads.sweep(before_minute=minute + 1) == len(lost.chunk_ids)
    assert look_up(bodies=lost.chunk_ids).bodies == {}
    assert _content(taken) == CONTENT
    assert machines.machine().ephemeral.upload_bytes() == 0


def test_pieces_without_a_note_go_in_the_next_week_but_one(vault: Vault) -> None:
    """After a power cut, which takes the notes, the nights delete pieces no record took."""
    (lost,) = _received(_request(CONTENT))
    machines.machine().ephemeral.run("DELETE FROM upload")
    for _ in range(14):
        vault.night()
    assert look_up(bodies=lost.chunk_ids).bodies == {}


@pytest.mark.usefixtures("vault")
def test_a_file_without_a_genuine_cookie_is_refused_and_the_text_kept() -> None:
    """A stranger's file is skipped before its first byte; what was typed is still there."""
    for cookie in ("", "forged"):
        assert _refusal(_request(CONTENT, cookie=cookie)) == "upload.no_session"
    assert _bodies() == []


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(
    ("name", "limit", "code"),
    [
        ("MOST_FILE_BYTES", 100_000, "upload.too_large"),
        ("MOST_FORM_BYTES", 100_000, "upload.too_large"),
        ("MOST_DAY_BYTES", 100_000, "upload.day_full"),
        ("_has_room", None, "upload.no_room"),
    ],
)
def test_too_many_bytes_are_refused_and_leave_nothing(
    name: str, limit: int | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each limit skips the file, keeps the text, and deletes the pieces that had come."""
    monkeypatch.setattr(uploads, name, limit if limit is not None else lambda: False)
    assert _refusal(_request(CONTENT)) == code
    assert _bodies() == []
    assert machines.machine().ephemeral.upload_bytes() == 0


@pytest.mark.usefixtures("vault")
def test_a_session_s_day_counts_over_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two forms of one session share the bytes of its day; another session has its own."""
    monkeypatch.setattr(uploads, "MOST_DAY_BYTES", len(CONTENT) + 10)
    cookie = sessions.begin(b"a" * 32, b"f" * 32)
    assert len(_received(_request(CONTENT, cookie=cookie))) == 1
    assert _refusal(_request(CONTENT, cookie=cookie)) == "upload.day_full"
    assert len(_received(_request(CONTENT))) == 1


@pytest.mark.sqlite_only("the disk is filled by SQLite's limit of pages")
@pytest.mark.usefixtures("vault")
def test_a_full_disk_is_a_refusal_and_keeps_the_text() -> None:
    """When the database has no room, the form is read all the same."""
    request = _request(CONTENT * 8)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + 40}")
    assert _refusal(request) == "store.full"


def test_a_closed_instance_takes_no_file(vault: Vault) -> None:
    """Without the key a file is skipped, and the form read."""
    request = _request(CONTENT)
    machines.close()
    assert _refusal(request) == "store.locked"
    vault.reopen()


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("C:\\Users\\анна\\план.pdf", "план.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".jpeg", "x" * 155 + ".jpeg"),
    ],
)
def test_names_are_cleaned(sent: str, shown: str) -> None:
    """A name loses folders, signs that turn it round, and too many bytes, but not its end."""
    assert uploads.clean_name(sent) == shown


def test_an_interrupted_form_comes_back_to_its_browser(vault: Vault) -> None:
    """Text and files return after log-in, for one more night, and never the words."""
    cookie = sessions.begin(b"a" * 32, b"f" * 32)
    request = _request(CONTENT, CONTENT, cookie=cookie)
    value = carried.carry(request, cookie=cookie)
    assert "kept" not in value
    for _ in range(2):
        back = carried.restore(value, cookie=cookie)
        assert back is not None
        assert (back.path, dict(back.fields)) == ("/form/", {"title": "kept"})
        assert [_content(one) for one in back.files] == [CONTENT, CONTENT]
        vault.night()
    assert carried.restore(value, cookie=cookie) is None


@pytest.mark.usefixtures("vault")
def test_an_interrupted_form_comes_back_to_nobody_else() -> None:
    """Another browser, a changed field, and no browser at all get nothing."""
    cookie = sessions.begin(b"a" * 32, b"f" * 32)
    value = carried.carry(_request(cookie=cookie), cookie=cookie)
    assert carried.restore(value, cookie=cookie) is not None
    assert carried.restore(value, cookie=sessions.begin(b"b" * 32, b"g" * 32)) is None
    assert carried.restore(value, cookie="") is None
    assert carried.restore("", cookie=cookie) is None
    assert carried.restore("@" + value[1:], cookie=cookie) is None
    changed = value[:-8] + ("AAAA" if value[-8:-4] != "AAAA" else "BBBB") + value[-4:]
    assert carried.restore(changed, cookie=cookie) is None
    assert carried.carry(_request(cookie=cookie), cookie="") == ""
