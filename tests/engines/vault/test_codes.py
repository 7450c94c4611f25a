# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that codes open their own rows and nothing else."""

from itertools import combinations

import nacl.pwhash.argon2id
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault.codes import (
    FOUNDER_ROW,
    Code,
    InvitationKind,
    InvitationRow,
    Label,
    code_of,
    decode_invitation,
    encode_invitation,
    root_of,
    salt_of,
)
from hedgerow.engines.vault.primitives import Cost, sub
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import SpaceId

CHEAP = Cost(memory_kib=8, passes=1)
SALT = bytes(range(16))
NUMBERS = (1, 2, 3, 4, 5, 7775)
CODE = Code(bytes(range(32)))
ROW = InvitationRow(InvitationKind.INVITATION, SpaceId(0x0102030405060708), b"d" * 32, b"g" * 32)


def test_lengths_of_codes() -> None:
    """A phrase has seven words, a boot phrase twelve, every other code six."""
    wanted = {Label.PHRASE: 7, Label.BOOT: 12}
    assert {label: label.words for label in Label} == {
        label: wanted.get(label, 6) for label in Label
    }


def test_salt_comes_from_the_hold() -> None:
    """The salt is the first sixteen bytes of the ring's own secret for it."""
    assert salt_of(b"h" * 32) == sub(b"h" * 32, "salt")[:16]


@pytest.mark.parametrize("label", Label)
def test_root_is_argon2id_of_label_and_numbers(label: Label) -> None:
    """The root is what Argon2id 1.3 gives for the label followed by the numbers."""
    material = label.value.encode() + bytes.fromhex("0001 0002 0003 0004 0005 1e5f")
    expected = nacl.pwhash.argon2id.kdf(32, material, SALT, opslimit=1, memlimit=8192)
    assert root_of(NUMBERS, label=label, salt=SALT, cost=CHEAP) == expected


def test_roots_differ() -> None:
    """Label, numbers, salt and cost each give another root."""
    roots = {
        root_of(NUMBERS, label=Label.INVITE, salt=SALT, cost=CHEAP),
        root_of(NUMBERS, label=Label.FREEZE, salt=SALT, cost=CHEAP),
        root_of(NUMBERS[::-1], label=Label.INVITE, salt=SALT, cost=CHEAP),
        root_of(NUMBERS, label=Label.INVITE, salt=bytes(16), cost=CHEAP),
        root_of(NUMBERS, label=Label.INVITE, salt=SALT, cost=Cost(memory_kib=8, passes=2)),
        root_of(NUMBERS, label=Label.INVITE, salt=SALT, cost=Cost(memory_kib=16, passes=1)),
    }
    assert len(roots) == 6


def test_code_derives_what_it_opens() -> None:
    """Row tag, row key, seed and invitation id follow from the code by their labels."""
    code = code_of(b"r" * 32, label=Label.INVITE)
    secret = sub(b"r" * 32, "invite")
    assert code.secret == secret
    assert code.row_tag == sub(secret, "row")
    assert code.row_key == sub(secret, "key")
    assert code.seed == sub(secret, "seed")
    assert code.invitation_id == int.from_bytes(sub(secret, "id")[:8], "big") >> 2


def test_kinds_of_codes_share_nothing() -> None:
    """The same root under two labels opens two different rows."""
    for one, other in combinations(Label, 2):
        assert code_of(b"r" * 32, label=one) != code_of(b"r" * 32, label=other)
    assert len({CODE.secret, CODE.row_tag, CODE.row_key, CODE.seed}) == 4


def test_layout_of_an_invitation_row() -> None:
    """Kind, space id, door and genesis hash stand one after another."""
    assert encode_invitation(ROW) == b"\1\1\2\3\4\5\6\7\10" + b"d" * 32 + b"g" * 32
    assert encode_invitation(FOUNDER_ROW) == b"\2" + bytes(72)


@pytest.mark.parametrize("row", [ROW, FOUNDER_ROW])
def test_invitation_row_is_read_again(row: InvitationRow) -> None:
    """What was written is read."""
    assert decode_invitation(encode_invitation(row)) == row


@given(
    st.one_of(
        st.binary(max_size=72),
        st.binary(min_size=74, max_size=90),
        st.sampled_from([0, 3, 255]).map(lambda kind: bytes([kind]) + bytes(72)),
    )
)
def test_other_bytes_are_no_invitation_row(content: bytes) -> None:
    """Too short, too long, or of a kind that there is not: damaged."""
    with pytest.raises(Damaged, match=r"vault\.invitation_damaged"):
        decode_invitation(content)
