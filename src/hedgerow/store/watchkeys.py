# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the secrets of a space's elections, and carry them into each new chapter.

An election's secret S is the key of an entry without a body, as C is of a conversation. It says
where messages of observers lie; they open by the pairs of the election's letter-box alone.
"""

from dataclasses import dataclass

from hedgerow.engines.vault.index import IndexEntry
from hedgerow.engines.vault.primitives import KEY_BYTES
from hedgerow.kernel.clock import week_of
from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import RecordId
from hedgerow.store import kinds, listing
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import Change
from hedgerow.store.machine import machine
from hedgerow.store.reading import Opened


@dataclass(frozen=True, slots=True)
class WatchKey:
    """Hold the secret of an election.

    Attributes:
        name: Address of the election.
        secret: S.
        until: The last week in which what was reported can be read.
        box_id: Of the letter-box by whose pairs messages are sealed.
    """

    name: str
    secret: bytes
    until: int
    box_id: RecordId


def _key_of(entry: IndexEntry) -> WatchKey:
    """Return what an entry holds."""
    return WatchKey(entry.text, entry.record_key, entry.until, RecordId(entry.parent))


def keys_of(opened: Opened) -> list[WatchKey]:
    """Return the elections of a space whose secrets one may read, each once."""
    found = {entry.text: _key_of(entry) for entry in listing.of_kind(opened, kinds.ELECTION)}
    return list(found.values())


def keys_under(change: Change) -> list[WatchKey]:
    """Return the same under the lock."""
    week = week_of(change.opened.today)
    found = [place.entry for place in change.places() if place.entry.kind == kinds.ELECTION]
    kept = {entry.text: _key_of(entry) for entry in found if not listing.is_over(entry, week=week)}
    return list(kept.values())


def key_named(opened: Opened, name: str) -> WatchKey:
    """Return the secret of one election.

    Raises:
        NotFound: "observers.no_election".
    """
    for key in keys_of(opened):
        if key.name == name:
            return key
    raise NotFound("observers.no_election")


def add(change: Change, name: str, *, box_id: RecordId, until: int) -> WatchKey:
    """Draw the secret of a new election.

    Raises:
        Refused: "observers.opened_already", "vault.space_full".
    """
    if any(key.name == name for key in keys_under(change)):
        raise Refused("observers.opened_already")
    fresh = WatchKey(name, machine().random(KEY_BYTES), until, box_id)
    _write(change, fresh)
    return fresh


def carry_over(change: Change) -> None:
    """Write the secrets into the chapter that has just begun."""
    for key in keys_under(change):
        _write(change, key)


def _write(change: Change, key: WatchKey) -> None:
    """Write an entry into the present chapter."""
    entry = bare_entry(change, kind=kinds.ELECTION)._replace(
        parent=key.box_id, record_key=key.secret, until=key.until, title=key.name.encode()
    )
    change.add_entry(change.roster.chapter, entry)
