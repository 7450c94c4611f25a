# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remove one of 1,000 members from a space of 20,000 records, durably."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from benchmarks.harness import Figure, median_s, time_in_turns
from benchmarks.worlds import fill, opened_of, world

if TYPE_CHECKING:
    from hedgerow.store.change import Change
    from hedgerow.store.visit import Space

MEMBERS = 1_000
RECORDS = 20_000
ROUNDS = 3
BOUND_S = 1.5


def join_all(space: "Space", *, count: int) -> None:
    """Let made-up members join in one transaction, as nobody's words are needed here."""
    from hedgerow.store.changing import changing  # noqa: PLC0415 -- once Django is set up

    def act(change: "Change") -> None:
        for _ in range(count):
            join_one(change)
        change.write_package()

    changing(opened_of(space), act)


def join_one(change: "Change") -> None:
    """Append an invitation and its join."""
    from hedgerow.engines.vault import acts  # noqa: PLC0415 -- once Django is set up
    from hedgerow.engines.vault.primitives import sealing_keys, signing_keys  # noqa: PLC0415 -- once Django is set up
    from hedgerow.engines.vault.roster_acts import Invite, Role  # noqa: PLC0415 -- once Django is set up
    from hedgerow.kernel.ids import InvitationId, MemberId, draw_id  # noqa: PLC0415 -- once Django is set up

    random, today = change.opened.random, change.opened.today
    code, seed = random(32), random(32)
    invitation, member = InvitationId(draw_id(random)), MemberId(draw_id(random))
    invited = signing_keys(code)
    keys = (sealing_keys(code).public, invited.public)
    change.act(Invite(invitation, *keys, Role.EDITOR, 0, today, random(32)))
    author = acts.Author(member, signing_keys(seed), today)
    sealing = sealing_keys(seed)
    change.step(
        acts.join(change.roster, invitation, author=author, sealing=sealing, invited=invited)
    )


def run() -> Iterator[Figure]:
    """Measure removals one after another."""
    with world() as present:
        space = present.open_space("S")
        join_all(space, count=MEMBERS - 1)
        fill(present.space(space.id), records=RECORDS, length=100)

        def remove() -> None:
            group = present.space(space.id)
            member = next(one.id for one in group.members() if not one.is_me)
            group.remove(member)

        times = time_in_turns("removals", variants={"remove": remove}, rounds=ROUNDS)
        assert len(present.space(space.id).members()) == MEMBERS - ROUNDS - 1
    value = median_s(times, of="remove")
    yield Figure(figure="remove_1_of_1000", value=value, unit="s", bound=BOUND_S)
