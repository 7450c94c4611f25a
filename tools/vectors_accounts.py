# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell the scenarios of test vectors about words, accounts, sessions, forms and files."""

import hashlib
from typing import Final

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
)

from hedgerow.engines.vault import account as accounts
from hedgerow.engines.vault import backup, carried, codes, keyring, released, words
from hedgerow.engines.vault import files as vault_files
from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault import sessionkeys as sessions
from hedgerow.engines.vault.locker import LockerClass, seal_inner
from hedgerow.kernel.ids import MemberId, SpaceId
from tools.vector_parts import Json, Seeded, cost_json, word_lists

PHRASE_COST: Final = p.Cost(memory_kib=128 * 1024, passes=3)
CODE_COST: Final = p.Cost(memory_kib=16 * 1024, passes=1)


def words_scenario(random: Seeded) -> Json:
    """Spell one code in three languages, with its check word."""
    key, lists = random(32), word_lists()
    numbers = words.draw_numbers(words.CODE_WORDS, random=random)
    check = words.keyed_check(key)
    return {
        "check_key": key.hex(),
        "numbers": numbers,
        "check_number": check(numbers),
        "plain_check_number": words.plain_check(numbers),
        "spelled": {
            language: " ".join(lists.spell(numbers, check=check, language=language))
            for language in lists.languages
        },
    }


def phrase_scenario(random: Seeded) -> Json:
    """Derive an account from a phrase, at the real cost."""
    hold = random(32)
    numbers = words.draw_numbers(words.PHRASE_WORDS, random=random)
    salt = codes.salt_of(hold)
    root = codes.root_of(numbers, label=codes.Label.PHRASE, salt=salt, cost=PHRASE_COST)
    account, secret = accounts.account_of(root), random(32)
    mark = accounts.pause_mark(secret, SpaceId(5), member_id=MemberId(6))
    return {
        "hold": hold.hex(),
        "numbers": numbers,
        "cost": cost_json(PHRASE_COST),
        "salt": salt.hex(),
        "root": root.hex(),
        "account": account.secret.hex(),
        "kek": account.kek.hex(),
        "locators": [tag.hex() for tag in account.locators()],
        "pending_tags": [tag.hex() for tag in account.pending_tags()],
        "words_mark": accounts.words_mark(p.sub(hold, "check"), numbers).hex(),
        "pause_secret": secret.hex(),
        "pause_mark_of_space_5_member_6": mark.hex(),
    }


def codes_scenario(random: Seeded) -> Json:
    """Derive what each kind of code opens, at the real cost, and write invitation rows."""
    salt, numbers = random(16), words.draw_numbers(words.CODE_WORDS, random=random)
    cases: Json = {}
    for label in (
        codes.Label.INVITE,
        codes.Label.RECEIPT,
        codes.Label.OBSERVER,
        codes.Label.FREEZE,
    ):
        root = codes.root_of(numbers, label=label, salt=salt, cost=CODE_COST)
        code = codes.code_of(root, label=label)
        cases[label.value] = {
            "root": root.hex(),
            "code": code.secret.hex(),
            "row_tag": code.row_tag.hex(),
            "row_key": code.row_key.hex(),
            "seed": code.seed.hex(),
            "x25519_public": p.sealing_keys(code.seed).public.hex(),
            "ed25519_public": p.signing_keys(code.seed).public.hex(),
            "id": code.invitation_id,
        }
    row = codes.InvitationRow(
        codes.InvitationKind.INVITATION, SpaceId(7), door=random(32), genesis=random(32)
    )
    return {
        "salt": salt.hex(),
        "numbers": numbers,
        "cost": cost_json(CODE_COST),
        "codes": cases,
        "invitation_row_of_space_7": codes.encode_invitation(row).hex(),
        "founder_row": codes.encode_invitation(codes.FOUNDER_ROW).hex(),
    }


def _entry(random: Seeded, number: int) -> keyring.KeyringEntry:
    """Make the entry of one membership."""
    return keyring.KeyringEntry(
        SpaceId(number),
        MemberId(number + 1000),
        seed=random(32),
        door=random(32),
        genesis=random(32),
        generation=number,
        horizon=2,
        rekeys=1,
        space_key=random(32),
        chapter_key=random(32),
        anchor_seq=9,
        anchor_hash=random(32),
        seen=321,
    )


def keyring_scenario(random: Seeded) -> Json:
    """Seal a keyring of two pages, with a tombstone, and a pending row."""
    account, secret = accounts.AccountKeys(random(32)), random(32)
    entries = [_entry(random, number) for number in range(1, 37)]
    entries[35] = keyring.tombstone(entries[35])
    held = keyring.Keyring(secret, tuple(entries))
    tag = account.pending_tag(31)
    pending = keyring.Pending(keyring.PendingKind.JOIN, secret, entries[0], invitation=random(32))
    veil = random(32)
    before = keyring.Keyring(secret, tuple(entries[:35]))
    return {
        "account": account.secret.hex(),
        "pages": [page.hex() for page in keyring.encode_pages(held)],
        "inners": [
            {"tag": locator.hex(), "inner": inner.hex()}
            for locator, inner in keyring.seal_pages(held, account, veil=veil, random=random)
        ],
        "veil": veil.hex(),
        "inner_without_veil": seal_inner(
            account.kek,
            keyring.encode_pages(before)[0],
            "keyring",
            0,
            klass=LockerClass.LARGE,
            random=random,
        ).hex(),
        "pending": keyring.encode_pending(pending).hex(),
        "pending_tag": tag.hex(),
        "pending_inner": keyring.seal_pending(pending, account, tag=tag, random=random).hex(),
    }


def session_scenario(random: Seeded) -> Json:
    """Make a cookie and the row of its session."""
    mix = random(32)
    cookie = sessions.new_cookie(mix, random=random)
    row = sessions.SessionRow(random(32), random(32), began=29_453_760, seen=29_453_770)
    return {
        "mix": mix.hex(),
        "cookie": cookie.hex(),
        "id": sessions.session_id(cookie[:32]).hex(),
        "owner": sessions.session_owner(mix, pause_secret=row.pause_secret).hex(),
        "account": row.account.hex(),
        "pause_secret": row.pause_secret.hex(),
        "began": row.began,
        "seen": row.seen,
        "box": sessions.seal_session(cookie[:32], row, mix=mix, random=random).hex(),
    }


def carried_scenario(random: Seeded) -> Json:
    """Carry a form with two fields and a file."""
    carry, cookie, note = random(32), random(48), random(120)
    mark = carried.cookie_mark(carry, cookie)
    fields = (("title", "Понедельник"), ("text", "Let us meet\r\nat the well."))
    form = carried.CarriedForm("/groups/x/threads/new/", fields, (note,), 29_453_760, mark)
    return {
        "carry": carry.hex(),
        "cookie": cookie.hex(),
        "path": form.path,
        "fields": fields,
        "files": [note.hex()],
        "minute": form.minute,
        "box": carried.seal_form(form, carry, random=random).hex(),
    }


def file_scenario(random: Seeded) -> Json:
    """Seal a file of one chunk.

    Libsodium draws a stream's header itself; a state made for reading with a header given
    is the same as one made for writing, which lets the vector come out the same each time.
    """
    key, header, content = random(32), random(24), b"\xff\xd8 a small picture"
    state = crypto_secretstream_xchacha20poly1305_state()
    crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    row = crypto_secretstream_xchacha20poly1305_push(
        state, content.ljust(256 - 17, b"\0"), None, crypto_secretstream_xchacha20poly1305_TAG_FINAL
    )
    digest = hashlib.sha256(content).digest()
    note = vault_files.FileNote(key, header, len(content), digest, "сад.jpg", "image/jpeg")
    return {
        "key": key.hex(),
        "header": header.hex(),
        "content": content.hex(),
        "name": note.name,
        "media_type": note.media_type,
        "note": vault_files.encode_note(note).hex(),
        "row_ids": vault_files.chunk_ids(note),
        "rows": [row.hex()],
    }


def backup_scenario(random: Seeded) -> Json:
    """Seal a back-up of one row; its database is no SQLite file, which no reader of it minds.

    The stream's header is given as in `file_scenario`.
    """
    boot_key, wrap, id_, header = random(32), random(120), random(16), random(24)
    ring, database, instance = random(100), b"SQLite format 3\0 and so on", b'{"demo": false}'
    content = b"".join(
        backup.laid_out(ring=ring, database=[database], size=len(database), instance=instance)
    )
    state = crypto_secretstream_xchacha20poly1305_state()
    key = p.sub(boot_key, "backup", id_)
    crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    row = crypto_secretstream_xchacha20poly1305_push(
        state, content, None, crypto_secretstream_xchacha20poly1305_TAG_FINAL
    )
    return {
        "boot_key": boot_key.hex(),
        "wrap": wrap.hex(),
        "id": id_.hex(),
        "header": header.hex(),
        "ring": ring.hex(),
        "database": database.hex(),
        "instance": instance.hex(),
        "file": (backup.encode_header(wrap=wrap, id_=id_, stream=header) + row).hex(),
    }


def released_scenario(random: Seeded) -> Json:
    """Write a released item and where it stands."""
    hold, secret, nonce = random(32), random(32), random(16)
    kind = released.ReleasedKind.PUBLICATION
    mark = released.author_mark(secret, nonce)
    item = released.ReleasedItem(kind, 29_453_760, 29_450_000, random(32), nonce, mark)
    return {
        "hold": hold.hex(),
        "pause_secret": secret.hex(),
        "item": released.encode_item(item).hex(),
        "tag_1023": released.released_tag(hold, kind, 1023).hex(),
        "key": released.released_key(hold).hex(),
    }
