# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever alters rows of a disk that is off is noticed, or has changed nothing.

What such a person can do unnoticed stands in THREAT_MODEL.md: take away a row that no list
names, and put a day's rows back to an earlier hour of it where no member has seen them.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import codeworks
from hedgerow.store.roles import Role
from tests.store.people import test_lives
from tests.store.people.actors import Note, Person, issue, join_with, words
from tests.store.people.tampering import (
    NOTICED,
    Boxes,
    Coordinate,
    altered,
    box_at,
    coordinates_of,
    exchanged,
    exchanged_inside,
    put_box,
    seen_by,
    small_at,
    with_a_bit_flipped,
)
from tests.store.people.test_lives import Life, Lives, others

present_vault = test_lives.present_vault
#: The keeper reads all of these, so what is wrong with one is always noticed.
_READ_BY_KEEPERS = frozenset({"head", "roster", "page", "body"})


def _has_image(machine: "Tampered") -> bool:
    return bool(getattr(machine, "image", None))


class Tampered(Lives):
    """Play one space, on whose rows somebody lays hands between its members' acts."""

    @initialize()
    def take_no_image(self) -> None:
        """Begin with an empty image."""
        self.image: dict[Coordinate, bytes] = {}

    def coordinates(self) -> list[Coordinate]:
        """Return where everything of the space stands."""
        return coordinates_of(self.keeper.person.space(self.group.id)._opened)

    def demand_noticed_or_nothing_changed(self, boxes: Boxes, *, must: bool) -> None:
        """Demand that no member reads anything but what is theirs, without notice.

        Args:
            boxes: What stands in some rows while everybody looks.
            must: Whether the keeper has to notice.
        """
        with altered(boxes):
            for life in self.group.lives:
                seen = seen_by(life.person, self.group.id)
                assert seen in (NOTICED, (life.role, self.group.visible_to(life)))
                assert seen == NOTICED or not (must and life is self.keeper)

    @rule()
    def keep_an_image(self) -> None:
        """Copy the rows of the space, as from a disk taken out for an hour."""
        self.image = {one: box_at(one) or b"" for one in self.coordinates()}

    @precondition(_has_image)
    @rule(which=others)
    def roll_one_row_back(self, which: int) -> None:
        """Put the old image of one row back, also of one that was dropped since."""
        changed = [one for one, box in self.image.items() if box_at(one) != box]
        if changed:
            one = changed[which % len(changed)]
            must = one.what in {"head", "roster", "page"} and box_at(one) is not None
            self.demand_noticed_or_nothing_changed({one: self.image[one]}, must=must)

    @rule(which=others, other=others)
    def exchange_two_rows(self, which: int, other: int) -> None:
        """Put two rows of one table in each other's place."""
        self.exchange(which, other, inside=False)

    @rule(which=others, other=others)
    def exchange_what_is_in_two_rows(self, which: int, other: int) -> None:
        """Do so with the boot key, so that only what members sealed tells the places apart."""
        self.exchange(which, other, inside=True)

    def exchange(self, which: int, other: int, *, inside: bool) -> None:
        """Exchange two rows that are not the same."""
        found = self.coordinates()
        one = found[which % len(found)]
        rest = [place for place in found if place.table == one.table and place != one]
        if inside:
            rest = [place for place in rest if place.table != "body"]
        if not rest:
            return
        second = rest[other % len(rest)]
        boxes = exchanged_inside(one, second) if inside else exchanged(one, second)
        must = not _READ_BY_KEEPERS.isdisjoint({one.what, second.what})
        self.demand_noticed_or_nothing_changed(boxes, must=must)

    @rule(which=others, bit=st.integers(min_value=0, max_value=80_000))
    def flip_a_bit(self, which: int, bit: int) -> None:
        """Change one bit of one row."""
        found = self.coordinates()
        one = found[which % len(found)]
        boxes = {one: with_a_bit_flipped(box_at(one) or b"", bit)}
        must = one.what in _READ_BY_KEEPERS
        self.demand_noticed_or_nothing_changed(boxes, must=must)

    @rule(which=others)
    def take_a_row_away(self, which: int) -> None:
        """Delete a row that some list names."""
        found = self.coordinates()
        one = found[which % len(found)]
        self.demand_noticed_or_nothing_changed({one: None}, must=one.what in _READ_BY_KEEPERS)

    @rule()
    def replay_an_invitation(self) -> None:
        """Put the row of an invitation back that was used; nobody joins by it again."""
        if len(self.group.lives) > 5:
            return
        horizon = self.group.from_now()
        issued = issue(self.keeper.person, self.group.id)
        typed, place = self.invitation(issued.numbers)
        box = box_at(place)
        self.group.lives.append(Life(join_with(typed, name="N"), Role.EDITOR, horizon))
        self.demand_refused(typed, place, box)

    @rule()
    def replay_an_invitation_taken_back(self) -> None:
        """Put the row of an invitation back that was revoked; nobody joins by it."""
        self.group.from_now()
        issued = issue(self.keeper.person, self.group.id)
        typed, place = self.invitation(issued.numbers)
        box = box_at(place)
        self.keeper.person.space(self.group.id).revoke(issued.id)
        self.demand_refused(typed, place, box)

    def invitation(self, numbers: tuple[int, ...]) -> tuple[str, Coordinate]:
        """Return an invitation as typed, and where its row stands."""
        typed = words(numbers, code="invitation")
        return typed, small_at(codeworks.invitation_of(numbers).row_tag)

    def demand_refused(self, typed: str, place: Coordinate, box: bytes | None) -> None:
        """Demand that an invitation opens nothing although its row is there."""
        assert box is not None
        put_box(place, box)
        with pytest.raises(Refused, match=r"invitation\.|roster\."):
            join_with(typed, name="Thief")
        put_box(place, None)


TamperedCase = Tampered.TestCase


@pytest.mark.usefixtures("present_vault")
class TestTampered(TamperedCase):  # type: ignore[misc, valid-type]  # made at run time
    """Run the machine in the instance of the test."""

    settings = settings(
        max_examples=20,
        stateful_step_count=25,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


del TamperedCase, Lives


def test_the_looks_of_the_machine_can_fail(founder: Person, space_id: SpaceId) -> None:
    """Untouched rows are read as they are; each one altered, dropped or exchanged is noticed."""
    space = founder.space(space_id)
    for text in ("one", "two"):
        space.write(Note(text), title=text)
    found = coordinates_of(founder.space(space_id)._opened)
    read = [one for one in found if one.what in _READ_BY_KEEPERS]
    assert {one.what for one in read} == _READ_BY_KEEPERS
    with altered({}):
        assert seen_by(founder, space_id) == (Role.KEEPER, {"one", "two"})
    for one in read:
        for box in (None, with_a_bit_flipped(box_at(one) or b"", 7_000)):
            with altered({one: box}):
                assert seen_by(founder, space_id) == NOTICED, one
    lockers = [one for one in found if one.table == "large"]
    for place, one in enumerate(lockers):
        for other in lockers[:place]:
            for boxes in (exchanged(one, other), exchanged_inside(one, other)):
                with altered(boxes):
                    assert seen_by(founder, space_id) == NOTICED, (one, other)
    assert seen_by(founder, space_id) == (Role.KEEPER, {"one", "two"})


def test_a_head_of_before_a_new_page_is_noticed(founder: Person, space_id: SpaceId) -> None:
    """An old head names no page that it could miss; the page that stands after its last tells."""
    (head,) = (one for one in coordinates_of(founder.space(space_id)._opened) if one.what == "head")
    before = box_at(head)
    founder.space(space_id).write(Note("first"), title="x")
    with altered({head: before}):
        assert seen_by(founder, space_id) == NOTICED
    assert seen_by(founder, space_id) == (Role.KEEPER, {"first"})
