# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what the drill found, and what somebody with the disk does learn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hedgerow.drill.erasure import Erasure
from hedgerow.drill.search import Find


@dataclass(slots=True)
class Report:
    """Hold the outcome of a drill.

    Attributes:
        planted: How many canaries were planted.
        accepted: How many of them pages took.
        unread: Names of those taken that no member could read back.
        finds: What was found after the kill, and again after a night.
        column_faults: What in the schema is not as declared.
        columns: How many columns were looked at.
        drawn: How many keys were looked for besides, which nobody typed.
        learns: What an adversary learns.
        erasure: What opened of what was erased.
        linkage: The report of the measurement of linkage, where there was one.
        is_raw: Whether raw blocks were searched.
        strays: Files elsewhere that the service had open for writing; None where nobody may look.
        delivered: How many keyrings the night after the restart delivered.
        statuses: How often requests that must break were answered with which status.
        seconds: How long each part took.
        seen_fields: Every field that the drill's people could type into.
        planted_fields: Every field they typed into.
    """

    planted: int
    accepted: int
    unread: tuple[str, ...]
    finds: tuple[Find, ...]
    column_faults: tuple[str, ...]
    columns: int
    drawn: int = 0
    learns: dict[str, object] = field(default_factory=dict)
    erasure: Erasure | None = None
    linkage: Any | None = None
    is_raw: bool = False
    strays: list[str] | None = None
    delivered: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    seen_fields: frozenset[tuple[str, str]] = frozenset()
    planted_fields: frozenset[tuple[str, str]] = frozenset()

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found or opened, and all was read back and is as declared."""
        is_erased = self.erasure is None or self.erasure.holds
        is_unlinked = self.linkage is None or bool(self.linkage.holds)
        faults = self.finds or self.unread or self.column_faults or self.strays
        return not faults and is_erased and is_unlinked

    def as_json(self) -> dict[str, object]:
        """Return the outcome as plain values."""
        return {
            "planted": self.planted,
            "keys_looked_for": self.drawn,
            "accepted": self.accepted,
            "read_back": self.accepted - len(self.unread),
            "unread": list(self.unread),
            "found": [
                {"canary": one.canary, "place": one.place, "dress": one.dress} for one in self.finds
            ],
            "columns": {"looked_at": self.columns, "faults": list(self.column_faults)},
            "linkage": None if self.linkage is None else self.linkage.to_json(),
            "erasure": None if self.erasure is None else self.erasure.as_json(),
            "delivered": self.delivered,
            "learns": self.learns,
            "raw_blocks": self.is_raw,
            "open_for_writing_elsewhere": self.strays,
            "statuses_of_broken_requests": {str(one): n for one, n in self.statuses.items()},
            "seconds": self.seconds,
        }

    def lines(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        yield f"Planted {self.planted} canaries; pages took {self.accepted} of them."
        yield f"Members read {self.accepted - len(self.unread)} of these back."
        yield from (f"  not read back: {name}" for name in self.unread)
        statuses = ", ".join(f"{count} x {status}" for status, count in self.statuses.items())
        yield f"Requests that had to break were answered: {statuses or 'none were sent'}."
        where = "files and raw blocks" if self.is_raw else "files"
        yield (
            f"Found on the disk, in {where}: {len({one.number for one in self.finds})}"
            f" of {self.planted},"
            f" and of {self.drawn} keys."
        )
        yield from (f"  {one.canary} in {one.place} ({one.dress})" for one in self.finds)
        if self.strays is None:
            yield "Which files the service had open elsewhere, only root can see."
        else:
            yield f"Files elsewhere that it had open for writing: {len(self.strays)}."
            yield from (f"  {name}" for name in self.strays)
        yield f"Columns looked at: {self.columns}; not as declared: {len(self.column_faults)}."
        yield from (f"  {fault}" for fault in self.column_faults)
        yield f"Keyrings that the night delivered, as once a week: {self.delivered}."
        yield from self._erasure_lines()
        if self.linkage is not None:
            yield from self.linkage.lines()
        yield "What somebody with this disk and no key does learn:"
        yield from _learned_lines(self.learns)
        yield f"Seconds: {', '.join(f'{what} {n}' for what, n in self.seconds.items())}."

    def _erasure_lines(self) -> Iterator[str]:
        """Yield what became of what was erased."""
        erasure = self.erasure
        if erasure is None:
            return
        yield (
            f"Erased records that boot key, disk and a removed member's words open after a night:"
            f" {erasure.opened} of {erasure.erased};"
            f" with the ring from before the night, which the drill kept: {erasure.control}."
        )
        if erasure.in_later is not None:
            yield (
                f"  In a back-up from after the night boot key and words open {erasure.in_later}."
                f" In the one from before it, for as long as it is kept (35 days at most):"
                f" {erasure.in_earlier}."
            )
        yield f"  Candidates of rows that were tried: {erasure.rows}."
        yield f"  Earlier rings on the disk: {erasure.rings}."
        if self.is_raw:
            yield f"  From raw blocks alone the earlier ring would open {erasure.control_alone}."


def _learned_lines(learns: dict[str, object]) -> Iterator[str]:
    """Yield what is learned, one kind a line; long lists by their length."""
    for name, value in learns.items():
        if isinstance(value, dict):
            pairs = [f"{key}: {count}" for key, count in value.items()]
            yield f"  {name.replace('_', ' ')}: {', '.join(_short(pairs))}"
        else:
            yield f"  {name.replace('_', ' ')}: {value}"


def _short(pairs: Sequence[str], *, most: int = 12) -> list[str]:
    """Return a list, cut where it is long."""
    return [*pairs[:most], f"and {len(pairs) - most} more"] if len(pairs) > most else [*pairs]
