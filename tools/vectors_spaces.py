# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell the scenarios of test vectors about a space's keys, pages, bodies and package."""

import hashlib
from dataclasses import asdict
from typing import Final

from nacl.bindings import crypto_box, crypto_scalarmult_base

from hedgerow.engines.vault import agenda, body, card, head, index, package, tags
from hedgerow.engines.vault import primitives as p
from hedgerow.kernel.canonical import join_parts
from hedgerow.kernel.ids import SpaceId
from tools.vector_parts import Json, Seeded

SPACE: Final = SpaceId(0x0123_4567_89AB_CDEF)


def keys_json(keys: tags.SpaceKeys) -> Json:
    """Write the keys of a generation."""
    return {
        "generation": keys.generation,
        "horizon": keys.horizon,
        "L": keys.secret.hex(),
        "chapter_key": keys.chapter_key.hex(),
    }


def keys_scenario(random: Seeded) -> Json:
    """Derive tags, contexts, chapter keys and commitments of a generation."""
    door, keys = random(32), tags.new_keys(2, random=random)
    made = tags.SpaceTags(keys.secret)
    context = tags.page_context(3, chapter=2, revision=41)
    return {
        "space": SPACE,
        "door": door.hex(),
        "keys": keys_json(keys),
        "package_tags": [tags.package_tag(door, page).hex() for page in range(2)],
        "package_key": tags.package_key(door).hex(),
        "head_tag": made.head().hex(),
        "roster_tags": [made.roster(page).hex() for page in range(2)],
        "page_tags": [made.page(page).hex() for page in range(2)],
        "chapter_keys": [keys.key_of(chapter).hex() for chapter in range(4)],
        "from_chapter_2": keys_json(keys.limited_to(2)),
        "probationer": keys_json(keys.limited_to(tags.NO_CHAPTERS)),
        "commit_L": tags.commitment(keys.secret).hex(),
        "commit_chapter_2": tags.commitment(keys.key_of(2)).hex(),
        "head_context": join_parts(*tags.head_context(SPACE)).hex(),
        "roster_context_1": join_parts(*tags.roster_context(1)).hex(),
        "package_context_1": join_parts(*tags.package_context(1)).hex(),
        "page_3_chapter_2_revision_41": join_parts(*context).hex(),
    }


def head_scenario(random: Seeded) -> Json:
    """Write a head with three pages and two lines, and the same after one more write."""
    pages = (head.PageRef(0, 4), head.PageRef(65_535, 7), head.PageRef(65_534, 5))
    lines = (
        head.FeedLine(7, 11, 1, 257, 21, 29_000_001, 1),
        head.FeedLine(6, 0, head.NO_PAGE, 0, 22, 29_000_000, 0),
    )
    one = head.Head(7, 0, 0, 4, random(32), 1, 2, "Друзі лісу", pages, lines)
    line = head.FeedLine(0, 12, 3, 258, 21, 29_000_009, 2)
    later = head.with_page(head.with_write(one, line), number=3, chapter=1, is_keeper=False)
    fields = asdict(one) | {"roster_hash": one.roster_hash.hex()}
    return {
        "head": fields,
        "content": head.encode_head(one).hex(),
        "written": {"line": line, "page": 3, "chapter": 1},
        "content_after": head.encode_head(later).hex(),
    }


def _entry(random: Seeded, number: int, title: bytes) -> index.IndexEntry:
    """Return an entry of an index with fields that tell where they stand."""
    minutes = (29_000_000 + number, 29_000_100 + number)
    keys = (random(32), random(16))
    return index.IndexEntry(number, 257, 2, 3, *minutes, 21, number - 1, *keys, 2_900, 5, 6, title)


def index_scenario(random: Seeded) -> Json:
    """Write an index page of three entries."""
    titles = (b"", "Ніч у лісі".encode(), b"x" * 160)
    entries = [_entry(random, number, title) for number, title in enumerate(titles, start=1)]
    fields = [
        one._asdict()
        | {"record_key": one.record_key.hex(), "digest": one.digest.hex(), "title": one.title.hex()}
        for one in entries
    ]
    return {"entries": fields, "content": index.encode_page(entries).hex()}


def body_scenario(random: Seeded) -> Json:
    """Seal two bodies, one with an end."""
    bodies = []
    for expiry_key in (b"", random(32)):
        plain, record_key = "Зустріч о сьомій.".encode(), random(32)
        sealed = body.seal_body(
            plain,
            record_key=record_key,
            space_id=SPACE,
            kind=257,
            expiry_key=expiry_key,
            random=random,
        )
        one = {
            "record_key": record_key.hex(),
            "expiry_key": expiry_key.hex(),
            "body_key": p.sub(record_key, "body", expiry_key).hex(),
            "plain": plain.hex(),
            "id": sealed.id,
            "digest": sealed.digest.hex(),
            "mantissa": sealed.mantissa,
            "exponent": sealed.exponent,
            "box": sealed.box.hex(),
        }
        bodies.append(one)
    return {"space": SPACE, "kind": 257, "bodies": bodies}


def agenda_scenario(_random: Seeded) -> Json:
    """Write an agenda page of two items."""
    items = (
        agenda.AgendaItem(11, 21, 20_200, 1, "Call the printer"),
        agenda.AgendaItem(12, 22, 0, 2, "Прочитати"),
    )
    page = agenda.AgendaPage(7, items)
    return {
        "next": page.next_page,
        "items": [one._asdict() for one in items],
        "content": agenda.encode_agenda(page).hex(),
    }


def card_scenario(random: Seeded) -> Json:
    """Write the title field of a card."""
    one = card.Card(random(32), "Оля з Липогорська")
    return {"mark": one.mark.hex(), "name": one.name, "title": card.encode_card(one).hex()}


def seal_openly(plain: bytes, *, public: bytes, secret: bytes) -> bytes:
    """Make a sealed box with a throw-away pair that is known.

    Source: libsodium's crypto_box_seal: the nonce is BLAKE2b of both public keys.
    """
    own = crypto_scalarmult_base(secret)
    nonce = hashlib.blake2b(own + public, digest_size=24).digest()
    return own + crypto_box(plain, nonce, public, secret)


def package_scenario(random: Seeded) -> Json:
    """Lay keys out for a keeper, a member from chapter 1 on and a probationer.

    A filler is a sealed box of zeros; the throw-away secrets are written down.
    """
    keys = tags.new_keys(3, random=random)
    slots, people = [], []
    for horizon in (0, 1, tags.NO_CHAPTERS):
        seed, secret = random(32), random(32)
        limited, sealing = keys.limited_to(horizon), p.sealing_keys(seed)
        plain = b"".join(
            (
                keys.generation.to_bytes(4, "big"),
                horizon.to_bytes(2, "big"),
                limited.secret,
                limited.chapter_key,
                bytes(10),
            )
        )
        slots.append(seal_openly(plain, public=sealing.public, secret=secret))
        one = {"seed": seed.hex(), "throw_away": secret.hex(), "keys": keys_json(limited)}
        people.append({**one, "x25519_secret": sealing.secret.hex(), "place": len(slots) - 1})
    while len(slots) < package.SLOTS_A_PAGE:
        public = crypto_scalarmult_base(random(32))
        slots.append(seal_openly(bytes(80), public=public, secret=random(32)))
    page = (1).to_bytes(2, "big") + b"".join(slots)
    return {
        "chapter": 2,
        "commit_L": tags.commitment(keys.secret).hex(),
        "commit_chapter": tags.commitment(keys.key_of(2)).hex(),
        "people": people,
        "content": page.hex(),
    }
