# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the search finds a canary in whatever dress it was written, and nothing else."""

import base64
import gzip
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.drill.canaries import Aviary, Canary
from hedgerow.drill.search import Searcher, dresses, search

LATIN, CYRILLIC = "bqkwzvxjhfdmtpqaeo", "фжщцюзъвыкшдгмрчбэ"

DRESSES: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "UTF-16, little end first": lambda text: text.encode("utf-16-le"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "hex": lambda text: text.encode().hex().encode(),
    "capital hex": lambda text: text.encode().hex().upper().encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 after one byte": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "base64 after two bytes": lambda text: base64.b64encode(b"xx" + text.encode() + b"y"),
    "base64 of URLs": lambda text: base64.urlsafe_b64encode(b"\xff\xfe" + text.encode()),
    "hex of UTF-16": lambda text: text.encode("utf-16-le").hex().encode(),
    "URL": lambda text: quote(text).encode(),
    "JSON": lambda text: json.dumps({"text": text}).encode(),
    "HTML": lambda text: "".join(f"&#{ord(one)};" for one in text).encode(),
    "zlib": lambda text: zlib.compress(b"<p>" + text.encode() * 3),
    "gzip": lambda text: gzip.compress(f"a log line {text}".encode()),
    "zlib in the middle": lambda text: os.urandom(50) + zlib.compress(text.encode()) + b"end",
    "a stream cut short": lambda text: zlib.compress(text.encode() + os.urandom(9000))[:4000],
    "hex in zlib": lambda text: zlib.compress(text.encode().hex().encode()),
}


def _found(tmp_path: Path, data: bytes, text: str) -> bool:
    (tmp_path / "file").write_bytes(os.urandom(3000) + data + os.urandom(3000))
    return [one.canary for one in search(tmp_path, [Canary("it", text)])] != []


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("text", [LATIN, CYRILLIC], ids=["latin", "cyrillic"])
def test_a_canary_is_found_in_every_dress(tmp_path: Path, dress: str, text: str) -> None:
    """In the middle of noise, whatever a program made of it on the way."""
    assert _found(tmp_path, DRESSES[dress](text), text)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_cyrillic_is_found_in_older_encodings(tmp_path: Path, encoding: str) -> None:
    """Also in base64 of them."""
    data = CYRILLIC.encode(encoding)
    assert _found(tmp_path, data, CYRILLIC)
    assert _found(tmp_path, base64.b64encode(b"-" + data + b"-"), CYRILLIC)


def test_a_name_of_a_file_is_searched_too(tmp_path: Path) -> None:
    """A canary in a folder's name is found although every file is empty."""
    (tmp_path / LATIN).mkdir()
    (tmp_path / LATIN / "empty").touch()
    assert [one.canary for one in search(tmp_path, [Canary("it", LATIN)])] == ["it"]


def test_bytes_are_found(tmp_path: Path) -> None:
    """A key is found raw and in hexadecimal."""
    key = os.urandom(32)
    for data in (key, key.hex().encode(), base64.b64encode(key)):
        (tmp_path / "file").write_bytes(b"...." + data)
        assert search(tmp_path, [Canary("key", key)])


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    """Noise, and words that only resemble a canary, are no find."""
    (tmp_path / "file").write_bytes(os.urandom(300_000) + LATIN[:-1].encode() + b" ")
    assert search(tmp_path, [Canary("it", LATIN), Canary("other", CYRILLIC)]) == []


def test_no_dress_is_short_enough_to_turn_up_by_chance() -> None:
    """Every sequence looked for has at least twelve bytes, and no two canaries share one."""
    aviary = Aviary(os.urandom)
    looks: set[bytes] = set()
    for _ in range(60):
        some = set(dresses(Canary("it", aviary.word())))
        assert min(map(len, some)) >= 12
        assert not looks & some
        looks |= some


WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=18, max_size=40) | st.text(
    "абвгдежзиклмнопрстуфхцшыэюя", min_size=18, max_size=40
)


@given(text=WORDS, dress=st.sampled_from(sorted(DRESSES)), before=st.binary(max_size=60))
def test_any_canary_is_found_at_any_offset(text: str, dress: str, before: bytes) -> None:
    """Whatever it says, however it is dressed, wherever it stands among others."""
    others = [Canary(f"other {number}", f"{LATIN}{number}") for number in range(5)]
    searcher = Searcher([*others, Canary("it", text)])
    data = before + DRESSES[dress](text) + b"after it"
    assert {one.canary for one in searcher.finds(data, place="here")} == {"it"}


@given(key=st.binary(min_size=32, max_size=32).filter(any), offset=st.integers(0, 20))
def test_any_key_is_found_at_any_offset(key: bytes, offset: int) -> None:
    """Raw, in hexadecimal and in base64."""
    searcher = Searcher([Canary("key", key)])
    for data in (key, key.hex().encode(), base64.b64encode(bytes(offset % 3) + key)):
        assert list(searcher.finds(bytes(offset) + data, place="here"))


def test_a_canary_across_two_pieces_is_found() -> None:
    """The search goes piece by piece; nothing falls between two of them."""
    searcher = Searcher([Canary("it", LATIN)])
    for shift in range(len(LATIN) + 2):
        data = bytes(4 * 1024 * 1024 - shift) + LATIN.encode() + bytes(10)
        assert [one.canary for one in searcher.finds(data, place="here")] == ["it"]


@given(st.binary(max_size=3000))
def test_nothing_is_found_in_any_noise(data: bytes) -> None:
    """Bytes that were not made from a canary hold none."""
    aviary = Aviary(os.urandom)
    searcher = Searcher([Canary(f"{number}", aviary.word()) for number in range(30)])
    assert list(searcher.finds(data, place="here")) == []


def test_nothing_is_found_in_much_noise() -> None:
    """Sixteen megabytes of random bytes hold none of a thousand canaries."""
    aviary = Aviary(os.urandom)
    searcher = Searcher([Canary(f"{number}", aviary.word()) for number in range(1000)])
    assert list(searcher.finds(os.urandom(16 * 1024 * 1024), place="here")) == []
