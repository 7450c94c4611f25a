# SPDX-License-Identifier: AGPL-3.0-or-later
"""Note which messages of a conversation were erased, where whoever alters the disk cannot.

The empty message in the place of an erased one is named by no digest: whoever kept the old row
could put it back. So the places stand in an entry of the index that hangs on the conversation,
and the group never opens what stands there.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from hedgerow.engines.vault.index import IndexEntry
from hedgerow.engines.vault.letterbox import decode_erased, encode_erased
from hedgerow.kernel.errors import Refused
from hedgerow.store import kinds
from hedgerow.store.cards import bare_entry
from hedgerow.store.change import Change
from hedgerow.store.lines import Letter
from hedgerow.store.listing import Place


def erased_of(entries: Iterable[IndexEntry], conversation: int) -> frozenset[int]:
    """Return the numbers of the erased messages of a conversation.

    Raises:
        Damaged: "vault.erased_damaged".
    """
    found = [decode_erased(one.title) for one in entries if _is_of(one, conversation)]
    return frozenset[int]().union(*found)


def note(change: Change, conversation: Place, *, numbers: frozenset[int]) -> None:
    """Note numbers of erased messages, besides those noted before."""
    record = conversation.entry.record
    place = next((one for one in change.places() if _is_of(one.entry, record)), None)
    if place is not None:
        title = encode_erased(decode_erased(place.entry.title) | numbers)
        change.replace_entry(place.page, place.entry._replace(title=title))
        return
    entry = bare_entry(change, kind=kinds.ERASED_MESSAGES)._replace(
        parent=record, until=conversation.entry.until, title=encode_erased(numbers)
    )
    # In a space that is full it is better to erase without a note than not to erase.
    with suppress(Refused):
        change.add_entry(change.roster.chapter, entry)


def emptied(letters: Iterable[Letter], numbers: frozenset[int]) -> list[Letter]:
    """Return letters without what those say that were erased, whatever stands in their places."""
    return [replace(one, value=None, files=()) if one.number in numbers else one for one in letters]


def _is_of(entry: IndexEntry, conversation: int) -> bool:
    """Tell whether an entry notes what was erased of a conversation."""
    return entry.kind == kinds.ERASED_MESSAGES and entry.parent == conversation
