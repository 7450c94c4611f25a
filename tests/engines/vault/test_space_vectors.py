# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the code gives the published vectors of spaces again, and opens them."""

import json
from functools import cache
from typing import Any

import pytest

from hedgerow.engines.vault import agenda, body, card, head, index
from hedgerow.engines.vault.package import slots_of
from hedgerow.engines.vault.primitives import open_sealed, sealing_keys
from hedgerow.engines.vault.roster import Anchor, decode_entry, unpack_pages
from hedgerow.engines.vault.roster_acts import KINDS
from hedgerow.engines.vault.roster_chain import apply, follow
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.kernel.errors import Refused
from tools.make_space_vectors import FOLDER, PREFIX, SCENARIOS, vector_text
from tools.vector_parts import Seeded
from tools.vectors_spaces import seal_openly


@cache
def _vector(name: str) -> Any:
    """Read a vector; its bytes are in hex."""
    return json.loads((FOLDER / f"space-{name}.json").read_text("utf-8"))


def _bytes(name: str, field: str) -> bytes:
    """Read one field of bytes."""
    return bytes.fromhex(_vector(name)[field])


def _state(name: str) -> RosterState:
    """Follow the chain on a vector's pages."""
    entries = unpack_pages(bytes.fromhex(page) for page in _vector(name)["pages"])
    return follow(
        entries,
        space=_vector(name)["space"],
        genesis_hash=entries[0].hash,
        head=entries[-1].anchor,
    )


def test_every_vector_has_its_scenario() -> None:
    """No file is left over, and none is missing."""
    assert {path.stem for path in FOLDER.glob(f"{PREFIX}*.json")} == set(SCENARIOS)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_vector_comes_out_again(name: str) -> None:
    """The code gives the file's bytes from the file's inputs."""
    assert vector_text(name) == (FOLDER / f"{name}.json").read_text("utf-8")


def test_pages_are_read() -> None:
    """Head, index, agenda and card give the fields that stand beside them."""
    read = head.decode_head(_bytes("head", "content"))
    assert read.name == _vector("head")["head"]["name"]
    assert head.encode_head(read) == _bytes("head", "content")
    entries = index.decode_page(_bytes("index", "content"))
    titles = [bytes.fromhex(one["title"]) for one in _vector("index")["entries"]]
    assert [one.title for one in entries] == titles
    items = agenda.decode_agenda(_bytes("agenda", "content")).items
    assert [one._asdict() for one in items] == _vector("agenda")["items"]
    assert card.decode_card(_bytes("card", "title")).name == _vector("card")["name"]


@pytest.mark.parametrize("place", [0, 1])
def test_bodies_open(place: int) -> None:
    """With and without an end."""
    one = _vector("body")["bodies"][place]
    plain = body.open_body(
        bytes.fromhex(one["box"]),
        digest=bytes.fromhex(one["digest"]),
        record_key=bytes.fromhex(one["record_key"]),
        space_id=_vector("body")["space"],
        kind=_vector("body")["kind"],
        expiry_key=bytes.fromhex(one["expiry_key"]),
    )
    assert plain.hex() == one["plain"]


def test_everybody_finds_the_own_slot() -> None:
    """Each seed opens one slot of the package, at its place, with its keys."""
    for one in _vector("package")["people"]:
        sealing = sealing_keys(bytes.fromhex(one["seed"]))
        assert sealing.secret.hex() == one["x25519_secret"]
        (slot,) = slots_of([_bytes("package", "content")], sealing=sealing)
        assert slot.place == one["place"]
        assert slot.keys.secret.hex() == one["keys"]["L"]
        assert slot.keys.chapter_key.hex() == one["keys"]["chapter_key"]
        assert (slot.keys.generation, slot.keys.horizon) == (3, one["keys"]["horizon"])


def test_a_seal_with_a_known_pair_is_one_of_libsodium() -> None:
    """What the vectors' own seal makes, libsodium opens."""
    keys = sealing_keys(bytes(32))
    sealed = seal_openly(b"a slot", public=keys.public, secret=Seeded("x")(32))
    assert open_sealed(keys, sealed) == b"a slot"


def test_the_chain_of_every_kind_leads_to_its_state() -> None:
    """All fifteen kinds occur, all signatures hold, and the end is the one written down."""
    vector, state = _vector("roster"), _state("roster")
    assert {one["kind"] for one in vector["entries"]} == set(range(1, len(KINDS) + 1))
    for one in vector["entries"]:
        assert decode_entry(bytes.fromhex(one["raw"])).hash.hex() == one["hash"]
    end = vector["state"]
    assert state.anchor == Anchor(end["seq"], bytes.fromhex(end["hash"]))
    assert [int(one.role) for one in state.members.values()] == [
        one["role"] for one in end["members"]
    ]
    assert (sorted(state.past), sorted(state.invitations)) == (end["past"], end["invitations"])


@pytest.mark.parametrize("place", range(12))
def test_forged_entries_are_refused(place: int) -> None:
    """Each by the rule that stands beside it."""
    one = _vector("roster-refused")["refused"][place]
    entry = decode_entry(bytes.fromhex(one["raw"]))
    with pytest.raises(Refused) as caught:
        apply(_state("roster-refused"), entry)
    assert caught.value.code == one["rule"]
