# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell the scenarios of test vectors about boxes, lockers, ring and boot key."""

from typing import Final

from hedgerow.engines.vault import boot, padding, ring, words
from hedgerow.engines.vault import locker as lockers
from hedgerow.engines.vault import primitives as p
from hedgerow.kernel.canonical import join_parts
from tools.vector_parts import Json, Seeded, cost_json

BOOT_COST: Final = p.Cost(memory_kib=256 * 1024, passes=4)
CHEAP_COST: Final = p.Cost(memory_kib=8, passes=1)


def sub_scenario(random: Seeded) -> Json:
    """Derive keys and ids with each kind of part."""
    key = random(32)
    parts: list[tuple[str, tuple[bytes | int | str, ...]]] = [
        ("tags", ()),
        ("page", (7,)),
        ("body", ("",)),
        ("pause", (random(16),)),
        ("text", ("жито", 2**62 - 1, b"\0")),
    ]
    cases = [
        {
            "label": label,
            "parts": [one.hex() if isinstance(one, bytes) else one for one in given],
            "input": join_parts(*given).hex(),
            "sub": p.sub(key, label, *given).hex(),
            "id": p.id_from(key, label, *given),
        }
        for label, given in parts
    ]
    return {"key": key.hex(), "cases": cases}


def box_scenario(random: Seeded) -> Json:
    """Seal a Box under a key and a context."""
    key, plain = random(32), "Wir sind viele. Нас багато.".encode()
    box = p.seal_box(key, plain, "page", 3, 2, 1, random=random)
    context = join_parts("page", 3, 2, 1)
    return {"key": key.hex(), "context": context.hex(), "plain": plain.hex(), "box": box.hex()}


def padding_scenario(_random: Seeded) -> Json:
    """Round sizes up and write them in two bytes."""
    sizes = [0, 1, 2, 9, 255, 256, 257, 1000, 4097, 65_519, 1_000_000, 2**31 + 1]
    return {
        "padme": [
            {"size": size, "padme": padding.padme(size), "code": padding.size_code(rounded)}
            for size in sizes
            for rounded in (padding.padme(size),)
        ],
        "bodies": [{"plain": size, "box": padding.body_size(size)} for size in sizes],
        "iso7816": {
            "plain": "68656467650080",
            "size": 12,
            "padded": padding.pad(bytes.fromhex("68656467650080"), 12).hex(),
        },
    }


def _locker_scenario(random: Seeded, klass: lockers.LockerClass) -> Json:
    """Seal one row of a class, with an inner under a key of its own."""
    night_key, key, tag = random(32), random(32), random(32)
    content = b"what stands in the row"
    inner = lockers.seal_inner(key, content, tag, klass=klass, random=random)
    locker = lockers.Locker(tag, 2_960, inner)
    row = lockers.seal_locker(night_key, locker, klass=klass, random=random)
    return {
        "class": int(klass),
        "night_key": night_key.hex(),
        "tag": tag.hex(),
        "until_week": locker.until_week,
        "inner_key": key.hex(),
        "inner_context": join_parts(tag).hex(),
        "content": content.hex(),
        "row_id": row.id,
        "box": row.box.hex(),
        "dummy_tag_4095": lockers.dummy_tag(night_key, 4095).hex(),
    }


def small_scenario(random: Seeded) -> Json:
    """Seal a row of the small table."""
    return _locker_scenario(random, lockers.LockerClass.SMALL)


def large_scenario(random: Seeded) -> Json:
    """Seal a row of the large table."""
    return _locker_scenario(random, lockers.LockerClass.LARGE)


def ring_scenario(random: Seeded) -> Json:
    """Seal one copy of a ring in the middle of a night."""
    boot_key = random(32)
    made = ring.begin_night(ring.new_ring(20_454, random=random), random=random)
    return {
        "boot_key": boot_key.hex(),
        "seq": made.seq,
        "day": made.day,
        "restored": made.restored,
        "night_key": made.night_key.hex(),
        "previous": (made.previous or b"").hex(),
        "carry": made.carry.hex(),
        "carry_before": made.carry_before.hex(),
        "hold": made.hold.hex(),
        "first_week": min(made.expiry),
        "expiry": [made.expiry[week].hex() for week in sorted(made.expiry)],
        "secrets": {label: made.secret(label).hex() for label in ("check", "mix", "form")},
        "copy": ring.seal_copy(made, boot_key, random=random).hex(),
    }


def wrap_one_scenario(random: Seeded) -> Json:
    """Wrap a boot key for one phrase, at the real cost."""
    key, numbers = random(32), words.draw_numbers(words.BOOT_PHRASE_WORDS, random=random)
    wrap = boot.wrap_for_one(key, numbers, cost=BOOT_COST, random=random)
    return {
        "boot_key": key.hex(),
        "numbers": numbers,
        "check_number": words.plain_check(numbers),
        "cost": cost_json(BOOT_COST),
        "wrap": wrap.hex(),
    }


def wrap_three_scenario(random: Seeded) -> Json:
    """Wrap a boot key for any two of three holders, at a cost for tests."""
    key = random(32)
    shares = [words.draw_numbers(words.BOOT_SHARE_WORDS, random=random) for _ in range(3)]
    wrap = boot.wrap_for_three(key, shares, cost=CHEAP_COST, random=random)
    return {
        "boot_key": key.hex(),
        "shares": shares,
        "check_numbers": [words.plain_check(share) for share in shares],
        "cost": cost_json(CHEAP_COST),
        "wrap": wrap.hex(),
    }
