# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several agree where one may not decide: keepers on keepers, heirs on who takes over."""

import pytest

from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store.handover import Act, ActKind
from hedgerow.store.roles import Reads, Role
from tests.store.people.actors import Note, Person, bring, id_of


def keepers(founder: Person, space_id: SpaceId) -> tuple[Person, Person]:
    """Bring two more keepers, so that there are three."""
    one = bring(founder, space_id, name="K1", role=Role.KEEPER, reads=Reads.ALL)
    two = bring(founder, space_id, name="K2", role=Role.KEEPER, reads=Reads.ALL)
    return one, two


def codes(person: Person) -> list[str]:
    """Return what somebody's page must say before all else."""
    return [notice.code for notice in person.visit().desk().notices]


def test_three_keepers_remove_one_by_two(founder: Person, space_id: SpaceId) -> None:
    """One of three keepers cannot remove another alone; two can, neither being the third."""
    one, two = keepers(founder, space_id)
    target = id_of(two, space_id)
    with pytest.raises(Refused, match=r"roster\.(needs_two|second_keeper)"):
        founder.space(space_id).remove(target)
    act = Act(ActKind.REMOVE, target)
    assert founder.space(space_id).assent(act) is False
    assert founder.space(space_id).assent(act) is False
    (waiting,) = one.space(space_id).waiting_acts()
    assert (waiting.act, waiting.given, waiting.needed) == (act, (id_of(founder, space_id),), 2)
    assert codes(one) == codes(two) == ["space.assent_waits"]
    assert codes(founder) == []
    with pytest.raises(Refused, match=r"roster\.assent"):
        two.space(space_id).assent(act)
    assert one.space(space_id).assent(act) is True
    assert target not in {member.id for member in founder.space(space_id).members()}
    assert founder.space(space_id).waiting_acts() == []


def test_a_keeper_is_lowered_by_two(founder: Person, space_id: SpaceId) -> None:
    """Lowering a keeper of three takes two as well."""
    one, two = keepers(founder, space_id)
    act = Act(ActKind.ROLE, id_of(two, space_id), int(Role.EDITOR))
    assert one.space(space_id).assent(act) is False
    assert founder.space(space_id).assent(act) is True
    assert two.space(space_id).role is Role.EDITOR


def test_heirs_take_over(founder: Person, space_id: SpaceId) -> None:
    """Two of three heirs make one of them a keeper, who can then remove the lost one."""
    heirs = [bring(founder, space_id, name=f"H{n}", reads=Reads.ALL) for n in range(3)]
    ids = [id_of(heir, space_id) for heir in heirs]
    other = bring(founder, space_id, name="O")
    founder.space(space_id).name_heirs(ids, needed=2)
    act = Act(ActKind.HANDOVER, ids[0])
    assert heirs[1].space(space_id).assent(act) is False
    assert heirs[1].space(space_id).assent(act) is False
    assert codes(founder) == codes(heirs[2]) == ["space.handover_begun"]
    assert codes(heirs[1]) == codes(other) == []
    assert heirs[2].space(space_id).assent(act) is True
    assert heirs[0].space(space_id).role is Role.KEEPER
    heirs[0].space(space_id).remove(id_of(founder, space_id))
    written = heirs[0].space(space_id).write(Note("x"), title="x")
    assert heirs[1].space(space_id).read(Note, written).value.text == "x"


def test_an_objection_ends_the_round(founder: Person, space_id: SpaceId) -> None:
    """After a keeper's objection the assents given so far count for nothing."""
    heirs = [bring(founder, space_id, name=f"H{n}", reads=Reads.ALL) for n in range(2)]
    ids = [id_of(heir, space_id) for heir in heirs]
    founder.space(space_id).name_heirs(ids, needed=2)
    act = Act(ActKind.HANDOVER, ids[0])
    assert heirs[0].space(space_id).assent(act) is False
    founder.space(space_id).object_to_handover()
    assert founder.space(space_id).waiting_acts() == []
    assert codes(founder) == []
    assert heirs[1].space(space_id).assent(act) is False
    assert heirs[0].space(space_id).role is Role.EDITOR


def test_who_is_no_heir_assents_to_nothing(founder: Person, space_id: SpaceId) -> None:
    """Neither a member who is no heir nor a reader's forged haste makes a keeper."""
    heirs = [bring(founder, space_id, name=f"H{n}", reads=Reads.ALL) for n in range(2)]
    other = bring(founder, space_id, name="O", reads=Reads.ALL)
    founder.space(space_id).name_heirs([id_of(heir, space_id) for heir in heirs], needed=2)
    with pytest.raises(Refused, match=r"roster\.assent"):
        other.space(space_id).assent(Act(ActKind.HANDOVER, id_of(other, space_id)))


def test_too_few_heirs_are_said(founder: Person, space_id: SpaceId) -> None:
    """When so many heirs have left that the rest cannot act, keepers are told."""
    heirs = [bring(founder, space_id, name=f"H{n}", reads=Reads.ALL) for n in range(2)]
    founder.space(space_id).name_heirs([id_of(heir, space_id) for heir in heirs], needed=2)
    assert "space.heirs_few" not in {n.code for n in founder.visit().desk().notices}
    heirs[0].space(space_id).leave()
    assert "space.heirs_few" in {n.code for n in founder.visit().desk().notices}
