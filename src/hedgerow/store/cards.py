# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep members' names on cards: entries of open pages, which can be erased.

A card has no body. Its title field bears the pause mark and the name; its author is the
member. The roster knows members by random ids only.
"""

from dataclasses import replace

from hedgerow.engines.vault import roster_state
from hedgerow.engines.vault.card import Card, decode_card, encode_card
from hedgerow.engines.vault.index import IndexEntry
from hedgerow.engines.vault.tags import OPEN_CHAPTER
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import MemberId, draw_id
from hedgerow.store import kinds, listing, pausing
from hedgerow.store.change import Change
from hedgerow.store.changing import changing
from hedgerow.store.lines import Member, PauseLine
from hedgerow.store.reading import Opened
from hedgerow.store.roles import Role


def _is_open(chapter: int) -> bool:
    return chapter == OPEN_CHAPTER


def names_in(entries: "list[listing.Place]") -> dict[MemberId, str]:
    """Return the names on cards by member; a damaged card has none."""
    found: dict[MemberId, str] = {}
    for place in entries:
        if place.entry.kind == kinds.CARD:
            try:
                found[MemberId(place.entry.author)] = decode_card(place.entry.title).name
            except Damaged:
                continue
    return found


def marks(opened: Opened) -> list[tuple[MemberId, bytes]]:
    """Return the pause marks on the cards of present members; a damaged card has none."""
    pages = listing.decoded(opened, listing.load(opened, chapters=_is_open))
    found: list[tuple[MemberId, bytes]] = []
    for place in listing.places(opened, pages):
        member = MemberId(place.entry.author)
        if place.entry.kind == kinds.CARD and member in opened.roster.members:
            try:
                found.append((member, decode_card(place.entry.title).mark))
            except Damaged:
                continue
    return found


def names(opened: Opened) -> dict[MemberId, str]:
    """Return the names on the cards by member, read once a request."""
    if opened.names is None:
        pages = listing.decoded(opened, listing.load(opened, chapters=_is_open))
        opened.names = names_in(list(listing.places(opened, pages)))
    return opened.names


def name_of(opened: Opened, member_id: MemberId) -> str:
    """Return somebody's name, or nothing where the card was erased."""
    return names(opened).get(member_id, "")


def _shown(member: roster_state.Member, *, opened: Opened) -> Member:
    """Return a member as rooms see it."""
    since = opened.roster.chapter_days.get(member.horizon, member.joined_day)
    return Member(
        id=member.id,
        name=name_of(opened, member.id),
        role=Role(member.role),
        reads_from_day=None if member.horizon == 0 else since,
        is_me=member.id == opened.member_id,
        joined_day=member.joined_day,
    )


def _pauses(opened: Opened) -> dict[MemberId, PauseLine]:
    """Return the pauses that somebody sees: a keeper all, an heir those of keepers."""
    roster = opened.roster
    is_heir = opened.member_id in roster.heirs_left
    if not opened.is_keeper and not is_heir:
        return {}
    found = pausing.shown_in(opened.space_id, marks(opened))
    if opened.is_keeper:
        return found
    return {
        member: line
        for member, line in found.items()
        if Role(roster.members[member].role) is Role.KEEPER
    }


def members(opened: Opened) -> list[Member]:
    """Return the members in the order in which they joined."""
    pauses = _pauses(opened)
    return [
        replace(_shown(member, opened=opened), pause=pauses.get(member.id))
        for member in opened.roster.members.values()
    ]


def past_members(opened: Opened) -> list[Member]:
    """Return those who are members no longer."""
    return [_shown(past.member, opened=opened) for past in opened.roster.past.values()]


def _place_of(change: Change, member_id: MemberId) -> listing.Place | None:
    """Return where somebody's card stands, or None."""
    for place in change.places(chapter=OPEN_CHAPTER):
        if place.entry.kind == kinds.CARD and place.entry.author == member_id:
            return place
    return None


def put(change: Change, *, name: str) -> None:
    """Write one's own card within a change, in place of the one there is.

    Raises:
        BadInput: "vault.name_too_long".
    """
    opened = change.opened
    title = encode_card(Card(opened.account.pause_mark(opened.entry), name))
    place = _place_of(change, opened.member_id)
    if place is None:
        change.add_entry(OPEN_CHAPTER, _card(change, title=title))
        return
    version = place.entry.version + 1
    fresh = place.entry._replace(title=title, changed=change.minute, version=version)
    change.replace_entry(place.page, fresh)


def _card(change: Change, *, title: bytes) -> IndexEntry:
    """Return a card's entry, which has no body."""
    return bare_entry(change, kind=kinds.CARD)._replace(title=title)


def bare_entry(change: Change, *, kind: int) -> IndexEntry:
    """Return an entry of one's own without a body."""
    return IndexEntry(
        record=draw_id(change.opened.random),
        kind=kind,
        version=1,
        flags=0,
        made=change.minute,
        changed=change.minute,
        author=change.opened.member_id,
        parent=0,
        record_key=bytes(32),
        digest=bytes(16),
        until=0,
        mantissa=0,
        exponent=0,
        title=b"",
    )


def rename(opened: Opened, *, name: str) -> None:
    """Change one's own name."""
    changing(opened, lambda change: put(change, name=name))


def erase(opened: Opened, *, member_id: MemberId) -> None:
    """Erase somebody's card."""

    def act(change: Change) -> None:
        place = _place_of(change, member_id)
        if place is not None:
            change.remove_entry(place.page, place.entry.record)

    changing(opened, act)
