# SPDX-License-Identifier: AGPL-3.0-or-later
"""Try every address in every role by every method, with one's own ids and with foreign ones."""

from collections.abc import Iterator
from typing import Final

import pytest
from django.urls import reverse

from hedgerow.kernel.addresses import from_address
from hedgerow.rooms.registration import Role
from hedgerow.site import harness
from hedgerow.store.sessions import COOKIE_NAME
from tests.rooms.members.browsers import Somebody
from tests.rooms.members.matrix import (
    ALIKE,
    DEEDS,
    INSIDERS,
    METHODS,
    NO_NUMBERS,
    NOTHING,
    NUMBERS,
    OUTSIDERS,
    ROLES,
    STRANGERS,
    Answer,
    World,
    address_of,
    bare,
    key_of,
    parameters,
    record_kind,
    rows_of,
    status_of,
    token_of,
)


def _become(world: World, role: Role) -> Somebody:
    """Return the browser of a role; a replayed cookie is one whose session was ended."""
    who = world.people[role]
    if role == "replayed":
        cookie = who.client.cookies[COOKIE_NAME].value
        who.press(who.open("/me/"), at="/exit/")
        who.client.cookies[COOKIE_NAME] = cookie
    return who


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_a_role_as_declared(world: World, role: Role) -> None:
    """Each address, by each method, gives exactly the status its row declares."""
    who = _become(world, role)
    wrong: list[str] = []
    tries = [(row, method) for row in rows_of(deeds=False) for method in METHODS]
    # What a deed's page shows comes before any deed is done.
    tries += [
        (row, method) for row in rows_of(deeds=True) for method in METHODS if method != "POST"
    ]
    tries.sort(key=lambda one: one[0].url_name == "site:away")
    tries = [one for one in tries if one[0].url_name != "site:away"]
    tries += [(row, "POST") for row in rows_of(deeds=True)]
    tries += [(harness.permissions()["site:away"], method) for method in METHODS]
    for row, method in tries:
        got = status_of(who, method, address_of(row.url_name, world.ids))
        wanted = row.status_for(role, method=method)
        if got != wanted:
            wrong.append(f"{method} {row.url_name}: {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_a_form_without_its_token_is_refused(world: World) -> None:
    """No address takes a POST that did not come from a page of this place."""
    for role in ROLES:
        who = world.people[role]
        for row in harness.permissions().values():
            status = who.client.post(address_of(row.url_name, world.ids), {}).status_code
            assert status == (403 if "POST" in row.methods else 405), (role, row.url_name)


def test_every_role_has_an_answer_everywhere() -> None:
    """A row that names a role gives a status a page of ours can have."""
    for row in harness.permissions().values():
        for role in ROLES:
            for method in METHODS:
                status = row.status_for(role, method=method)
                assert status in {200, 302, 303, 403, 404, 405, 410, 422}, row.url_name
    assert set(DEEDS) <= set(harness.permissions())


def test_an_address_without_a_row_does_not_exist(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Default deny: take a row away, and nobody reaches the page any more."""
    rows = {name: row for name, row in harness.permissions().items() if name != "members:me"}
    monkeypatch.setattr("hedgerow.site.middleware.permissions", lambda: rows)
    assert set(rows) != harness.address_names()
    for role in ("stranger", "keeper"):
        assert world.people[role].client.get("/me/").status_code == 404


def _answers(who: Somebody, name: str, ids: dict[str, str]) -> list[Answer]:
    """Return what an address answers to each of its methods."""
    path, row = address_of(name, ids), harness.permissions()[name]
    found = [bare(who.client.get(path))] if "GET" in row.methods else []
    if "POST" in row.methods:
        token = {"csrfmiddlewaretoken": token_of(who)}
        found.append(bare(who.client.post(path, token)))
    return found


def _group_addresses() -> list[str]:
    return [name for name in sorted(harness.permissions()) if "space" in parameters(name)]


def test_a_group_of_others_is_as_one_that_never_was(world: World) -> None:
    """To the byte and to the header, whatever address below it, with good ids and with none."""
    nothing = dict.fromkeys(world.ids, NOTHING) | NUMBERS
    for role in OUTSIDERS:
        who = world.people[role]
        never = bare(who.client.get("/there/never/was/such/a/page/"))
        assert never[0] == 404
        for name in _group_addresses():
            for ids in (world.ids, nothing, {**world.ids, "space": NOTHING}):
                assert set(_answers(who, name, ids)) == {never}, (role, name)


def test_whoever_is_not_inside_learns_of_no_group(world: World) -> None:
    """The page where one enters comes for every address alike, with good ids and with none."""
    nothing = dict.fromkeys(world.ids, NOTHING) | NUMBERS
    for role in STRANGERS:
        who = _become(world, role)
        for name in _group_addresses():
            row = harness.permissions()[name]
            for method in row.methods:
                good = status_of(who, method, address_of(name, world.ids))
                none = status_of(who, method, address_of(name, nothing))
                assert good == none == row.status_for(role, method=method), (role, name)


def _foreign(world: World, name: str) -> Iterator[dict[str, str]]:
    """Yield ids of which one is another group's, of another kind, or nobody's."""
    for parameter in sorted(parameters(name) - {"space", *NUMBERS}):
        key = key_of(parameter, name)
        if parameter not in ALIKE:
            yield {**world.ids, key: world.foreign[key]}
        yield {**world.ids, key: NOTHING}
    if parameters(name) == {"space", "record"} and name not in ANY_KIND:
        other = "thread" if record_kind(name) != "thread" else "page"
        yield {**world.ids, record_kind(name): world.ids[other]}
    for number in NUMBERS.keys() & parameters(name):
        yield {**world.ids, number: NO_NUMBERS[number]}
    if "station" in parameters(name):
        yield {**world.ids, "station": world.foreign["station"]}


#: These take a record of any kind.
ANY_KIND: Final = frozenset({"members:attach", "members:erase"})


def test_foreign_ids_are_as_ids_that_never_were(world: World) -> None:
    """Who may do everything in a group reaches nothing of another by its ids."""
    who = world.people["keeper"]
    never = bare(who.client.get("/there/never/was/such/a/page/"))
    tried = 0
    for name in _group_addresses():
        for ids in _foreign(world, name):
            for one in _answers(who, name, ids):
                assert one == never, (name, ids)
                tried += 1
    assert tried > 40


def test_foreign_ids_tell_no_role_anything(world: World) -> None:
    """What a role may not do is refused before anybody looks whether the record is there."""
    rows = [harness.permissions()[name] for name in _group_addresses()]
    tries = [
        (row, method, address_of(row.url_name, ids))
        for row in rows
        for ids in _foreign(world, row.url_name)
        for method in row.methods
    ]
    for role in INSIDERS:
        for row, method, address in tries:
            status = status_of(world.people[role], method, address)
            declared = row.status_for(role, method=method)
            assert status == (403 if declared == 403 else 404), (role, row.url_name, method)


def test_the_addresses_tried_are_those_of_the_pages(world: World) -> None:
    """What the matrix builds from patterns and ids is what pages link to."""
    page = world.people["keeper"].open(address_of("members:page", world.ids))
    assert page.title == "A page of the notebook"
    ids = {key: from_address(world.ids[key]) for key in ("space", "page")}
    kwargs = {"space": ids["space"], "record": ids["page"]}
    assert page.path == reverse("members:page", kwargs=kwargs)
