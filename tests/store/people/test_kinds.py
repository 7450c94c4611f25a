# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values of records become bytes and come back, also from an older release."""

from dataclasses import dataclass

import msgspec
import pytest

from hedgerow.kernel.errors import Damaged
from hedgerow.store import kinds
from hedgerow.store.kinds import decode_body, decode_notes, encode_body, kind, spec_numbered

NUMBER = 0xFF01


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a registry of its own."""
    monkeypatch.setattr(kinds, "_by_number", {})
    monkeypatch.setattr(kinds, "_by_type", {})


def note_class(*, version: int = 2, number: int = NUMBER) -> type:
    """Register a class with every kind of plain field."""

    @kind(number=number, version=version)
    @dataclass(frozen=True, slots=True)
    class Note:
        text: str
        count: int
        is_read: bool
        raw: bytes
        lines: list[str]
        pair: tuple[int, str]
        nothing: str | None = None

        def search_text(self) -> str:
            return self.text

        @classmethod
        def upgrade(cls, version: int, old_fields: list[object]) -> list[object]:
            assert version == 1
            return [*old_fields, None]

    return Note


VALUES = ("Привіт", 2**60, True, b"\x00\xff", ["a", "б"], (1, "x"))


def test_a_value_comes_back_as_it_was() -> None:
    """Every plain field survives, and the notes of files stand beside them."""
    note = note_class()
    value = note(*VALUES, nothing="да")
    plain = encode_body(value, notes=[b"one", b"two"])
    assert decode_body(note, plain) == value
    assert decode_notes(plain) == [b"one", b"two"]
    assert plain[0] == 2


def test_an_older_body_is_brought_up_to_date() -> None:
    """A body of version 1 passes through the class's own upgrade."""
    note = note_class()
    old = b"\x01" + msgspec.msgpack.encode([list(VALUES), []])
    assert decode_body(note, old) == note(*VALUES, nothing=None)


def test_a_newer_body_is_reported() -> None:
    """A body of a later version says so and is not guessed at."""
    note = note_class(version=3)
    plain = encode_body(note(*VALUES))
    older = note_class(version=2)
    with pytest.raises(Damaged, match=r"record\.newer"):
        decode_body(older, plain)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode([["only one"], []]),
        msgspec.msgpack.encode([[1, "wrong", 3, 4, 5, 6, 7], []]),
        msgspec.msgpack.encode({"not": "an array"}),
        msgspec.msgpack.encode([[], [1]]),
    ],
)
def test_what_does_not_fit_is_damaged(content: bytes) -> None:
    """Bytes that do not parse or do not fit the class are damaged, never an exception."""
    note = note_class()
    with pytest.raises(Damaged, match=r"record\.damaged"):
        decode_body(note, b"\x02" + content)


def test_a_body_without_a_byte_is_damaged() -> None:
    """An empty body has no version and is damaged."""
    with pytest.raises(Damaged, match=r"record\.damaged"):
        decode_body(note_class(), b"")


def test_a_body_of_no_version_is_damaged() -> None:
    """No release wrote a version before the first, so nothing is asked to bring it up to date."""
    plain = encode_body(note_class(version=2)(*VALUES))
    with pytest.raises(Damaged, match=r"record\.damaged"):
        decode_body(note_class(), b"\x00" + plain[1:])


def test_a_class_that_changed_reads_what_it_wrote_before() -> None:
    """A later version without a way from the earlier ones is refused when it is declared."""

    @dataclass(frozen=True)
    class Changed:
        text: str

    with pytest.raises(ValueError, match="cannot read what its earlier versions wrote"):
        kind(number=NUMBER, version=2)(Changed)


def test_a_number_belongs_to_one_class() -> None:
    """Two classes cannot share a number, nor take one of the store's own."""
    note_class()

    @dataclass(frozen=True)
    class Other:
        text: str

    with pytest.raises(ValueError, match=r"is .*Note already"):
        kind(number=NUMBER, version=1)(Other)
    with pytest.raises(ValueError, match="256 to 65535"):
        kind(number=kinds.CARD, version=1)
    with pytest.raises(ValueError, match="1 to 255"):
        kind(number=NUMBER, version=0)


def test_an_unregistered_class_is_named() -> None:
    """A class nobody registered is a mistake of the room, named as such."""
    with pytest.raises(LookupError, match="str is not a registered kind"):
        kinds.spec_of(str)
    assert spec_numbered(0x7777) is None
