# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verify a roster from what is already known of it.

A session knows a place on the chain: the *anchor* in the keyring, or a state it keeps in
RAM. Entries up to there need no second check of signatures, since the hash covers them; all
later ones are checked. A chain that does not lead through the anchor is a fork, one that
ends before it was rolled back, and one that ends elsewhere than the head says disagrees
with it, which a reader also meets in the middle of somebody else's write.

`apply` judges one new entry, `follow` verifies a whole chain, `extend` what was appended
to a state. They raise, and the state they were given stays as it was.
"""

from collections.abc import Iterable, Sequence

from hedgerow.engines.vault.roster import Anchor, Entry
from hedgerow.engines.vault.roster_rules import RULES
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import NO_CHAPTERS, NO_KEY, SpaceKeys, is_committed
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.ids import SpaceId


def apply(state: RosterState, entry: Entry) -> RosterState:
    """Return the state after one more entry, its signatures checked.

    Args:
        state: The state before; `RosterState(space)` before the first entry.
        entry: What is appended.

    Raises:
        Refused: "roster.*", the rule that forbids it.
    """
    fresh = state.copy()
    _step(fresh, entry, verify=True)
    return fresh


def follow(
    entries: Sequence[Entry],
    *,
    space: SpaceId,
    genesis_hash: bytes,
    head: Anchor,
    anchor: Anchor | None = None,
) -> RosterState:
    """Verify a whole chain and return what follows from it.

    Args:
        entries: All entries, in order.
        space: The space.
        genesis_hash: The hash of the first entry, from keyring or invitation.
        head: Where the chain ends, from the space's head.
        anchor: The place up to which the member verified it before; none where it is
            None or its seq is 0.

    Raises:
        Damaged: "roster.other_space", "roster.rolled_back", "roster.fork",
            "roster.head_disagrees" or "roster.forged"; the last names entry and rule.
    """
    if not entries or entries[0].hash != genesis_hash:
        raise Damaged("roster.other_space")
    verified = anchor.seq if anchor else 0
    if len(entries) < verified:
        raise Damaged("roster.rolled_back")
    if anchor and verified and entries[verified - 1].hash != anchor.hash:
        raise Damaged("roster.fork")
    _demand_end(entries[-1], head=head)
    state = RosterState(space)
    _follow(state, entries, verified=verified)
    return state


def extend(state: RosterState, entries: Iterable[Entry], *, head: Anchor) -> RosterState:
    """Verify what was appended to a chain since a state, and return the state after it.

    Args:
        state: What a session keeps in RAM; it must not be from before the first entry.
        entries: The chain's entries; those the state knows already may be lacking.
        head: Where the chain ends.

    Raises:
        Damaged: As `follow`.
    """
    if head.seq < state.seq:
        raise Damaged("roster.rolled_back")
    later = [one for one in entries if one.seq > state.seq]
    if (later[0].prev if later else head.hash) != state.hash:
        raise Damaged("roster.fork")
    if later:
        _demand_end(later[-1], head=head)
    fresh = state.copy()
    _follow(fresh, later, verified=state.seq)
    return fresh


def _demand_end(last: Entry, *, head: Anchor) -> None:
    """Demand that a chain ends where the head says."""
    if last.anchor != head:
        raise Damaged("roster.head_disagrees")


def _follow(state: RosterState, entries: Iterable[Entry], *, verified: int) -> None:
    """Apply entries one after another to a state of its own."""
    for entry in entries:
        try:
            _step(state, entry, verify=state.seq >= verified)
        except Refused as refusal:
            raise Damaged("roster.forged", seq=entry.seq, rule=refusal.code) from None


def _step(state: RosterState, entry: Entry, *, verify: bool) -> None:
    """Judge an entry and change the state by it."""
    if entry.space != state.space or entry.seq != state.seq + 1 or entry.prev != state.hash:
        raise Refused("roster.not_next")
    RULES[type(entry.act)](state, entry, entry.act, verify=verify)
    state.seq, state.hash = entry.seq, entry.hash


def are_current(keys: SpaceKeys, *, state: RosterState) -> bool:
    """Tell whether keys are those to which the newest entries commit.

    Args:
        keys: What a slot of the package, or a keyring, holds.
        state: What follows from the roster.
    """
    if keys.generation != state.generation:
        return False
    if not is_committed(keys.secret, commit=state.secret_commit):
        return False
    if keys.horizon == NO_CHAPTERS:
        return keys.chapter_key == NO_KEY
    if keys.horizon > state.chapter:
        return False
    return is_committed(keys.key_of(state.chapter), commit=state.chapter_commit)
