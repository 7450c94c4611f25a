# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show entries of the index to rooms: with names, in order, by kind."""

from collections.abc import Mapping

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


def entries(
    opened: Opened,
    kind: type,
    *,
    parent: RecordId | None = None,
    newest_first: bool = True,
    by_change: bool = False,
) -> list[Entry]:
    """Return the records of a kind; see `Space.entries`."""
    spec = spec_of(kind)
    found = of_kind(opened, spec.number)
    if parent is not None:
        found = [entry for entry in found if entry.parent == parent]
    # Minutes are coarse, so that ties keep the order of writing.
    order = sorted(
        range(len(found)),
        key=lambda at: (found[at].changed if by_change else found[at].made, at),
        reverse=newest_first,
    )
    names = cards.names(opened)
    return [shown(found[at], spec=spec, names=names) for at in order]


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
