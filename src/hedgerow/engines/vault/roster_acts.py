# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write and read what the entries of a roster say: one class for each kind of act.

In payloads ids are u64; keys, hashes, tags and commitments 32 bytes; roles, thresholds and
counts before lists u8; days, horizons, chapters and quotas u16; generations and minutes
u32. Fields stand in the order in which the classes name them, an assent is member u64 and
signature 64, and where it may be absent the length of the payload tells.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar, cast

from hedgerow.engines.vault.primitives import SIGNATURE_BYTES
from hedgerow.kernel.canonical import Reader, u8, u64
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import InvitationId, MemberId

_DAMAGED = "roster.damaged"


class Role(IntEnum):
    """Say what a member may do."""

    KEEPER = 1
    EDITOR = 2
    READER = 3
    PROBATIONER = 4


class Assent(NamedTuple):
    """Hold a second person's yes to an act; what it is over stands in `roster_rules`."""

    member: MemberId
    signature: bytes


@dataclass(frozen=True, slots=True)
class Genesis:
    """Begin a space; the actor is its founder and first keeper."""

    sealing: bytes
    signing: bytes


@dataclass(frozen=True, slots=True)
class Invite:
    """Invite somebody; `row_tag` is the true tag of the code's row."""

    id: InvitationId
    sealing: bytes
    signing: bytes
    role: Role
    horizon: int
    last_day: int
    row_tag: bytes


@dataclass(frozen=True, slots=True)
class Revoke:
    """Take an invitation back."""

    id: InvitationId


@dataclass(frozen=True, slots=True)
class Join:
    """Use an invitation; the actor is the new member."""

    invitation: InvitationId
    member: MemberId
    sealing: bytes
    signing: bytes


@dataclass(frozen=True, slots=True)
class SetRole:
    """Give a member a role and a horizon."""

    member: MemberId
    role: Role
    horizon: int
    assent: Assent | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove a member."""

    member: MemberId
    assent: Assent | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the space."""


@dataclass(frozen=True, slots=True)
class Rekey:
    """Give oneself new keys."""

    sealing: bytes
    signing: bytes


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """Begin a generation: commitments of L and of the current chapter's key."""

    number: int
    secret_commit: bytes
    chapter_commit: bytes


@dataclass(frozen=True, slots=True)
class OpenChapter:
    """Begin a chapter: commitment of its key."""

    number: int
    commit: bytes


@dataclass(frozen=True, slots=True)
class NameHeirs:
    """Name the heirs, `threshold` of whom may make a keeper together."""

    members: tuple[MemberId, ...]
    threshold: int
    assent: Assent | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """Object to a hand-over under way; `heirs` is the hash of the heirs entry."""

    heirs: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """Make a member keeper by the assents of heirs."""

    heirs: bytes
    member: MemberId
    assents: tuple[Assent, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Set the rules that the running server keeps; the first two are 0 or 1."""

    two_person_export: int
    two_together: int
    quota: int


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirm the roster after a restore, which happened in `minute`."""

    minute: int


Act = (
    Genesis
    | Invite
    | Revoke
    | Join
    | SetRole
    | Remove
    | Leave
    | Rekey
    | OpenGeneration
    | OpenChapter
    | NameHeirs
    | Objection
    | Handover
    | Settings
    | Confirm
)
KINDS: tuple[type[Act], ...] = (
    Genesis,
    Invite,
    Revoke,
    Join,
    SetRole,
    Remove,
    Leave,
    Rekey,
    OpenGeneration,
    OpenChapter,
    NameHeirs,
    Objection,
    Handover,
    Settings,
    Confirm,
)
"""The kinds of entries; the number of a kind is its place here, from 1."""
_NUMBERS = {kind: number for number, kind in enumerate(KINDS, start=1)}
_TWICE_SIGNED = (Join, Rekey)
_PLAIN: dict[type[Act], struct.Struct] = {
    Genesis: struct.Struct(">32s32s"),
    Invite: struct.Struct(">Q32s32sBHH32s"),
    Revoke: struct.Struct(">Q"),
    Join: struct.Struct(">QQ32s32s"),
    Leave: struct.Struct(">"),
    Rekey: struct.Struct(">32s32s"),
    OpenGeneration: struct.Struct(">I32s32s"),
    OpenChapter: struct.Struct(">H32s"),
    Objection: struct.Struct(">32s"),
    Settings: struct.Struct(">BBH"),
    Confirm: struct.Struct(">I"),
}
A = TypeVar("A", bound=Act)


def number_of(kind: type[Act]) -> int:
    """Return the number of a kind of entries."""
    return _NUMBERS[kind]


def signatures_of(act: Act) -> int:
    """Return how many signatures an entry with this act bears."""
    return 2 if isinstance(act, _TWICE_SIGNED) else 1


def encode_act(act: Act) -> tuple[int, bytes]:
    """Return the number of an act's kind and its payload."""
    kind = type(act)
    plain = _PLAIN.get(kind)
    if plain is not None:
        return _NUMBERS[kind], plain.pack(*(getattr(act, name) for name in _fields(kind)))
    return _NUMBERS[kind], _WRITERS[kind](act)


def decode_act(number: int, payload: bytes) -> Act:
    """Read a payload.

    Raises:
        Damaged: "roster.damaged" when there is no such kind or the bytes are not one of it.
    """
    if not 1 <= number <= len(KINDS):
        raise Damaged(_DAMAGED)
    kind = KINDS[number - 1]
    plain = _PLAIN.get(kind)
    if plain is None:
        reader = Reader(payload, code=_DAMAGED)
        act = _READERS[kind](reader)
        reader.end()
        return act
    if len(payload) != plain.size:
        raise Damaged(_DAMAGED)
    fields = plain.unpack(payload)
    if kind is Invite:
        fields = (*fields[:3], _role(fields[3]), *fields[4:])
    act = cast("Any", kind)(*fields)
    if isinstance(act, Settings) and max(act.two_person_export, act.two_together) > 1:
        raise Damaged(_DAMAGED)
    return cast("Act", act)


def _fields(kind: type[Act]) -> tuple[str, ...]:
    """Return the names of an act's fields, in order."""
    return cast("tuple[str, ...]", cast("Any", kind).__slots__)


def _role(number: int) -> Role:
    """Read a role."""
    try:
        return Role(number)
    except ValueError:
        raise Damaged(_DAMAGED) from None


def _assent_bytes(assent: Assent | None) -> bytes:
    """Write an assent, or nothing."""
    return b"" if assent is None else u64(assent.member) + assent.signature


def _read_assent(reader: Reader) -> Assent:
    """Read an assent."""
    return Assent(MemberId(reader.u64()), reader.take(SIGNATURE_BYTES))


def _read_last_assent(reader: Reader) -> Assent | None:
    """Read the assent at the end of a payload, if there is one."""
    return _read_assent(reader) if reader.left else None


_ROLE = struct.Struct(">QBH")


def _write_role(act: SetRole) -> bytes:
    """Write the payload of a role."""
    return _ROLE.pack(act.member, act.role, act.horizon) + _assent_bytes(act.assent)


def _read_role(reader: Reader) -> SetRole:
    """Read the payload of a role."""
    member, role, horizon = _ROLE.unpack(reader.take(_ROLE.size))
    return SetRole(MemberId(member), _role(role), horizon, _read_last_assent(reader))


def _write_remove(act: Remove) -> bytes:
    """Write the payload of a removal."""
    return u64(act.member) + _assent_bytes(act.assent)


def _read_remove(reader: Reader) -> Remove:
    """Read the payload of a removal."""
    return Remove(MemberId(reader.u64()), _read_last_assent(reader))


def heirs_bytes(members: tuple[MemberId, ...], threshold: int) -> bytes:
    """Write the list of heirs and how many of them must agree."""
    return b"".join((u8(len(members)), *map(u64, members), u8(threshold)))


def _write_heirs(act: NameHeirs) -> bytes:
    """Write the payload of the heirs."""
    return heirs_bytes(act.members, act.threshold) + _assent_bytes(act.assent)


def _read_heirs(reader: Reader) -> NameHeirs:
    """Read the payload of the heirs."""
    members = tuple(MemberId(reader.u64()) for _ in range(reader.u8()))
    return NameHeirs(members, reader.u8(), _read_last_assent(reader))


def _write_handover(act: Handover) -> bytes:
    """Write the payload of a hand-over."""
    assents = map(_assent_bytes, act.assents)
    return b"".join((act.heirs, u64(act.member), u8(len(act.assents)), *assents))


def _read_handover(reader: Reader) -> Handover:
    """Read the payload of a hand-over."""
    heirs, member = reader.take(32), MemberId(reader.u64())
    return Handover(heirs, member, tuple(_read_assent(reader) for _ in range(reader.u8())))


_WRITERS: dict[type[Act], Callable[[Any], bytes]] = {
    SetRole: _write_role,
    Remove: _write_remove,
    NameHeirs: _write_heirs,
    Handover: _write_handover,
}
_READERS: dict[type[Act], Callable[[Reader], Act]] = {
    SetRole: _read_role,
    Remove: _read_remove,
    NameHeirs: _read_heirs,
    Handover: _read_handover,
}
