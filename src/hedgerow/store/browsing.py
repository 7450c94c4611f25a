# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show entries of the index to rooms: with names, in order, by kind."""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import overload

from hedgerow.engines.vault.index import IndexEntry
from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import MemberId, RecordId
from hedgerow.store import cards
from hedgerow.store.kinds import KindSpec, spec_numbered, spec_of
from hedgerow.store.lines import Entry
from hedgerow.store.listing import VERSION_FLAG, is_version, of_kind, place_of
from hedgerow.store.reading import Opened


def shown(entry: IndexEntry, *, spec: KindSpec, names: Mapping[MemberId, str]) -> Entry:
    """Return an entry as rooms see it; an earlier version goes by its record's id."""
    is_old = is_version(entry)
    parent = None if is_old or not entry.parent else RecordId(entry.parent)
    author = MemberId(entry.author)
    return Entry(
        id=RecordId(entry.parent if is_old else entry.record),
        kind=spec.type,
        title=entry.title.decode(errors="replace"),
        author_id=author,
        author_name=names.get(author, ""),
        made=entry.made,
        changed=entry.changed,
        version=entry.version,
        parent=parent,
        size=entry.size,
        until_week=entry.until or None,
        flags=entry.flags & ~VERSION_FLAG,
    )


class Entries(Sequence[Entry]):
    """Be a list of entries that are made ready only as they are looked at.

    A page shows fifty of a thousand, and making an entry ready costs more than reading it.
    """

    def __init__(
        self,
        entries: Sequence[IndexEntry],
        *,
        spec: KindSpec,
        names: Callable[[], Mapping[MemberId, str]],
    ) -> None:
        """Keep what they are made of."""
        self._entries = entries
        self._spec = spec
        self._names = names

    def __len__(self) -> int:
        """Count them."""
        return len(self._entries)

    @overload
    def __getitem__(self, at: int) -> Entry: ...

    @overload
    def __getitem__(self, at: slice) -> list[Entry]: ...

    def __getitem__(self, at: int | slice) -> Entry | list[Entry]:
        """Return one, or a list of some."""
        if isinstance(at, slice):
            return [self._shown(entry) for entry in self._entries[at]]
        return self._shown(self._entries[at])

    def __eq__(self, other: object) -> bool:
        """Compare as a list would."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # lists have none either

    def _shown(self, entry: IndexEntry) -> Entry:
        """Return one as rooms see it."""
        return shown(entry, spec=self._spec, names=self._names())


def entries(
    opened: Opened,
    kind: type,
    *,
    parent: RecordId | None = None,
    newest_first: bool = True,
    by_change: bool = False,
) -> Entries:
    """Return the records of a kind; see `Space.entries`."""
    spec = spec_of(kind)
    found = of_kind(opened, spec.number)
    if parent is not None:
        found = [entry for entry in found if entry.parent == parent]
    if newest_first:
        # Minutes are coarse, so that ties keep the order of writing, backwards.
        found.reverse()
    minute = attrgetter("changed" if by_change else "made")
    found.sort(key=minute, reverse=newest_first)
    return Entries(found, spec=spec, names=lambda: cards.names(opened))


def entry(opened: Opened, record_id: RecordId) -> Entry:
    """Return one record of any kind that a room knows.

    Raises:
        NotFound: "record.unknown".
    """
    place = place_of(opened, record_id)
    spec = spec_numbered(place.entry.kind)
    if spec is None:
        raise NotFound("record.unknown")
    return shown(place.entry, spec=spec, names=cards.names(opened))
