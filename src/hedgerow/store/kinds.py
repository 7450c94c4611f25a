# SPDX-License-Identifier: AGPL-3.0-or-later
"""Register the kinds of records, and turn their values into bytes and back.

A kind is a frozen dataclass with plain fields. Its number stands in the index and never
changes; its version stands in each body, so that a value written by an older release is
brought up to date by the class's own `upgrade` when it is read.

A body is one byte, the version, and then a MessagePack array of two arrays: the fields in
the order of the class, and the notes of the files that hang on the record. Fields are in
an array, not a map, so that a body does not spell out the names of what it holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, Final, Protocol, TypeVar, cast, get_type_hints

import msgspec

from hedgerow.kernel.errors import Damaged

CARD: Final = 0x0001
CONVERSATION: Final = 0x0002
ASSENT: Final = 0x0003
RELEASED: Final = 0x0004
QUOTA_PASSED: Final = 0x0005
LETTERBOX: Final = 0x0006
LETTERBOX_KEYS: Final = 0x0007
ELECTION: Final = 0x0008
ERASED_MESSAGES: Final = 0x0009
OWN_KINDS: Final = range(0x0100)
_LARGEST_NUMBER: Final = 0xFFFF
_LARGEST_VERSION: Final = 0xFF


class Value(Protocol):
    """Be what a record holds: a frozen dataclass that knows what a search looks through."""

    def search_text(self) -> str:
        """Return what a search looks through."""
        ...


V = TypeVar("V", bound=Value)
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class KindSpec:
    """Say how records of one kind are kept.

    Attributes:
        number: Stands in the index; below 256 for the store's own kinds.
        version: Of the fields as they are now, 1 to 255.
        keeps_versions: Whether an edit keeps the text it replaces.
        in_open_page: Whether probationers read it too.
        borrows_title: Whether its title is that of what it hangs on, so that a search passes it by.
        type: The class of the values.
        field_types: The types of its fields, in their order.
        decoder: Reads the fields and notes of a body of this very version.
    """

    number: int
    version: int
    keeps_versions: bool
    in_open_page: bool
    borrows_title: bool
    type: type[Any]
    field_types: tuple[Any, ...]
    decoder: msgspec.msgpack.Decoder[tuple[tuple[Any, ...], list[bytes]]]


_by_number: Final[dict[int, KindSpec]] = {}
_by_type: Final[dict[type, KindSpec]] = {}


def kind(
    *,
    number: int,
    version: int,
    keeps_versions: bool = False,
    in_open_page: bool = False,
    borrows_title: bool = False,
) -> Callable[[type[C]], type[C]]:
    """Register a frozen dataclass as a kind of record.

    Args:
        number: From 256 to 65,535; never given to another class, not even a later one.
        version: Raised whenever the fields change; then the class needs an
            `upgrade(version, old_fields)` class method that returns the new fields.
        keeps_versions: Whether an edit keeps the text it replaces.
        in_open_page: Whether probationers read it too.
        borrows_title: Whether its title is that of what it hangs on, so that lists show it and
            a search passes it by.

    Raises:
        ValueError: The number is taken, a number is out of its range, or a class whose fields
            changed has no `upgrade`.
    """
    _demand_range(number, version)

    def register(cls: type[C]) -> type[C]:
        taken = _by_number.get(number)
        if taken is not None and taken.type.__qualname__ != cls.__qualname__:
            msg = f"Kind {number:#06x} is {taken.type.__qualname__} already"
            raise ValueError(msg)
        if version > 1 and not hasattr(cls, "upgrade"):
            msg = f"{cls.__qualname__} cannot read what its earlier versions wrote"
            raise ValueError(msg)
        hints = get_type_hints(cls)
        types = tuple(hints[field.name] for field in fields(cast("Any", cls)))
        spec = KindSpec(
            number=number,
            version=version,
            keeps_versions=keeps_versions,
            in_open_page=in_open_page,
            borrows_title=borrows_title,
            type=cls,
            field_types=types,
            decoder=_decoder_of(types),
        )
        _by_number[number] = _by_type[cls] = spec
        return cls

    return register


def _demand_range(number: int, version: int) -> None:
    """Refuse numbers that no kind can have."""
    if number in OWN_KINDS or not 0 < number <= _LARGEST_NUMBER:
        msg = f"A kind's number lies from 256 to 65535, not at {number}"
        raise ValueError(msg)
    if not 0 < version <= _LARGEST_VERSION:
        msg = f"A kind's version lies from 1 to 255, not at {version}"
        raise ValueError(msg)


def _decoder_of(types: tuple[Any, ...]) -> msgspec.msgpack.Decoder[Any]:
    """Return what reads fields of some types, and notes."""
    content: Any = tuple[tuple[types], list[bytes]]  # type: ignore[valid-type]  # made at run time
    return msgspec.msgpack.Decoder(content)


def spec_of(kind_type: type) -> KindSpec:
    """Return how records of a class are kept.

    Raises:
        LookupError: The class was never registered.
    """
    try:
        return _by_type[kind_type]
    except KeyError:
        msg = f"{kind_type.__qualname__} is not a registered kind"
        raise LookupError(msg) from None


def spec_numbered(number: int) -> KindSpec | None:
    """Return how records of a number are kept, or None when no room here knows it."""
    return _by_number.get(number)


def encode_body(value: Value, *, notes: Sequence[bytes] = ()) -> bytes:
    """Return the plain bytes of a body: version, fields, notes of the files."""
    spec = spec_of(type(value))
    content = [list(astuple(cast("Any", value))), list(notes)]
    return bytes([spec.version]) + msgspec.msgpack.encode(content)


def _unpack(plain: bytes) -> tuple[int, list[Any], list[bytes]]:
    """Read version, fields and notes of a body, whatever its kind."""
    try:
        values, notes = msgspec.msgpack.decode(plain[1:], type=tuple[list[Any], list[bytes]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        msg = "record.damaged"
        raise Damaged(msg) from None
    return plain[0], values, notes


def decode_notes(plain: bytes) -> list[bytes]:
    """Return the notes of the files of a body, whatever its kind.

    Raises:
        Damaged: "record.damaged" when the bytes do not parse.
    """
    return _unpack(plain)[2]


def decode_body(kind_type: type[V], plain: bytes) -> V:
    """Return the value of a body, brought up to date when an older release wrote it.

    Raises:
        Damaged: "record.damaged" when the bytes do not parse or do not fit the class,
            "record.newer" when a newer release wrote them.
    """
    spec = spec_of(kind_type)
    try:
        if plain[:1] == bytes([spec.version]):
            return kind_type(*spec.decoder.decode(memoryview(plain)[1:])[0])
        return kind_type(*_upgraded(spec, plain))
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError):
        raise Damaged("record.damaged") from None


def _upgraded(spec: KindSpec, plain: bytes) -> list[Any]:
    """Return the fields of a body of an older version as the class has them now."""
    version, values, _ = _unpack(plain)
    if version < 1:
        raise Damaged("record.damaged")
    if version > spec.version:
        raise Damaged("record.newer")
    values = list(spec.type.upgrade(version, values))
    if len(values) != len(spec.field_types):
        raise Damaged("record.damaged")
    return [
        msgspec.convert(value, wanted)
        for value, wanted in zip(values, spec.field_types, strict=True)
    ]
