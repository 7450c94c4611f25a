# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the server's own secrets in one small ring, sealed under the boot key, in two copies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from hedgerow.engines.vault.locker import row_ids
from hedgerow.engines.vault.padding import pad, unpad
from hedgerow.engines.vault.primitives import BOX_OVERHEAD, KEY_BYTES, open_box, seal_box, sub
from hedgerow.kernel.canonical import Reader, u16, u32
from hedgerow.kernel.clock import day_of, week_of
from hedgerow.kernel.errors import Damaged, Refused
from hedgerow.kernel.randomness import Randomness

COPY_BYTES = 32_768
EXPIRY_WEEKS = 260
_NONE = bytes(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Ring:
    """Hold the secrets of the running server.

    Attributes:
        seq: Number of changes, from 1.
        day: Day of the last night.
        restored: Minute of the last restore, 0 for none.
        night_key: Seals and names every locker.
        previous: The night key before, while a night is under way.
        carry: Seals interrupted forms; turns every night.
        carry_before: The carry of the night before.
        hold: Root of every other secret.
        expiry: Week to key, 260 of them as a rule.
    """

    seq: int
    day: int
    restored: int
    night_key: bytes
    previous: bytes | None
    carry: bytes
    carry_before: bytes
    hold: bytes
    expiry: Mapping[int, bytes]

    def secret(self, label: str) -> bytes:
        """Return one of the secrets that come from `hold`."""
        return sub(self.hold, label)

    def expiry_key(self, week: int) -> bytes:
        """Return the key of a week; without an end there is none and it is empty.

        Raises:
            Refused: "vault.week_gone" when the week is past and its key forgotten, or too
                far ahead.
        """
        if not week:
            return b""
        if week not in self.expiry:
            raise Refused("vault.week_gone", week=week)
        return self.expiry[week]


def _weeks_from(week: int, known: Mapping[int, bytes], random: Randomness) -> dict[int, bytes]:
    """Forget the keys of weeks before one, and make the missing ones of 260 from it on."""
    kept = {one: key for one, key in known.items() if one >= week}
    weeks = range(week, week + EXPIRY_WEEKS)
    return kept | {one: random(KEY_BYTES) for one in weeks if one not in kept}


def new_ring(today: int, *, random: Randomness) -> Ring:
    """Make the first ring of an instance."""
    return Ring(
        seq=1,
        day=today,
        restored=0,
        night_key=random(KEY_BYTES),
        previous=None,
        carry=random(KEY_BYTES),
        carry_before=random(KEY_BYTES),
        hold=random(KEY_BYTES),
        expiry=_weeks_from(week_of(today), {}, random),
    )


def turned(ring: Ring) -> Ring:
    """Return the ring with the next seq and nothing else changed."""
    return replace(ring, seq=ring.seq + 1)


def begin_night(ring: Ring, *, tags: Collection[Sequence[bytes]] = (), random: Randomness) -> Ring:
    """Return the ring with a fresh night key and the present one as the previous.

    Args:
        ring: Between two nights.
        tags: True tags of all rows, one sequence a table. A key under which two of one
            table would get the same id is drawn again: the second row could not be written.
        random: Where the key comes from.

    Raises:
        Refused: "vault.night_under_way" when an earlier night is not finished.
    """
    if ring.previous is not None:
        raise Refused("vault.night_under_way")
    fresh = random(KEY_BYTES)
    while any(len(set(row_ids(fresh, table))) < len(table) for table in tags):
        fresh = random(KEY_BYTES)
    return replace(ring, seq=ring.seq + 1, previous=ring.night_key, night_key=fresh)


def end_night(ring: Ring, today: int, *, is_plausible: bool, random: Randomness) -> Ring:
    """Return the ring without the previous night key, with a fresh carry.

    Args:
        ring: While the night is under way.
        today: The day.
        is_plausible: Whether the clock may be trusted; otherwise the day stays and no
            expiry key is forgotten.
        random: Where new keys come from.
    """
    after = replace(
        ring,
        seq=ring.seq + 1,
        previous=None,
        carry_before=ring.carry,
        carry=random(KEY_BYTES),
    )
    if not is_plausible:
        return after
    return replace(after, day=today, expiry=_weeks_from(week_of(today), ring.expiry, random))


def restored_ring(ring: Ring, minute: int, *, random: Randomness) -> Ring:
    """Return the ring of a back-up as it is put back at a minute.

    Keys of weeks that are past by now are forgotten, as every night since would have done.
    """
    week = week_of(day_of(minute))
    return replace(ring, restored=minute, expiry=_weeks_from(week, ring.expiry, random))


def encode_ring(ring: Ring) -> bytes:
    """Write a ring's content."""
    weeks = sorted(ring.expiry)
    return b"".join(
        (
            u32(ring.seq),
            u32(ring.day),
            u32(ring.restored),
            ring.night_key,
            ring.previous or _NONE,
            ring.carry,
            ring.carry_before,
            ring.hold,
            u16(len(weeks)),
            *(u16(week) + ring.expiry[week] for week in weeks),
        )
    )


def decode_ring(content: bytes) -> Ring:
    """Read a ring's content.

    Raises:
        Damaged: "vault.ring_damaged".
    """
    reader = Reader(content, code="vault.ring_damaged")
    seq, day, restored = reader.u32(), reader.u32(), reader.u32()
    night_key, previous = reader.take(KEY_BYTES), reader.take(KEY_BYTES)
    carry, before, hold = (reader.take(KEY_BYTES) for _ in range(3))
    expiry = {reader.u16(): reader.take(KEY_BYTES) for _ in range(reader.u16())}
    reader.end()
    kept = None if previous == _NONE else previous
    return Ring(seq, day, restored, night_key, kept, carry, before, hold, expiry)


def seal_copy(ring: Ring, boot_key: bytes, *, random: Randomness) -> bytes:
    """Seal a ring into one copy of exactly 32,768 bytes."""
    padded = pad(encode_ring(ring), COPY_BYTES - BOX_OVERHEAD)
    return seal_box(sub(boot_key, "ring"), padded, "ring", random=random)


def open_copy(copy: bytes, boot_key: bytes) -> Ring | None:
    """Open one copy, or return None when it is torn or the boot key is another."""
    try:
        return decode_ring(unpad(open_box(sub(boot_key, "ring"), copy, "ring")))
    except Damaged:
        return None


def better(one: Ring | None, other: Ring | None) -> Ring | None:
    """Return the ring with the higher seq; one that did not open loses."""
    opened = [ring for ring in (one, other) if ring is not None]
    return max(opened, key=lambda ring: ring.seq, default=None)
