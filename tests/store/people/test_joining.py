# SPDX-License-Identifier: AGPL-3.0-or-later
"""People come in by founder codes and invitations, once each, and killed joins are finished."""

import pytest

from hedgerow.kernel.errors import BadInput, NotFound, Refused
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.store import joins
from hedgerow.store.accounts import log_in, visit_from_cookie
from hedgerow.store.joining import joining_from_cookie, open_invitation
from hedgerow.store.roles import Reads, Role
from tests.instances import Vault
from tests.store.people.actors import (
    Killed,
    Note,
    Person,
    bring,
    id_of,
    issue,
    today,
    words,
)


def test_a_founder_opens_a_space(founder: Person) -> None:
    """Whoever has the first code gets an account without spaces and opens one."""
    assert founder.visit().spaces() == []
    space = founder.visit().open_space("Hankivka", as_name="Olha")
    again = founder.space(space.id)
    assert (again.name, again.role, again.my_name) == ("Hankivka", Role.KEEPER, "Olha")
    assert [member.name for member in again.members()] == ["Olha"]


@pytest.mark.usefixtures("founder")
def test_a_founder_code_is_good_once(founder_words: str) -> None:
    """The first code opens nothing a second time."""
    with pytest.raises(Refused, match=r"invitation\.dead"):
        open_invitation(founder_words)


def test_an_invited_person_joins(founder: Person, space_id: SpaceId) -> None:
    """Code, phrase, name: then the newcomer is a member under the chosen name."""
    guest = bring(founder, space_id, name="Дарка", role=Role.EDITOR)
    space = guest.space(space_id)
    assert (space.role, space.my_name) == (Role.EDITOR, "Дарка")
    assert {member.name for member in founder.space(space_id).members()} == {"Olha", "Дарка"}
    assert founder.space(space_id).invitations() == []


def test_the_joining_survives_between_pages(founder: Person, space_id: SpaceId) -> None:
    """The state is found again by its cookie, shows the group's name, and ends with the join."""
    issued = issue(founder, space_id)
    begun = open_invitation(words(issued.numbers, code="invitation"))
    again = joining_from_cookie(begun.cookie)
    assert again is not None
    assert (again.kind, again.space_name, again.phrase) == ("invitation", "Hankivka", begun.phrase)
    again.confirm(words(again.phrase, code="phrase", language="uk"))
    visit, cookie = again.finish(as_name="Дарка")
    assert visit.spaces()[0].id == space_id
    assert visit_from_cookie(cookie) is not None
    assert joining_from_cookie(begun.cookie) is None


def test_words_typed_back_wrong_are_refused(founder: Person, space_id: SpaceId) -> None:
    """Another phrase than the one shown is not taken, though it is a phrase."""
    issued = issue(founder, space_id)
    begun = open_invitation(words(issued.numbers, code="invitation"))
    with pytest.raises(BadInput, match=r"joining\.other_words"):
        begun.confirm(founder.typed)
    with pytest.raises(Refused, match=r"joining\.not_confirmed"):
        begun.finish(as_name="x")


def test_two_joiners_with_one_code(founder: Person, space_id: SpaceId) -> None:
    """While one is on the way in with a code, another browser cannot begin with it."""
    typed = words(issue(founder, space_id).numbers, code="invitation")
    first = open_invitation(typed)
    with pytest.raises(Refused, match=r"invitation\.open_elsewhere"):
        open_invitation(typed)
    first.confirm(words(first.phrase, code="phrase"))
    first.finish(as_name="First")
    with pytest.raises(Refused, match=r"invitation\.dead"):
        open_invitation(typed)
    assert len(founder.space(space_id).members()) == 2


def test_the_second_of_two_with_one_code_gets_nothing(
    founder: Person, space_id: SpaceId, stranger: Person
) -> None:
    """A code used between the first page and the last lets the later one in nowhere."""
    typed = words(issue(founder, space_id).numbers, code="invitation")
    begun = open_invitation(typed)
    stranger.visit().accept_invitation(typed, as_name="Quick")
    begun.confirm(words(begun.phrase, code="phrase"))
    with pytest.raises(Refused, match=r"invitation\.used"):
        begun.finish(as_name="Slow")
    with pytest.raises(Refused, match=r"account\.unknown"):
        log_in(words(begun.phrase, code="phrase"))
    assert {member.name for member in founder.space(space_id).members()} == {"Olha", "Quick"}


def test_unknown_expired_and_revoked_codes_look_the_same(
    founder: Person, space_id: SpaceId
) -> None:
    """Whatever the reason, a code that is not good gives the one answer."""
    expired = issue(founder, space_id, days=-1)
    revoked = issue(founder, space_id)
    founder.space(space_id).revoke(revoked.id)
    for issued in (expired, revoked):
        with pytest.raises(Refused, match=r"invitation\.dead"):
            open_invitation(words(issued.numbers, code="invitation"))
    unknown = words((1, 2, 3, 4, 5, 6), code="invitation")
    with pytest.raises(Refused, match=r"invitation\.dead"):
        open_invitation(unknown)


def test_accepting_with_an_account_one_has(
    founder: Person, space_id: SpaceId, stranger: Person
) -> None:
    """A further space joins the account's others under another id."""
    own = stranger.visit().open_space("Other", as_name="S")
    typed = words(issue(founder, space_id).numbers, code="invitation")
    joined = stranger.visit().accept_invitation(typed, as_name="Sasha")
    assert joined.my_id != own.my_id
    assert {line.name for line in stranger.visit().spaces()} == {"Hankivka", "Other"}
    second = words(issue(founder, space_id).numbers, code="invitation")
    with pytest.raises(Refused, match=r"invitation\.member_already"):
        stranger.visit().accept_invitation(second, as_name="Again")


@pytest.mark.parametrize("step", ["T2", "T3"])
def test_a_join_killed_between_is_finished_at_the_next_log_in(
    founder: Person, space_id: SpaceId, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After T1 the phrase works; whatever of T2 and T3 is missing is done at log-in."""
    begun = open_invitation(words(issue(founder, space_id).numbers, code="invitation"))
    person = Person(begun.phrase)
    begun.confirm(person.typed)
    with monkeypatch.context() as patched:
        patched.setattr(joins, f"_{step.lower()}", _killed)
        with pytest.raises(Killed):
            begun.finish(as_name="Дарка")
    visit = person.log_in()
    assert [line.id for line in visit.spaces()] == [space_id]
    assert len(founder.space(space_id).members()) == 2


def _killed(*_args: object, **_options: object) -> None:
    raise Killed


def test_from_now_on_hides_what_was_before(founder: Person, space_id: SpaceId) -> None:
    """A newcomer reads nothing written before the invitation, and everything after it."""
    before = founder.space(space_id).write(Note("before"), title="before")
    guest = bring(founder, space_id, name="Дарка", reads=Reads.FROM_NOW)
    after = founder.space(space_id).write(Note("after"), title="after")
    space = guest.space(space_id)
    assert [entry.id for entry in space.entries(Note)] == [after]
    assert space.read(Note, after).value.text == "after"
    with pytest.raises(NotFound, match=r"record\.unknown"):
        space.read(Note, before)
    assert space.damage() == []


def test_all_of_it_shows_what_was_before(founder: Person, space_id: SpaceId) -> None:
    """Invited to all of it, a newcomer reads from the first day."""
    before = founder.space(space_id).write(Note("before"), title="before")
    guest = bring(founder, space_id, name="Дарка", reads=Reads.ALL)
    assert guest.space(space_id).read(Note, before).value.text == "before"


def test_invitations_are_listed_until_used(founder: Person, space_id: SpaceId) -> None:
    """Keepers see who was invited as what, and until when."""
    issued = issue(founder, space_id, role=Role.READER, reads=Reads.ALL, days=3)
    (line,) = founder.space(space_id).invitations()
    assert (line.id, line.role, line.reads) == (issued.id, Role.READER, Reads.ALL)
    assert (line.last_day, line.issued_day) == (today() + 3, today())
    assert line.issued_by == id_of(founder, space_id)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_who_was_removed_comes_again_without_looking(
    vault: Vault, founder: Person, space_id: SpaceId, times: int
) -> None:
    """The membership that ended never stands in the way of the new one, delivered or not."""
    guest = bring(founder, space_id, name="Rowan")
    for _ in range(times):
        vault.night()
        founder.log_in()
        founder.space(space_id).remove(_other(founder, space_id))
        guest.log_in()
        issued = issue(founder, space_id)
        guest.visit().accept_invitation(words(issued.numbers, code="invitation"), as_name="Rowan")
        assert guest.space(space_id).name == "Hankivka"
    vault.nights_to_monday()
    guest.log_in()
    assert guest.space(space_id).name == "Hankivka"


def _other(keeper: Person, space_id: SpaceId) -> MemberId:
    """Return the id of the one member who is not the keeper."""
    (other,) = [one.id for one in keeper.space(space_id).members() if not one.is_me]
    return other
