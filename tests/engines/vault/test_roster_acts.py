# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the payloads of all kinds of entries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.vault import roster_acts as ra
from hedgerow.engines.vault.roster_acts import Act, Assent, Role, decode_act, encode_act
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.ids import InvitationId, MemberId

U8, U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64))
MEMBERS, INVITATIONS = U64.map(MemberId), U64.map(InvitationId)
KEYS = st.binary(min_size=32, max_size=32)
ROLES = st.sampled_from(Role)
ASSENTS = st.builds(Assent, MEMBERS, st.binary(min_size=64, max_size=64))
MAYBE = st.none() | ASSENTS
BITS = st.integers(0, 1)
BY_KIND: dict[type[Act], st.SearchStrategy[Act]] = {
    ra.Genesis: st.builds(ra.Genesis, KEYS, KEYS),
    ra.Invite: st.builds(ra.Invite, INVITATIONS, KEYS, KEYS, ROLES, U16, U16, KEYS),
    ra.Revoke: st.builds(ra.Revoke, INVITATIONS),
    ra.Join: st.builds(ra.Join, INVITATIONS, MEMBERS, KEYS, KEYS),
    ra.SetRole: st.builds(ra.SetRole, MEMBERS, ROLES, U16, MAYBE),
    ra.Remove: st.builds(ra.Remove, MEMBERS, MAYBE),
    ra.Leave: st.builds(ra.Leave),
    ra.Rekey: st.builds(ra.Rekey, KEYS, KEYS),
    ra.OpenGeneration: st.builds(ra.OpenGeneration, U32, KEYS, KEYS),
    ra.OpenChapter: st.builds(ra.OpenChapter, U16, KEYS),
    ra.NameHeirs: st.builds(ra.NameHeirs, st.lists(MEMBERS, max_size=9).map(tuple), U8, MAYBE),
    ra.Objection: st.builds(ra.Objection, KEYS),
    ra.Handover: st.builds(ra.Handover, KEYS, MEMBERS, st.lists(ASSENTS, max_size=5).map(tuple)),
    ra.Settings: st.builds(ra.Settings, BITS, BITS, U16),
    ra.Confirm: st.builds(ra.Confirm, U32),
}
ACTS = st.one_of(list(BY_KIND.values()))
K, OTHER = b"k" * 32, b"o" * 32
YES = Assent(MemberId(3), b"s" * 64)


@given(ACTS)
def test_an_act_is_read_as_it_was_written(act: Act) -> None:
    """Every act of every kind is read back whole."""
    assert decode_act(*encode_act(act)) == act


def test_kinds_are_numbered_from_one() -> None:
    """The numbers of kinds are those of the specification's table, fifteen in all."""
    assert list(BY_KIND) == list(ra.KINDS)
    assert [ra.number_of(kind) for kind in ra.KINDS] == list(range(1, 16))


def test_joins_and_new_keys_bear_two_signatures() -> None:
    """All other entries bear one."""
    twice: list[Act] = [ra.Join(InvitationId(1), MemberId(2), K, K), ra.Rekey(K, K)]
    assert [ra.signatures_of(act) for act in (*twice, ra.Leave())] == [2, 2, 1]


@pytest.mark.parametrize(
    ("act", "payload"),
    [
        (ra.Genesis(K, OTHER), K.hex() + OTHER.hex()),
        (
            ra.Invite(InvitationId(1), K, OTHER, Role.READER, 4, 5, K),
            "0000000000000001" + K.hex() + OTHER.hex() + "0300040005" + K.hex(),
        ),
        (ra.Revoke(InvitationId(1)), "0000000000000001"),
        (
            ra.Join(InvitationId(1), MemberId(2), K, OTHER),
            "00000000000000010000000000000002" + K.hex() + OTHER.hex(),
        ),
        (ra.SetRole(MemberId(2), Role.KEEPER, 3), "0000000000000002010003"),
        (
            ra.SetRole(MemberId(2), Role.KEEPER, 3, YES),
            "00000000000000020100030000000000000003" + "73" * 64,
        ),
        (ra.Remove(MemberId(2)), "0000000000000002"),
        (ra.Remove(MemberId(2), YES), "00000000000000020000000000000003" + "73" * 64),
        (ra.Leave(), ""),
        (ra.Rekey(K, OTHER), K.hex() + OTHER.hex()),
        (ra.OpenGeneration(2, K, OTHER), "00000002" + K.hex() + OTHER.hex()),
        (ra.OpenChapter(2, K), "0002" + K.hex()),
        (
            ra.NameHeirs((MemberId(2), MemberId(3)), 2),
            "020000000000000002000000000000000302",
        ),
        (ra.Objection(K), K.hex()),
        (
            ra.Handover(K, MemberId(2), (YES,)),
            K.hex() + "0000000000000002010000000000000003" + "73" * 64,
        ),
        (ra.Settings(1, 0, 5), "01000005"),
        (ra.Confirm(6), "00000006"),
    ],
)
def test_layout_of_payloads(act: Act, payload: str) -> None:
    """The fields stand in the order and the sizes that the specification gives."""
    assert encode_act(act)[1].hex() == payload


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (0, b""),
        (16, b""),
        (7, b"\0"),
        (3, bytes(7)),
        (14, b"\2\0\0\0"),
        (14, b"\0\2\0\0"),
        (2, encode_act(ra.Invite(InvitationId(1), K, K, Role.EDITOR, 0, 0, K))[1][:72] + bytes(37)),
        (5, bytes(8) + b"\5" + bytes(2)),
        (5, bytes(8) + b"\1" + bytes(2) + bytes(71)),
        (6, bytes(8) + bytes(73)),
        (11, b"\2" + bytes(16)),
        (13, bytes(40) + b"\2" + bytes(72)),
    ],
)
def test_what_is_no_payload_is_damage(kind: int, payload: bytes) -> None:
    """Unknown kinds and roles, wrong lengths and flags that are none are damage."""
    with pytest.raises(Damaged, match=r"roster\.damaged"):
        decode_act(kind, payload)


@given(st.integers(0, 255), st.binary(max_size=200))
def test_random_bytes_are_one_act_or_damage(kind: int, payload: bytes) -> None:
    """Whatever is read either has exactly this encoding or is damage."""
    try:
        act = decode_act(kind, payload)
    except Damaged:
        return
    assert encode_act(act) == (kind, payload)
