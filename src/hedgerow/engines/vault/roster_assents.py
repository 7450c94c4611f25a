# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what an assent is over: a second person's yes to one act on one occasion.

An assent is an Ed25519 signature over "hedgerow assent 1", space u64, act u8, member u64,
new role u8 and ground (hash 32, u32). It counts while its maker holds the role that makes
it one. The ground ties it to the occasion: for a keeper's act on a member the entry that
gave the member the present role, so that nothing the member appends can void it; for a
hand-over the heirs entry and the number of rounds so far; for naming heirs the list and the
number of lists so far.
"""

from hedgerow.engines.vault.primitives import hash_bytes
from hedgerow.engines.vault.roster_acts import Act, heirs_bytes, number_of
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.kernel.canonical import u8, u32, u64
from hedgerow.kernel.ids import MemberId, SpaceId

_ASSENT = b"hedgerow assent 1"


def assent_bytes(
    space: SpaceId, *, kind: type[Act], member: int, role: int, ground: tuple[bytes, int]
) -> bytes:
    """Return what an assent is over.

    Args:
        space: The space.
        kind: The kind of the act it assents to.
        member: Whom the act is about; 0 for naming heirs.
        role: The new role; 0 where there is none.
        ground: A hash and a number that tie it to one occasion.
    """
    about = u8(number_of(kind)) + u64(member) + u8(role)
    return _ASSENT + u64(space) + about + ground[0] + u32(ground[1])


def heirs_ground(
    state: RosterState, *, members: tuple[MemberId, ...], threshold: int
) -> tuple[bytes, int]:
    """Return the ground of an assent to a list of heirs."""
    return hash_bytes(heirs_bytes(members, threshold), person="roster-heirs"), state.heirs_count
