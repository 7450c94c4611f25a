# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell what others wrote in a space since somebody was last there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hedgerow.engines.vault.head import FeedLine
from hedgerow.engines.vault.index import IndexEntry
from hedgerow.kernel.ids import MemberId, RecordId
from hedgerow.store import cards, listing
from hedgerow.store.change import ERASED, NEW
from hedgerow.store.kinds import spec_numbered
from hedgerow.store.lines import NewsLine
from hedgerow.store.listing import is_version
from hedgerow.store.reading import Opened


@dataclass(frozen=True, slots=True)
class Fresh:
    """Hold what the feed says of one record, which may have been written several times."""

    line: FeedLine
    is_new: bool


def fresh_lines(opened: Opened) -> list[Fresh]:
    """Return the records that others wrote since the seen mark, the last written first.

    A record is named once; lines that are none of a known kind, one's own, and those of
    pages one may not read are left out.
    """
    found: dict[int, Fresh] = {}
    gone: set[int] = set()
    keys = opened.page_keys
    pages = opened.head.pages
    for line in opened.head.news_since(opened.entry.seen):
        if line.flags & ERASED:
            gone.add(line.record)
        is_readable = line.page < len(pages) and pages[line.page].chapter in keys
        if not is_readable or spec_numbered(line.kind) is None or line.record in gone:
            continue
        if line.record in found:
            known = found[line.record]
            found[line.record] = replace(known, is_new=known.is_new or bool(line.flags & NEW))
        elif line.member != opened.member_id:
            found[line.record] = Fresh(line, bool(line.flags & NEW))
    return list(found.values())


def news_lines(
    opened: Opened, fresh: Iterable[Fresh], *, places: Iterable[listing.Place]
) -> list[NewsLine]:
    """Return what is new with titles and names, from the entries of the pages named."""
    entries = {place.entry.record: place.entry for place in places if not is_version(place.entry)}
    return [
        _shown(opened, one, entry=entries[one.line.record])
        for one in fresh
        if one.line.record in entries
    ]


def _shown(opened: Opened, fresh: Fresh, *, entry: IndexEntry) -> NewsLine:
    """Return one line as rooms see it."""
    spec = spec_numbered(entry.kind)
    return NewsLine(
        space_id=opened.space_id,
        space_name=opened.head.name,
        record_id=RecordId(entry.record),
        kind=spec.type if spec is not None else object,
        title=entry.title.decode(errors="replace"),
        author_name=cards.name_of(opened, MemberId(fresh.line.member)),
        minute=fresh.line.minute,
        is_new_record=fresh.is_new,
        parent=RecordId(entry.parent) if entry.parent else None,
    )


def news(opened: Opened) -> list[NewsLine]:
    """Return what others wrote since the seen mark, the newest first."""
    fresh = fresh_lines(opened)
    pages = listing.pages_of(opened, only={one.line.page for one in fresh}) if fresh else {}
    return news_lines(opened, fresh, places=listing.places(opened, pages))


def has_more(opened: Opened) -> bool:
    """Tell whether more was written since the seen mark than the head remembers."""
    return opened.head.forgot_since(opened.entry.seen)


def mark_seen(opened: Opened) -> None:
    """Count everything up to the head that was read as seen."""
    if opened.head.revision > opened.entry.seen:
        opened.entry = replace(opened.entry, seen=opened.head.revision)
        opened.account.keep(opened.entry)
