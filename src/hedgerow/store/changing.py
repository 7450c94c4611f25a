# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run an act on a space in one transaction, under the lock, as often as it takes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from hedgerow.kernel.errors import Busy, NotFound
from hedgerow.store import rosters
from hedgerow.store.change import Change
from hedgerow.store.reading import Opened, head_in
from hedgerow.store.writing import Transaction, in_writing

T = TypeVar("T")
_TIMES: Final = 4


class Moved(Exception):
    """Say that the space has a newer generation than the one that was opened."""


def locked(tx: Transaction, *, opened: Opened) -> Change:
    """Read head and roster under the lock and begin a change.

    Raises:
        Moved: The keys are those of an older generation.
        NotFound: "space.unknown" when the member is none any more.
    """
    tag = opened.tags.head()
    head = head_in(tx.look_up(large=[tag]).large.get(tag), entry=opened.entry)
    if head is None:
        raise Moved
    known = rosters.roster_of(opened.entry, keys=opened.keys, head=head, find=tx.look_up)
    if opened.member_id not in known.state.members:
        raise NotFound("space.unknown")
    return Change(tx, opened=replace(opened, head=head, known=known, names=None))


def changing(opened: Opened, act: Callable[[Change], T]) -> T:
    """Run an act on a space in one transaction; afterwards `opened` is as it was left.

    Raises:
        NotFound: "space.unknown" when the member is none any more.
        Busy: "store.busy" when the space kept moving.
    """
    for _ in range(_TIMES):
        left: list[Opened] = []

        def run(tx: Transaction) -> T:
            change = locked(tx, opened=opened)
            result = act(change)
            change.finish()
            left[:] = [change.opened]  # noqa: B023 -- run is called in this very round
            return result

        try:
            result = in_writing(run, over=[opened.tags.head()])
        except Moved:
            if not opened.renew():
                raise NotFound("space.unknown") from None
            continue
        opened.take(left[0])
        rosters.keep(opened.known)
        if opened.entry != opened.account.entry(opened.space_id):
            opened.account.keep(opened.entry)
        return result
    raise Busy("store.busy")
