# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what the drill found, and what somebody with the disk does learn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hedgerow.drill.search import Find


@dataclass(frozen=True, slots=True)
class Report:
    """Hold the outcome of a drill.

    Attributes:
        planted: How many canaries were planted.
        accepted: How many of them pages took.
        unread: Names of those taken that no member could read back.
        finds: What was found after the kill, and again after a night.
        column_faults: What in the schema is not as declared.
        columns: How many columns were looked at.
        learns: What an adversary learns.
        seen_fields: Every field that the drill's people could type into.
        planted_fields: Every field they typed into.
    """

    planted: int
    accepted: int
    unread: tuple[str, ...]
    finds: tuple[Find, ...]
    column_faults: tuple[str, ...]
    columns: int
    learns: dict[str, object] = field(default_factory=dict)
    seen_fields: frozenset[tuple[str, str]] = frozenset()
    planted_fields: frozenset[tuple[str, str]] = frozenset()

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing was found, all could be read back and every column is right."""
        return not (self.finds or self.unread or self.column_faults)

    def as_json(self) -> dict[str, object]:
        """Return the outcome as plain values."""
        return {
            "planted": self.planted,
            "accepted": self.accepted,
            "read_back": self.accepted - len(self.unread),
            "found": [
                {"canary": one.canary, "place": one.place, "dress": one.dress} for one in self.finds
            ],
            "columns": {"looked_at": self.columns, "faults": list(self.column_faults)},
            "learns": self.learns,
        }

    def lines(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        yield f"Planted {self.planted} canaries; pages took {self.accepted} of them."
        yield f"Members read {self.accepted - len(self.unread)} of these back."
        yield from (f"  not read back: {name}" for name in self.unread)
        yield f"Found on the disk: {len(self.finds)} of {self.planted}."
        yield from (f"  {one.canary} in {one.place} ({one.dress})" for one in self.finds)
        yield f"Columns looked at: {self.columns}; not as declared: {len(self.column_faults)}."
        yield from (f"  {fault}" for fault in self.column_faults)
        yield "What somebody with this disk and no key does learn:"
        yield from _learned_lines(self.learns)


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
