# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open a space for one request of one member: package, head, roster.

The keyring holds the keys of the generation the member saw last. Where no head lies under
them there is a newer generation, and the package has the member's slot; where it has none,
the member is one no longer. What a session may believe is checked here: the roster must
lead through the anchor in the keyring, agree with the head, and commit to the keys.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from hedgerow.engines.vault.head import Head, decode_head
from hedgerow.engines.vault.keyring import KeyringEntry
from hedgerow.engines.vault.locker import Locker, open_inner
from hedgerow.engines.vault.package import FoundSlot, page_count, slots_of
from hedgerow.engines.vault.primitives import (
    SealingKeys,
    SigningKeys,
    sealing_keys,
    signing_keys,
)
from hedgerow.engines.vault.roster_chain import are_current
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.engines.vault.tags import (
    SpaceKeys,
    SpaceTags,
    head_context,
    package_context,
    package_key,
    package_tag,
)
from hedgerow.kernel.clock import day_of, minute_now
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.kernel.randomness import Randomness
from hedgerow.store import rosters
from hedgerow.store.account import Account
from hedgerow.store.lines import Damage
from hedgerow.store.machine import machine
from hedgerow.store.roles import Role
from hedgerow.store.tables import Found, look_up

LookUp = Callable[..., Found]
_TIMES: Final = 4


def keys_of(entry: KeyringEntry) -> SpaceKeys:
    """Return the keys that stand in a membership."""
    return SpaceKeys(entry.generation, entry.horizon, entry.space_key, entry.chapter_key)


def with_keys(entry: KeyringEntry, keys: SpaceKeys) -> KeyringEntry:
    """Return a membership with other keys."""
    return replace(
        entry,
        generation=keys.generation,
        horizon=keys.horizon,
        space_key=keys.secret,
        chapter_key=keys.chapter_key,
    )


@dataclass(slots=True)
class Opened:
    """Hold one space as one member has it open for one request.

    Attributes:
        account: Whose request it is.
        entry: The membership as the keyring has it.
        head: The head as it was read last.
        known: What follows from the roster.
        damage: What was found missing or damaged.
        names: Names on cards by member, once they were read.
    """

    account: Account
    entry: KeyringEntry
    head: Head
    known: rosters.Known
    damage: list[Damage] = field(default_factory=list)
    names: dict[MemberId, str] | None = None
    _keys: tuple[tuple[bytes, bytes, int], dict[int, bytes]] | None = None

    @property
    def space_id(self) -> SpaceId:
        """Return the id of the space."""
        return self.entry.space_id

    @property
    def member_id(self) -> MemberId:
        """Return one's own id in it."""
        return self.entry.member_id

    @property
    def roster(self) -> RosterState:
        """Return what follows from the roster."""
        return self.known.state

    @property
    def role(self) -> Role:
        """Return one's own role."""
        return Role(self.roster.members[self.member_id].role)

    @property
    def is_keeper(self) -> bool:
        """Say whether one is a keeper."""
        return self.role is Role.KEEPER

    @property
    def keys(self) -> SpaceKeys:
        """Return one's keys of the present generation."""
        return keys_of(self.entry)

    @property
    def tags(self) -> SpaceTags:
        """Return the tags of the present generation."""
        return SpaceTags(self.entry.space_key)

    def page_tags(self, numbers: Iterable[int]) -> list[bytes]:
        """Return the true tags of index and agenda pages."""
        tags = self.tags
        return [tags.page(number) for number in numbers]

    @property
    def page_keys(self) -> dict[int, bytes]:
        """Return the keys of the pages one may open, by chapter."""
        wanted = (self.entry.chapter_key, self.entry.space_key, self.head.chapter)
        if self._keys is None or self._keys[0] != wanted:
            self._keys = (wanted, self.keys.page_keys(self.head.chapter))
        return self._keys[1]

    @property
    def sealing(self) -> SealingKeys:
        """Return one's own pair to which slots are sealed."""
        return sealing_keys(self.entry.seed)

    @property
    def signing(self) -> SigningKeys:
        """Return one's own pair that signs roster entries."""
        return signing_keys(self.entry.seed)

    @property
    def random(self) -> Randomness:
        """Return the source of randomness."""
        return machine().random

    @property
    def minute(self) -> int:
        """Return the present minute."""
        return minute_now(machine().clock)

    @property
    def today(self) -> int:
        """Return the present day."""
        return day_of(self.minute)

    def note_damage(self, code: str, *, page: int = -1, record_id: int = 0) -> None:
        """Remember that something listed is missing or does not open."""
        damage = Damage(code, page, record_id)
        if damage not in self.damage:
            self.damage.append(damage)

    def unconfirmed_restore(self) -> int | None:
        """Return the minute of a restore that no keeper confirmed yet, or None."""
        restored = machine().ring.restored
        return restored if restored and self.roster.awaits_confirm(restored) else None

    def take(self, other: "Opened") -> None:
        """Take head, keys and roster as another reading or a write left them."""
        self.entry, self.head, self.known = other.entry, other.head, other.known
        self.names, self._keys = None, None

    def renew(self) -> bool:
        """Read head, roster and, where needed, package again; False when one is out.

        Raises:
            Damaged: As `open_entry`.
        """
        fresh = open_entry(self.account, self.entry)
        if fresh is None:
            return False
        self.take(fresh)
        return True

    def has_moved(self) -> bool:
        """Tell whether somebody has written since the head was read, which is then renewed."""
        head = read_head(self.entry)
        if head is not None and head.revision == self.head.revision:
            return False
        return self.renew()


def head_in(locker: Locker | None, *, entry: KeyringEntry) -> Head | None:
    """Open a head, or return None where there is none under these keys.

    Raises:
        Damaged: "space.rolled_back" when it is older than the member has seen.
    """
    if locker is None:
        return None
    try:
        context = head_context(entry.space_id)
        head = decode_head(open_inner(entry.space_key, locker.inner, *context))
    except Damaged:
        raise Damaged("space.damaged") from None
    if head.revision < entry.seen:
        raise Damaged("space.rolled_back")
    return head


def read_head(entry: KeyringEntry, *, find: LookUp = look_up) -> Head | None:
    """Read the head under the keys of a membership, or None where there is none."""
    tag = SpaceTags(entry.space_key).head()
    return head_in(find(large=[tag]).large.get(tag), entry=entry)


def package_pages(door: bytes, *, find: LookUp = look_up) -> list[bytes]:
    """Read all pages of a package, or nothing where there is none.

    Raises:
        Damaged: "space.damaged" when one of its pages is missing or does not open.
    """
    key, count = package_key(door), 1
    # The pages are read in one statement, so that they are those of one moment; how many
    # there are stands on each of them.
    while True:
        tags = [package_tag(door, number) for number in range(count)]
        rows = find(large=tags).large
        if tags[0] not in rows:
            return []
        try:
            pages = [
                open_inner(key, rows[tag].inner, *package_context(number))
                for number, tag in enumerate(tags)
            ]
            wanted = page_count(pages[0])
        except (Damaged, KeyError):
            raise Damaged("space.damaged") from None
        if wanted == count:
            return pages
        count = wanted


def slots_for(entry: KeyringEntry, *, find: LookUp = look_up) -> list[FoundSlot]:
    """Return the slots of the package that open by a membership's seed, the best first."""
    pages = package_pages(entry.door, find=find)
    if not pages:
        return []
    slots = slots_of(pages, sealing=sealing_keys(entry.seed))
    return sorted(slots, key=lambda slot: (-slot.keys.generation, slot.keys.horizon))


def judge(
    account: Account, entry: KeyringEntry, *, head: Head | None, find: LookUp = look_up
) -> Opened | None:
    """Open a space by one set of keys, or return None where they are not the present ones.

    Args:
        account: Whose request it is.
        entry: The membership with those keys.
        head: The head that lies under them.
        find: Looks rows up, inside a transaction or outside.

    Raises:
        Damaged: As `rosters.roster_of`.
    """
    if head is None:
        return None
    keys = keys_of(entry)
    known = rosters.roster_of(entry, keys=keys, head=head, find=find)
    if not are_current(keys, state=known.state) or head.generation != entry.generation:
        return None
    anchored = replace(entry, anchor_seq=known.state.seq, anchor_hash=known.state.hash)
    return Opened(account, anchored, head, known)


def open_entry(account: Account, entry: KeyringEntry) -> Opened | None:
    """Open a space, or return None when one is no longer a member.

    Raises:
        Damaged: "space.damaged", "space.rolled_back", "space.roster_damaged" or "roster.*"
            when what was read does not agree, also on reading again.
    """
    trouble: Damaged | None = None
    for _ in range(_TIMES):
        try:
            opened = _opened(account, entry)
        except Damaged as error:
            trouble = error
            continue
        if opened is not None and opened.entry != entry:
            account.keep(opened.entry)
        return opened
    raise trouble or Damaged("space.damaged")


def _opened(account: Account, entry: KeyringEntry) -> Opened | None:
    """Open a space by the keys at hand, else by those of the package."""
    opened = judge(account, entry, head=read_head(entry)) if any(entry.space_key) else None
    if opened is not None:
        member = opened.roster.members.get(entry.member_id)
        if member is None:
            return None
        if member.horizon >= entry.horizon:
            return opened
    candidates = [with_keys(entry, slot.keys) for slot in slots_for(entry)]
    for candidate in candidates:
        fresh = judge(account, candidate, head=read_head(candidate))
        if fresh is not None and entry.member_id in fresh.roster.members:
            return fresh
    if candidates and opened is None:
        raise Damaged("space.damaged")
    return opened


def open_space(account: Account, space_id: SpaceId) -> Opened | None:
    """Open one of an account's spaces, or return None where it is none.

    Raises:
        Damaged: As `open_entry`.
    """
    entry = account.entry(space_id)
    return open_entry(account, entry) if entry is not None else None
