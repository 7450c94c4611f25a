# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lay out a member's page over all spaces: two look-ups for everything.

The first finds all heads; the second all pages that are needed: those the feeds name, the
open pages with the cards, and the agendas. A space whose keys have changed, or in which
somebody wrote in between, is read on its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from hedgerow.engines.vault.index import decode_some
from hedgerow.engines.vault.keyring import KeyringEntry, tombstone
from hedgerow.engines.vault.tags import AGENDA_CHAPTER, OPEN_CHAPTER, SpaceTags
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.store import (
    agenda,
    cards,
    desk_letters,
    feed,
    handover,
    kinds,
    listing,
    quotas,
    reading,
)
from hedgerow.store.account import Account
from hedgerow.store.lines import Desk, NewsLine, Notice, SpaceLine, WaitingLine
from hedgerow.store.reading import Opened
from hedgerow.store.tables import look_up

#: Besides the records that the feeds name: names, acts that wait for others, letter-boxes.
_KINDS: Final = frozenset({kinds.CARD, kinds.ASSENT, kinds.LETTERBOX})


@dataclass(slots=True)
class _Spaces:
    """Hold an account's spaces as one look-up found them.

    Attributes:
        opened: Those one is a member of.
        gone: Those one is a member of no longer.
        lost: Those of them of which that is found out only now.
        damaged: Those that cannot be read.
    """

    opened: list[Opened] = field(default_factory=list)
    gone: list[SpaceId] = field(default_factory=list)
    lost: list[KeyringEntry] = field(default_factory=list)
    damaged: list[SpaceId] = field(default_factory=list)


def _open_all(account: Account) -> _Spaces:
    """Open all of an account's spaces, their heads found in one look-up."""
    entries = [entry for entry in account.keyring.entries if entry.space_id]
    living = [entry for entry in entries if not entry.is_left]
    tags = {entry.space_id: SpaceTags(entry.space_key).head() for entry in living}
    rows = look_up(large=list(tags.values())).large
    spaces = _Spaces()
    spaces.gone += [entry.space_id for entry in entries if entry.is_left]
    changed: list[KeyringEntry] = []
    for entry in living:
        try:
            head = reading.head_in(rows.get(tags[entry.space_id]), entry=entry)
            opened = reading.judge(account, entry, head=head)
            if opened is None or not _is_as_known(opened):
                opened = reading.open_entry(account, entry)
        except Damaged:
            spaces.damaged.append(entry.space_id)
            continue
        if opened is None:
            spaces.gone.append(entry.space_id)
            spaces.lost.append(entry)
            continue
        spaces.opened.append(opened)
        if opened.entry != entry:
            changed.append(opened.entry)
    if changed:
        account.keep(*changed)
    there = {opened.space_id for opened in spaces.opened}
    spaces.gone = [space_id for space_id in dict.fromkeys(spaces.gone) if space_id not in there]
    return spaces


def _is_as_known(opened: Opened) -> bool:
    """Tell whether the roster still has the member, with no earlier horizon than the keys'."""
    member = opened.roster.members.get(opened.member_id)
    return member is not None and member.horizon >= opened.entry.horizon


def _wanted(opened: Opened, fresh: Iterable[feed.Fresh]) -> list[int]:
    """Return the numbers of the pages that the desk needs of a space."""
    keys = opened.page_keys
    numbers = {one.line.page for one in fresh}
    numbers |= {
        number
        for number, page in enumerate(opened.head.pages)
        if page.chapter in {OPEN_CHAPTER, AGENDA_CHAPTER}
    }
    return sorted(number for number in numbers if opened.head.pages[number].chapter in keys)


def _contents(
    wanted: list[tuple[Opened, list[int]]],
) -> dict[SpaceId, dict[int, bytes]]:
    """Read the pages of all spaces in one look-up; a space that has moved on its own."""
    tags = {opened.space_id: opened.page_tags(numbers) for opened, numbers in wanted}
    rows = look_up(large=[tag for some in tags.values() for tag in some]).large
    contents: dict[SpaceId, dict[int, bytes]] = {}
    for opened, numbers in wanted:
        try:
            contents[opened.space_id] = {
                number: listing.open_page(rows[tag].inner, opened=opened, number=number)
                for number, tag in zip(numbers, tags[opened.space_id], strict=True)
            }
        except (Damaged, KeyError):
            contents[opened.space_id] = listing.load(opened, chapters=lambda _: True, only=numbers)
    return contents


@dataclass(slots=True)
class _Side:
    """Hold what the desk shows of one space."""

    news: list[NewsLine]
    waiting: list[WaitingLine]
    notices: list[Notice]
    has_letters: bool


def _side_of(opened: Opened, fresh: list[feed.Fresh], *, contents: dict[int, bytes]) -> _Side:
    """Lay out what the desk shows of one space, from the contents of its pages."""
    pages = opened.head.pages
    agendas = {n: c for n, c in contents.items() if pages[n].chapter == AGENDA_CHAPTER}
    index = {number: content for number, content in contents.items() if number not in agendas}
    records = {one.line.record for one in fresh}
    some = partial(decode_some, records=records, kinds=_KINDS)
    places = list(listing.places(opened, listing.decoded(opened, index, decode=some)))
    opened.names = cards.names_in(places)
    news = feed.news_lines(opened, fresh, places=places)
    waiting = [
        WaitingLine(
            space_id=opened.space_id,
            space_name=opened.head.name,
            record_id=RecordId(item.record),
            title=item.title,
            due_day=item.due_day,
        )
        for item in agenda.items_of(opened, agendas)
        if item.assignee == opened.member_id
    ]
    notices = _notices(opened, places)
    has_letters = any(place.entry.kind == kinds.LETTERBOX for place in places)
    return _Side(news, waiting, notices, has_letters)


def _notices(opened: Opened, places: list[listing.Place]) -> list[Notice]:
    """Return what a member must be told of one space."""
    roster, codes = opened.roster, []
    if not opened.damage and not cards.name_of(opened, opened.member_id):
        codes.append("space.nameless")
    if opened.damage:
        codes.append("space.damaged")
    if opened.unconfirmed_restore() is not None:
        codes.append("space.restored")
    codes += _assents(opened, places)
    if opened.is_keeper:
        heirs = roster.heirs
        codes += ["space.stale"] if roster.is_stale else []
        few = heirs is not None and len(roster.heirs_left) < heirs.threshold
        codes += ["space.heirs_few"] if few else []
        codes += ["space.quota_passed"] if quotas.is_news(opened) else []
    return [Notice(code, opened.space_id) for code in codes]


def _assents(opened: Opened, places: list[listing.Place]) -> list[str]:
    """Return what waits for others, for those whom it concerns and who have not agreed."""
    roster, me = opened.roster, opened.member_id
    acts = handover.acts_in(roster, places)
    mine = {act for act, member in acts if member == me}
    asked = {act.kind is handover.ActKind.HANDOVER for act, _ in acts if act not in mine}
    codes: list[str] = []
    if True in asked and (opened.is_keeper or me in roster.heirs_left):
        codes.append("space.handover_begun")
    if False in asked and opened.is_keeper:
        codes.append("space.assent_waits")
    return codes


def desk_of(account: Account) -> Desk:
    """Return what is new and what waits over all of an account's spaces.

    A space that is found lost is told of here, once: from then on the keyring knows it as left.
    """
    spaces = _open_all(account)
    if spaces.lost:
        account.keep(*map(tombstone, spaces.lost))
    fresh = {opened.space_id: feed.fresh_lines(opened) for opened in spaces.opened}
    wanted = [(opened, _wanted(opened, fresh[opened.space_id])) for opened in spaces.opened]
    contents = _contents(wanted)
    sides = [
        _side_of(opened, fresh[opened.space_id], contents=contents[opened.space_id])
        for opened in spaces.opened
    ]
    news = [line for side in sides for line in side.news]
    waiting = [line for side in sides for line in side.waiting]
    notices = [Notice("space.gone", entry.space_id) for entry in spaces.lost]
    notices += [Notice("space.damaged", space_id) for space_id in spaces.damaged]
    notices += [notice for side in sides for notice in side.notices]
    return Desk(
        news=sorted(news, key=lambda line: -line.minute),
        waiting=sorted(waiting, key=lambda line: line.due_day),
        more={opened.space_id: True for opened in spaces.opened if feed.has_more(opened)},
        notices=notices,
        letters=desk_letters.letter_lines(
            [one for one, side in zip(spaces.opened, sides, strict=True) if side.has_letters]
        ),
    )


def space_lines(account: Account) -> list[SpaceLine]:
    """Return an account's spaces, those with news first, then by name."""
    spaces = _open_all(account)
    lines = [
        SpaceLine(
            id=opened.space_id,
            name=opened.head.name,
            role=opened.role,
            news_count=len(feed.fresh_lines(opened)),
            is_stale=opened.roster.is_stale,
            left=False,
        )
        for opened in spaces.opened
    ]
    lines.sort(key=lambda line: (not line.news_count, line.name.casefold()))
    gone = [
        SpaceLine(id=space_id, name="", role=None, news_count=0, is_stale=False, left=True)
        for space_id in spaces.gone
    ]
    return lines + gone
