# SPDX-License-Identifier: AGPL-3.0-or-later
"""Limit how much one member writes into one space in a day, counted in memory.

What is over the limit is refused. The first refusal of a day leaves one entry in the
space that its keepers see: somebody's phone may be in other hands.
"""

from typing import Final

from hedgerow.engines.vault.primitives import sub
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import MemberId
from hedgerow.store import kinds
from hedgerow.store.cards import bare_entry, name_of
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.lines import PassedQuota
from hedgerow.store.listing import of_kind
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened

RECORDS: Final = 300
BYTES: Final = 50 * 1024 * 1024
KEEPERS_FACTOR: Final = 10


def _count(opened: Opened, what: str, amount: int) -> int:
    """Add to one of a member's counters of today and return its total."""
    present = machine()
    secret = present.ring.secret("mix")
    name = sub(secret, "quota", what, opened.space_id, opened.member_id)
    return present.ephemeral.count(name, amount, day=opened.today)


def take(opened: Opened, *, size: int) -> None:
    """Count one record of some bytes, or refuse it.

    Raises:
        Refused: "quota.records" or "quota.bytes"; nothing is counted then.
    """
    factor = KEEPERS_FACTOR if opened.is_keeper else 1
    for what, amount, limit in (("records", 1, RECORDS), ("bytes", size, BYTES)):
        if _count(opened, what, amount) > limit * factor:
            _count(opened, what, -amount)
            if _count(opened, "passed", 1) == 1:
                changing(opened, _note)
            raise Refused(
                "quota.records" if what == "records" else "quota.bytes", limit=limit * factor
            )


def _note(change: Change) -> None:
    """Leave an entry that says whose limit was passed."""
    entry = bare_entry(change, kind=kinds.QUOTA_PASSED)
    number = change.add_entry(change.head.chapter, entry)
    change.line(entry.record, kind=kinds.QUOTA_PASSED, page=number)


def passed(opened: Opened) -> list[PassedQuota]:
    """Return who passed the limit of a day, the last one first."""
    entries = sorted(of_kind(opened, kinds.QUOTA_PASSED), key=lambda entry: -entry.made)
    return [
        PassedQuota(
            member_id=MemberId(entry.author),
            name=name_of(opened, MemberId(entry.author)),
            minute=entry.made,
            is_here=entry.author in opened.roster.members,
        )
        for entry in entries
    ]


def is_news(opened: Opened) -> bool:
    """Tell whether somebody else passed the limit since a keeper was last in the space."""
    return opened.is_keeper and any(
        line.kind == kinds.QUOTA_PASSED and line.member != opened.member_id
        for line in opened.head.news_since(opened.entry.seen)
    )
