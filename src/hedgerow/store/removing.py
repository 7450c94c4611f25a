# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remove members: everything of the space is sealed again under new keys, at once.

Somebody who leaves, or takes new keys, cannot do this alone, since a new generation needs
a keeper's signature. The roster is then stale, and the next keeper who comes answers.
"""

from hedgerow.engines.vault import acts
from hedgerow.engines.vault.roster_acts import Assent, Remove
from hedgerow.engines.vault.tags import new_keys
from hedgerow.kernel.errors import Damaged, NotFound, Refused
from hedgerow.kernel.ids import MemberId
from hedgerow.store import handingover, released
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.reading import Opened


def rotate(change: Change) -> None:
    """Open a new generation within a change: new keys, new package, everything sealed again."""
    handingover.renew_all(change)
    keys = new_keys(change.roster.generation + 1, random=change.opened.random)
    change.renew_keys(keys)
    change.step(acts.open_generation(change.roster, author=change.author, keys=keys))
    change.write_package()


def remove_in(change: Change, member_id: MemberId, *, assent: Assent | None = None) -> None:
    """Remove a member within a change.

    Raises:
        NotFound: "member.unknown".
        Refused: "roster.*", the rule that forbids it.
    """
    if member_id not in change.roster.members:
        raise NotFound("member.unknown")
    change.act(Remove(member_id, assent))
    released.withdraw_all_of(change, member_id)
    rotate(change)


def remove(opened: Opened, *, member_id: MemberId) -> None:
    """Remove a member; see `Space.remove`."""
    changing(opened, lambda change: remove_in(change, member_id))


def _must_answer(opened: Opened) -> bool:
    """Tell whether a new generation waits for this member's coming."""
    return opened.roster.is_stale and opened.is_keeper and not opened.roster.two_together


def answer_stale(opened: Opened) -> Opened:
    """Let a keeper's coming open the generation that waits for one."""
    if _must_answer(opened):
        try:
            changing(opened, _answer)
        except (Damaged, Refused):
            opened.note_damage("space.damaged")
    return opened


def _answer(change: Change) -> None:
    """Rotate, unless another keeper was quicker."""
    if change.roster.is_stale:
        rotate(change)
