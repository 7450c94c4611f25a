# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who was removed or has left opens nothing new; who stays reads on."""

from typing import TYPE_CHECKING

import pytest

from hedgerow.kernel.errors import NotFound, Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store.roles import Reads, Role
from tests.store.people.actors import (
    Note,
    Person,
    bring,
    id_of,
    issue,
    join_with,
    words,
)

if TYPE_CHECKING:
    from hedgerow.store.visit import Space


def test_who_stays_reads_on(founder: Person, space_id: SpaceId) -> None:
    """After a removal all records are there for whoever stays, under each one's horizon."""
    before = founder.space(space_id).write(Note("before"), title="before")
    stays = bring(founder, space_id, name="S", reads=Reads.ALL)
    goes = bring(founder, space_id, name="G", reads=Reads.ALL)
    late = bring(founder, space_id, name="L", reads=Reads.FROM_NOW)
    after = stays.space(space_id).write(Note("after"), title="after")
    founder.space(space_id).remove(id_of(goes, space_id))
    assert stays.space(space_id).read(Note, before).value.text == "before"
    assert stays.space(space_id).read(Note, after).value.text == "after"
    assert [entry.id for entry in late.space(space_id).entries(Note)] == [after]
    assert stays.space(space_id).damage() == []
    assert "G" not in {member.name for member in stays.space(space_id).members()}


def test_the_removed_find_it_no_longer_theirs(founder: Person, space_id: SpaceId) -> None:
    """The desk of the removed says so, and the space is not found."""
    goes = bring(founder, space_id, name="G")
    founder.space(space_id).remove(id_of(goes, space_id))
    (line,) = goes.visit().spaces()
    assert (line.left, line.role) == (True, None)
    with pytest.raises(NotFound, match=r"space\.unknown"):
        goes.space(space_id)


def test_the_removed_are_told_once(founder: Person, space_id: SpaceId) -> None:
    """The desk says once that a space was lost; looking elsewhere does not use that up."""
    goes = bring(founder, space_id, name="G")
    assert goes.visit().desk().notices == []
    founder.space(space_id).remove(id_of(goes, space_id))
    goes.visit().spaces()
    told = [(notice.code, notice.space_id) for notice in goes.visit().desk().notices]
    assert told == [("space.gone", space_id)]
    assert goes.visit().desk().notices == []
    goes.log_in()
    assert goes.visit().desk().notices == []


def test_who_leaves_is_not_told_so(founder: Person, space_id: SpaceId) -> None:
    """Going oneself is no news."""
    goes = bring(founder, space_id, name="G")
    goes.space(space_id).leave()
    assert goes.visit().desk().notices == []


def test_a_request_begun_before_the_removal_writes_nothing(
    founder: Person, space_id: SpaceId
) -> None:
    """Whoever opened the space, was removed and then writes, is refused in the transaction."""
    goes = bring(founder, space_id, name="G")
    held: Space = goes.space(space_id)
    founder.space(space_id).remove(id_of(goes, space_id))
    with pytest.raises((NotFound, Refused)):
        held.write(Note("late"), title="late")
    assert founder.space(space_id).entries(Note) == []


def test_invitations_given_before_still_work(founder: Person, space_id: SpaceId) -> None:
    """A removal in between does not break an open invitation."""
    issued = issue(founder, space_id)
    goes = bring(founder, space_id, name="G")
    founder.space(space_id).remove(id_of(goes, space_id))
    joined = join_with(words(issued.numbers, code="invitation"), name="J")
    written = founder.space(space_id).write(Note("x"), title="x")
    assert joined.space(space_id).read(Note, written).value.text == "x"


def test_only_keepers_remove(founder: Person, space_id: SpaceId) -> None:
    """Neither writers nor readers remove, invite, revoke or change roles."""
    writer = bring(founder, space_id, name="W")
    space = writer.space(space_id)
    keeper_id = id_of(founder, space_id)
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        space.remove(keeper_id)
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        space.set_role(keeper_id, Role.READER)
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        space.rename("Other")
    with pytest.raises(Refused, match=r"space\.keepers_only"):
        issue(writer, space_id)


def test_the_last_keeper_stays_while_there_are_others(founder: Person, space_id: SpaceId) -> None:
    """The last keeper neither leaves nor steps down while others are there; alone, leaves."""
    writer = bring(founder, space_id, name="W")
    with pytest.raises(Refused, match=r"roster\."):
        founder.space(space_id).leave()
    with pytest.raises(Refused, match=r"roster\."):
        founder.space(space_id).set_role(id_of(founder, space_id), Role.EDITOR)
    writer.space(space_id).leave()
    founder.space(space_id).leave()
    assert [line.left for line in founder.visit().spaces()] in ([True], [])


def test_somebody_who_left_is_gone_after_a_keeper_came(founder: Person, space_id: SpaceId) -> None:
    """Leaving ends the membership at once; the keys change with the next keeper's coming."""
    goes = bring(founder, space_id, name="G")
    stays = bring(founder, space_id, name="S")
    written = founder.space(space_id).write(Note("x"), title="x")
    goes.space(space_id).leave()
    with pytest.raises(NotFound):
        goes.space(space_id)
    founder.space(space_id)
    assert stays.space(space_id).read(Note, written).value.text == "x"
    assert [member.name for member in founder.space(space_id).past_members()] == ["G"]


def test_renewed_keys_still_open(founder: Person, space_id: SpaceId) -> None:
    """After a member drew new keys and a keeper came, both read all there is."""
    member = bring(founder, space_id, name="M")
    written = founder.space(space_id).write(Note("x"), title="x")
    member.visit().rekey(space_id)
    founder.space(space_id)
    assert member.space(space_id).read(Note, written).value.text == "x"
    assert member.log_in().space(space_id).read(Note, written).value.text == "x"
    with pytest.raises(Refused, match=r"roster\."):
        member.visit().rekey(space_id)
