# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the code gives the published vectors again, and opens them."""

import json
from functools import cache
from typing import Any

import pytest

from hedgerow.engines.vault import (
    arrival,
    backup,
    boot,
    carried,
    codes,
    keyring,
    letters,
    pause,
    ring,
    sessionkeys,
    slips,
    words,
)
from hedgerow.engines.vault import files as vault_files
from hedgerow.engines.vault import locker as lockers
from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault.account import AccountKeys
from hedgerow.kernel.errors import Damaged
from tools.make_vectors import FOLDER, SCENARIOS, vector_text
from tools.vector_parts import word_lists
from tools.vectors_seals import BOOT_COST, CHEAP_COST


@cache
def _vector(name: str) -> Any:
    """Read a vector; its bytes are in hex."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def _bytes(name: str, field: str) -> bytes:
    """Read one field of bytes."""
    return bytes.fromhex(_vector(name)[field])


def test_every_vector_has_its_scenario() -> None:
    """No file is left over, and none is missing."""
    found = {path.stem for path in FOLDER.glob("*.json")}
    assert {stem for stem in found if not stem.startswith("space-")} == set(SCENARIOS)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_vector_comes_out_again(name: str) -> None:
    """The code gives the file's bytes from the file's inputs."""
    assert vector_text(name) == (FOLDER / f"{name}.json").read_text("utf-8")


def test_letter_opens() -> None:
    """A message is found by C and its number, and opens by its own key and its week's."""
    vector, secret = _vector("letter"), _bytes("letter", "secret")
    assert letters.message_id(secret, vector["number"]) == vector["row_id"]
    peeled = letters.peel(_bytes("letter", "box"), secret=secret, number=vector["number"])
    assert peeled.for_team == _bytes("letter", "for_team")
    assert peeled.for_stranger == _bytes("letter", "for_stranger")
    message = letters.open_text(
        peeled.inner, key=_bytes("letter", "key"), expiry_key=_bytes("letter", "expiry_key")
    )
    assert letters.encode_message(message) == _bytes("letter", "message")


def test_arrival_opens() -> None:
    """A form and a text open by the pair of their week, each as what it is."""
    keys = arrival.arrival_keys(
        _bytes("arrival", "hold"), _vector("arrival")["week"], _bytes("arrival", "expiry_key")
    )
    assert keys.public == _bytes("arrival", "arrival_public")
    texts = slips.read_text(_vector("arrival")["text"])
    assert texts == _bytes("arrival", "sealed_sheet")
    for sealed, kind, field in (
        (_bytes("arrival", "sealed_form"), arrival.Sealed.FORM, "form"),
        (texts, arrival.Sealed.TEXT, "sheet"),
    ):
        header, pieces = arrival.pieces_of(sealed)
        opened = arrival.open_arrival(header, pieces, keys=keys, kind=kind)
        assert b"".join(opened) == _bytes("arrival", field)


def test_box_opens() -> None:
    """The Box gives its text, under the parts that its context joins."""
    opened = p.open_box(_bytes("box", "key"), _bytes("box", "box"), "page", 3, 2, 1)
    assert opened == _bytes("box", "plain")


@pytest.mark.parametrize("name", ["locker_small", "locker_large"])
def test_locker_opens(name: str) -> None:
    """The row is found by its tag and opens twice: for the night, and for its owner."""
    vector = _vector(name)
    klass = lockers.LockerClass(vector["class"])
    row = lockers.LockerRow(vector["row_id"], _bytes(name, "box"))
    tag = _bytes(name, "tag")
    locker = lockers.open_wanted(_bytes(name, "night_key"), row, klass=klass, tag=tag)
    assert locker.until_week == vector["until_week"]
    content = lockers.open_inner(_bytes(name, "inner_key"), locker.inner, tag)
    assert content == _bytes(name, "content")


def test_ring_opens() -> None:
    """The copy opens and holds what the file names."""
    opened = ring.open_copy(_bytes("ring", "copy"), _bytes("ring", "boot_key"))
    assert opened is not None
    assert opened.night_key == _bytes("ring", "night_key")
    assert opened.previous == _bytes("ring", "previous")
    assert [key.hex() for key in opened.expiry.values()] == _vector("ring")["expiry"]


def test_wraps_open() -> None:
    """One phrase opens one, the second and third share the other."""
    phrase = tuple(_vector("wrap_one")["numbers"])
    key = boot.open_for_one(_bytes("wrap_one", "wrap"), phrase, cost=BOOT_COST)
    assert key == _bytes("wrap_one", "boot_key")
    shares = [tuple(share) for share in _vector("wrap_three")["shares"]]
    key = boot.open_for_two(_bytes("wrap_three", "wrap"), shares[1:], cost=CHEAP_COST)
    assert key == _bytes("wrap_three", "boot_key")


def test_words_read_the_same_in_each_language() -> None:
    """The code is the numbers, whichever list it was spelled in."""
    check = words.keyed_check(_bytes("words", "check_key"))
    for spelled in _vector("words")["spelled"].values():
        numbers = word_lists().read(spelled, count=6, check=check)
        assert list(numbers) == _vector("words")["numbers"]


def test_invitation_rows_open() -> None:
    """The rows of a space and of a founder parse."""
    row = codes.decode_invitation(_bytes("codes", "invitation_row_of_space_7"))
    assert (row.kind, row.space_id) == (codes.InvitationKind.INVITATION, 7)
    assert codes.decode_invitation(_bytes("codes", "founder_row")) == codes.FOUNDER_ROW


def test_keyring_opens() -> None:
    """Two pages hold 36 memberships, the last a tombstone; the pending row is a join."""
    account = AccountKeys(_bytes("keyring", "account"))
    inners = [bytes.fromhex(page["inner"]) for page in _vector("keyring")["inners"]]
    held = keyring.open_pages(inners, account)
    assert [entry.is_left for entry in held.entries] == [False] * 35 + [True]
    assert keyring.veil_over(inners[0], account) == _bytes("keyring", "veil")
    bare = _bytes("keyring", "inner_without_veil")
    assert keyring.open_pages([bare], account).entries == held.entries[:35]
    assert keyring.veil_over(bare, account) is None
    tag = _bytes("keyring", "pending_tag")
    pending = keyring.open_pending(_bytes("keyring", "pending_inner"), account, tag=tag)
    assert (pending.kind, pending.is_unfinished) == (keyring.PendingKind.JOIN, True)
    assert pending.entry == held.entries[0]


def test_session_opens() -> None:
    """The cookie is of the instance and opens its row."""
    mix = _bytes("session", "mix")
    secret = sessionkeys.cookie_secret(_bytes("session", "cookie"), mix=mix)
    assert secret is not None
    row = sessionkeys.open_session(secret, _bytes("session", "box"), mix=mix)
    assert (row.account, row.began) == (_bytes("session", "account"), _vector("session")["began"])


def test_carried_form_opens() -> None:
    """The form comes back to its browser."""
    form = carried.open_form(
        _bytes("carried", "box"), [_bytes("carried", "carry")], cookie=_bytes("carried", "cookie")
    )
    assert form is not None
    assert [list(pair) for pair in form.fields] == _vector("carried")["fields"]


def test_back_up_opens() -> None:
    """Header and row of the file give ring, database and description."""
    whole = _bytes("backup", "file")
    header = backup.decode_header(whole[: backup.MOST_HEADER_BYTES])
    assert (header.wrap, header.id) == (_bytes("backup", "wrap"), _bytes("backup", "id"))
    rows = backup.open_rows(_bytes("backup", "boot_key"), [whole[header.length :]], header=header)
    content = backup.Content(rows)
    assert content.field(4) == _bytes("backup", "ring")
    assert content.field(8) == _bytes("backup", "database")
    assert content.field(4) == _bytes("backup", "instance")
    content.end()


def test_file_opens() -> None:
    """The note parses, and its rows give the original."""
    note = vault_files.decode_note(_bytes("file", "note"))
    rows = [bytes.fromhex(row) for row in _vector("file")["rows"]]
    assert b"".join(vault_files.open_chunks(note, rows)) == _bytes("file", "content")
    assert vault_files.chunk_ids(note) == _vector("file")["row_ids"]


def test_pause_list_opens() -> None:
    """Each page stands at its tag, opens in its own place only, and all entries come back."""
    vector, found = _vector("pause_list"), list[pause.PauseEntry]()
    hold, key = _bytes("pause_list", "hold"), pause.list_key(_bytes("pause_list", "hold"))
    for number, page in enumerate(vector["pages"]):
        assert pause.list_tag(hold, number).hex() == page["tag"]
        inner = bytes.fromhex(page["inner"])
        content = lockers.open_inner(key, inner, *pause.list_context(number))
        with pytest.raises(Damaged):
            lockers.open_inner(key, inner, *pause.list_context(number + 1))
        count, entries = pause.decode_page(content)
        assert (content.hex(), count) == (page["content"], len(vector["pages"]))
        found += entries
    assert [(one.id.hex(), one.words.hex(), one.kind, one.day) for one in found] == [
        (one["id"], one["w"], one["kind"], one["day"]) for one in vector["entries"]
    ]
    assert found[1].id == pause.lock_id(_bytes("pause_list", "pause_secret_of_who_is_away"))


def test_freeze_words_lead_to_the_friend_row() -> None:
    """The words' row opens to F, F to the friend row, which names the words' row until its day."""
    vector, name = _vector("pause_words"), "pause_words"
    code = codes.Code(_bytes(name, "code"))
    assert code.row_tag == _bytes(name, "words_row_tag")
    secret = lockers.open_inner(code.row_key, _bytes(name, "words_row_inner"), code.row_tag)
    assert secret == _bytes(name, "pause_secret")
    tag, key = pause.friend_tag(secret), pause.friend_key(secret)
    assert (tag, key) == (_bytes(name, "friend_tag"), _bytes(name, "friend_key"))
    content = lockers.open_inner(key, _bytes(name, "friend_inner"), tag)
    assert content.hex() == vector["after"]["content"]
    row = pause.decode_friend(content)
    assert row.names(code.row_tag, day=vector["day"] + 90)
    assert not row.names(code.row_tag, day=vector["day"] + 91)


@pytest.mark.parametrize("state", ["before", "after", "after_a_ninth"])
def test_friend_rows_are_read(state: str) -> None:
    """Each state of the row gives the words and days that stand beside it."""
    one = _vector("pause_words")[state]
    row = pause.decode_friend(bytes.fromhex(one["content"]))
    assert row.words.hex() == one["w"]
    assert [{"tag": w.tag.hex(), "last_day": w.last_day} for w in row.given] == one["given"]
