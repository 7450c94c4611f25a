# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read and verify rosters, and keep what follows from them in memory.

The state of a roster holds random ids, roles and public keys, no names. It is kept by
space, with the hash of every entry, so that each member's own anchor is looked for on the
chain although the signatures were checked for another. The head's hash pins the state: a
roster that has not grown is not read again.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.head import Head
from hedgerow.engines.vault.keyring import KeyringEntry
from hedgerow.engines.vault.locker import open_inner
from hedgerow.engines.vault.roster import Anchor, Entry, unpack_pages
from hedgerow.engines.vault.roster_chain import extend, follow
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import SpaceKeys, SpaceTags, roster_context
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import SpaceId
from hedgerow.store.tables import Found

_MOST_KEPT: Final = 256
LookUp = Callable[..., Found]


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what follows from a roster.

    Attributes:
        state: Members, invitations, generation and the rest.
        hashes: Of all entries, the first at place 0.
    """

    state: RosterState
    hashes: tuple[bytes, ...]

    def after(self, entries: Iterable[Entry], *, state: RosterState) -> "Known":
        """Return what is known after further entries."""
        return Known(state, (*self.hashes, *(one.hash for one in entries)))


NOTHING: Final = Known(RosterState(SpaceId(0)), ())
_kept: "OrderedDict[SpaceId, Known]" = OrderedDict()
_lock = threading.Lock()


def keep(known: Known) -> None:
    """Keep what follows from a roster that stands in the database."""
    with _lock:
        _kept[known.state.space] = known
        _kept.move_to_end(known.state.space)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)


def forget_all() -> None:
    """Forget every roster, as a process does that begins anew."""
    with _lock:
        _kept.clear()


def page_contents(keys: SpaceKeys, numbers: Iterable[int], *, find: LookUp) -> list[bytes]:
    """Read pages of a roster.

    Raises:
        Damaged: "space.roster_damaged" when one is missing or does not open.
    """
    of = SpaceTags(keys.secret)
    tags = {number: of.roster(number) for number in numbers}
    rows = find(large=list(tags.values())).large
    try:
        return [
            open_inner(keys.secret, rows[tag].inner, *roster_context(number))
            for number, tag in tags.items()
        ]
    except (Damaged, KeyError):
        raise Damaged("space.roster_damaged") from None


def _later(known: Known, head: Head, *, keys: SpaceKeys, find: LookUp) -> list[Entry]:
    """Return the entries from some place before the end of what is known."""
    last = unpack_pages(page_contents(keys, [head.roster_pages - 1], find=find))
    if last[0].seq <= known.state.seq + 1:
        return last
    return unpack_pages(page_contents(keys, range(head.roster_pages), find=find))


def _check_anchor(entry: KeyringEntry, known: Known) -> None:
    """Demand that a member's own anchor and genesis lie on the chain."""
    if known.hashes[0] != entry.genesis:
        raise Damaged("roster.other_space")
    if entry.anchor_seq > len(known.hashes):
        raise Damaged("roster.rolled_back")
    if entry.anchor_seq and known.hashes[entry.anchor_seq - 1] != entry.anchor_hash:
        raise Damaged("roster.fork")


def roster_of(entry: KeyringEntry, *, keys: SpaceKeys, head: Head, find: LookUp) -> Known:
    """Return what follows from a space's roster, verified for one member.

    Args:
        entry: The membership, whose anchor must lie on the chain.
        keys: The member's keys of the present generation.
        head: Says where the chain ends.
        find: Looks rows up, inside a transaction or outside.

    Raises:
        Damaged: "space.roster_damaged", or "roster.*" when the chain does not verify.
    """
    end = Anchor(head.roster_seq, head.roster_hash)
    with _lock:
        known = _kept.get(entry.space_id)
    if known is None or known.state.genesis_hash != entry.genesis or known.state.seq > end.seq:
        known = _followed(entry, keys=keys, head=head, find=find)
        keep(known)
    elif known.state.anchor != end:
        entries = _later(known, head, keys=keys, find=find)
        state = extend(known.state, entries, head=end)
        known = known.after((one for one in entries if one.seq > known.state.seq), state=state)
        keep(known)
    _check_anchor(entry, known)
    return known


def _followed(entry: KeyringEntry, *, keys: SpaceKeys, head: Head, find: LookUp) -> Known:
    """Verify a whole chain."""
    entries = unpack_pages(page_contents(keys, range(head.roster_pages), find=find))
    anchor = Anchor(entry.anchor_seq, entry.anchor_hash) if entry.anchor_seq else None
    state = follow(
        entries,
        space=entry.space_id,
        genesis_hash=entry.genesis,
        head=Anchor(head.roster_seq, head.roster_hash),
        anchor=anchor,
    )
    return NOTHING.after(entries, state=state)
