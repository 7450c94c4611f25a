# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search a space: titles in the index, then bodies, 500 at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hedgerow.engines.vault.index import IndexEntry
from hedgerow.kernel.errors import Damaged
from hedgerow.store import bodies, browsing, cards, finding, listing
from hedgerow.store.finding import Found, Query
from hedgerow.store.kinds import KindSpec, Value, decode_body, spec_numbered, spec_of
from hedgerow.store.lines import Hit
from hedgerow.store.reading import Opened

_MOST_ENTRIES: Final = 30_000


@dataclass(frozen=True, slots=True)
class _Match:
    """Hold a record in which something was found."""

    entry: IndexEntry
    spec: KindSpec
    title: Found
    body: Found
    text: str

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Return what orders the finds: titles first, more words, then the newest."""
        count = max(self.title.count, self.body.count)
        return self.title.count > 0, count, self.entry.changed


def search(
    opened: Opened, text: str, *, kinds: Sequence[type] | None = None, limit: int = 50
) -> list[Hit]:
    """Look for words in titles and texts; see `Space.search`."""
    query = finding.query_of(text)
    if not query.words:
        return []
    wanted = None if kinds is None else {spec_of(kind).number for kind in kinds}
    entries = [
        place.entry
        for place in listing.places(opened)
        if not listing.is_version(place.entry)
        and spec_numbered(place.entry.kind) is not None
        and (wanted is None or place.entry.kind in wanted)
    ]
    found = [match for match in _matches(opened, entries, query=query) if any(match.rank[:2])]
    found.sort(key=lambda match: match.rank, reverse=True)
    return [_hit(opened, match) for match in found[:limit]]


def _matches(opened: Opened, entries: list[IndexEntry], *, query: Query) -> list[_Match]:
    """Look through all entries; a damaged body is noted, its title still counts."""
    matches: list[_Match] = []
    for entry, plain in bodies.plains(opened, entries[-_MOST_ENTRIES:]):
        spec = spec_numbered(entry.kind)
        if spec is None:
            continue
        shown = "" if spec.borrows_title else entry.title.decode(errors="replace")
        title = finding.find(query, text=shown)
        text = _text_of(opened, entry, spec=spec, plain=plain)
        body = finding.find(query, text=text)
        if title.count or body.count:
            matches.append(_Match(entry, spec, title, body, text))
    return matches


def _text_of(opened: Opened, entry: IndexEntry, *, spec: KindSpec, plain: bytes | None) -> str:
    """Return what a search looks through in a body."""
    try:
        value: Value = decode_body(spec.type, plain or b"")
        return value.search_text()
    except Damaged:
        opened.note_damage("record.damaged", record_id=entry.record)
        return ""


def _hit(opened: Opened, match: _Match) -> Hit:
    """Return a find as rooms see it."""
    names = cards.names(opened)
    shown = browsing.shown(match.entry, spec=match.spec, names=names)
    runs = finding.excerpt(match.text, found=match.body)
    return Hit(shown, runs, in_title=match.title.count > 0)
