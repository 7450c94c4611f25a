# SPDX-License-Identifier: AGPL-3.0-or-later
"""Derive from a code's words everything that the code opens.

The words go through Argon2id once; from the 32 bytes that come out, the *root*, follow the
tag of the code's row, the key of the row and, for codes that stand for a person, a seed of
key pairs. Nothing of a code is stored, so that without the words not even the row is found.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum

from hedgerow.engines.vault.primitives import KEY_BYTES, Cost, id_from, stretch, sub
from hedgerow.engines.vault.words import (
    BOOT_PHRASE_WORDS,
    CODE_WORDS,
    PHRASE_WORDS,
    Numbers,
    number_bytes,
)
from hedgerow.kernel.canonical import Reader, u8, u64
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import InvitationId, SpaceId

SALT_BYTES = 16
_ROW_CODE = "vault.invitation_damaged"


class Label(Enum):
    """Name the kinds of words that go through Argon2id; the value is hashed with them."""

    PHRASE = "phrase"
    INVITE = "invite"
    RECEIPT = "receipt"
    OBSERVER = "observer"
    FREEZE = "freeze"
    BOOT = "boot"

    @property
    def words(self) -> int:
        """Return how many words there are, without the check word; a boot share has ten."""
        counts = {Label.PHRASE: PHRASE_WORDS, Label.BOOT: BOOT_PHRASE_WORDS}
        return counts.get(self, CODE_WORDS)


def salt_of(hold: bytes) -> bytes:
    """Return an instance's salt for phrases and codes."""
    return sub(hold, "salt")[:SALT_BYTES]


def root_of(numbers: Numbers, *, label: Label, salt: bytes, cost: Cost) -> bytes:
    """Derive the root of words: 32 bytes, by Argon2id.

    This is the one slow step; callers pass the gate first.

    Args:
        numbers: The words, without the check word.
        label: Their kind.
        salt: 16 bytes, see `salt_of`.
        cost: Memory and passes, as the instance sets them for this kind.
    """
    return stretch(label.value.encode() + number_bytes(numbers), salt=salt, cost=cost)


@dataclass(frozen=True, slots=True)
class Code:
    """Hold the secret of a code other than a phrase.

    Attributes:
        secret: 32 bytes; for an invitation this is what its pending row keeps.
    """

    secret: bytes

    @property
    def row_tag(self) -> bytes:
        """Return the true tag of the code's small row."""
        return sub(self.secret, "row")

    @property
    def row_key(self) -> bytes:
        """Return the key of the inner of that row."""
        return sub(self.secret, "key")

    @property
    def seed(self) -> bytes:
        """Return the seed of the code's key pairs."""
        return sub(self.secret, "seed")

    @property
    def invitation_id(self) -> InvitationId:
        """Return the id by which a roster names an invitation."""
        return InvitationId(id_from(self.secret, "id"))


def code_of(root: bytes, *, label: Label) -> Code:
    """Derive a code from its root."""
    return Code(sub(root, label.value))


class InvitationKind(IntEnum):
    """Say where an invitation leads."""

    INVITATION = 1
    FOUNDER = 2


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """Hold what stands in an invitation's small row.

    Attributes:
        kind: Into a space, or to the first account of an instance.
        space_id: Of the space, 0 for a founder.
        door: The space's door, zeros for a founder.
        genesis: Hash of the space's first roster entry, zeros for a founder.
    """

    kind: InvitationKind
    space_id: SpaceId
    door: bytes
    genesis: bytes


FOUNDER_ROW = InvitationRow(InvitationKind.FOUNDER, SpaceId(0), bytes(KEY_BYTES), bytes(KEY_BYTES))


def encode_invitation(row: InvitationRow) -> bytes:
    """Write the content of an invitation's row: kind u8, space id 8, door 32, genesis 32."""
    return u8(row.kind) + u64(row.space_id) + row.door + row.genesis


def decode_invitation(content: bytes) -> InvitationRow:
    """Read the content of an invitation's row.

    Raises:
        Damaged: "vault.invitation_damaged".
    """
    reader = Reader(content, code=_ROW_CODE)
    kind, space_id = reader.u8(), reader.u64()
    door, genesis = reader.take(KEY_BYTES), reader.take(KEY_BYTES)
    reader.end()
    if kind not in set(InvitationKind):
        raise Damaged(_ROW_CODE)
    return InvitationRow(InvitationKind(kind), SpaceId(space_id), door, genesis)
