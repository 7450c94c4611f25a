# SPDX-License-Identifier: AGPL-3.0-or-later
"""Try every address in every role by every method, with one's own ids and with foreign ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.conf import settings as django_settings
from django.urls import get_resolver, reverse

from hedgerow.kernel.addresses import from_address, to_address
from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.intake.records import LetterCopy
from hedgerow.rooms.registration import PermissionRow, Role
from hedgerow.site import harness
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.uploads import seal_bytes
from tests.instances import Vault
from tests.rooms.elections.world import election_ids
from tests.rooms.intake.letters import answer, letters_of, open_box, write_letter
from tests.rooms.members.browsers import (
    PROBATIONER,
    READER,
    Group,
    Somebody,
    founder_of,
    open_group,
)
from tests.rooms.members.test_shelf import a_file

ROLES: Final[tuple[Role, ...]] = (
    "stranger",
    "code",
    "other_member",
    "ex_member",
    "frozen",
    "probationer",
    "reader",
    "editor",
    "keeper",
    "replayed",
)
OUTSIDERS: Final[tuple[Role, ...]] = ("other_member", "ex_member")
STRANGERS: Final[tuple[Role, ...]] = ("stranger", "code", "frozen", "replayed")
INSIDERS: Final[tuple[Role, ...]] = ("probationer", "reader", "editor")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
#: These change what the others look at, so they come last, in this order.
DEEDS: Final = (
    "intake:erase-message",
    "intake:block",
    "intake:erase",
    "intake:close-box",
    "members:erase",
    "members:revoke",
    "members:remove",
    "members:leave-group",
    "members:exit",
    "site:away",
)
#: An id that nothing ever had.
NOTHING: Final = to_address(1)
NUMBERS: Final = {"number": "1", "index": "0"}


@dataclass(frozen=True, slots=True)
class World:
    """Hold a group with somebody of every role around it.

    Attributes:
        group: The group.
        people: A browser for each role.
        ids: What stands in addresses, by the name of the parameter and the address.
        foreign: The same of another group.
    """

    group: Group
    people: dict[Role, Somebody]
    ids: dict[str, str]
    foreign: dict[str, str]


def _tail(address: str, place: int) -> str:
    return address.split("/")[place]


def _filled(group: Group) -> dict[str, str]:
    """Write one of everything into a group; return the ids by what they are of."""
    who = group.keeper
    page = group.write(who, title="Plan", text="x")
    thread = group.talk(who, title="Talk", text="x")
    shelf = who.send(f"{group.path}files/new/", file=a_file(content=b"x"), about="")
    files = [one for one in shelf.links() if re.fullmatch(rf"{group.path}files/[\w-]{{11}}/", one)]
    group.bring("Guest", role=READER)
    group.invite()
    people = who.open(f"{group.path}people/")
    return {
        "space": _tail(group.path, 2),
        "page": _tail(page, 4),
        "thread": _tail(thread, 4),
        "file": _tail(files[0], 4),
        "member": _tail(group.link_of(who, "Guest", end="/role/"), 4),
        "invitation": _tail(people.buttons(end="/revoke/")[0], 4),
        "number": "1",
        "index": "0",
        **_letters_in(group),
        **election_ids(group),
    }


def _letters_in(group: Group) -> dict[str, str]:
    """Open a letter-box with two letters, one of them answered, and bring a copy of a third."""
    address = f"box-{_tail(group.path, 2).lower().strip('-_').replace('_', '-')}"
    path = open_box(group, address=address)
    write_letter(Somebody(), path, text="one")
    write_letter(Somebody(), path, text="two")
    answered, other = letters_of(group)
    answer(group, answered, file=a_file(content=b"x"))
    visit = visit_from_cookie(group.keeper.client.cookies[COOKIE_NAME].value)
    assert visit is not None
    upload = seal_bytes(b"x", name="x.txt", media_type="text/plain")
    space = visit.space(SpaceId(from_address(_tail(group.path, 2))))
    copy = space.write(LetterCopy([(True, 1, "x")]), title="Copy", uploads=[upload])
    return {
        "address": address,
        "token": "none",
        "letter": _tail(answered, 4),
        "other letter": _tail(other, 4),
        "copy": to_address(copy),
    }


@pytest.fixture
def world(vault: Vault) -> World:
    """Return a group with one person for every role, and another group with one of everything."""
    group = open_group(founder_of(vault), vault, name="Lantern makers", as_name="Willow")
    ids = _filled(group)
    other = group.bring("Fir")
    other.send(f"{group.path}leave/")
    elsewhere = open_group(other, vault, name="Roof garden", as_name="Sparrow")
    foreign = _filled(elsewhere)
    ex_member = group.bring("Elm")
    group.keeper.send(group.link_of(group.keeper, "Elm", end="/remove/"))
    outsider = Somebody()
    outsider.join(elsewhere.invite(), name="Stork")
    people: dict[Role, Somebody] = {
        "stranger": Somebody(),
        "code": Somebody(),
        "other_member": outsider,
        "ex_member": ex_member,
        "frozen": group.bring("Oak", reads="ALL"),
        "probationer": group.bring("Cedar", role=PROBATIONER, reads="ALL"),
        "reader": group.bring("Birch", role=READER, reads="ALL"),
        "editor": group.bring("Ash", reads="ALL"),
        "keeper": group.keeper,
        "replayed": group.bring("Yew", reads="ALL"),
    }
    people["code"].begin_joining(group.invite())
    people["frozen"].pause_by_friend()
    # Coordinators erase what anybody wrote, writers their own.
    ids["page"] = _tail(group.write(people["editor"], title="Own", text="x"), 4)
    return World(group, people, ids, foreign)


def _record_kind(name: str) -> str:
    """Return what the record of an address is."""
    if name.startswith("intake:"):
        kinds = {"intake:copy": "copy", "intake:copy-file": "copy", "intake:block": "other letter"}
        return kinds.get(name, "letter")
    kinds = {"members:thread": "thread", "members:file": "file", "members:download": "file"}
    return kinds.get(name, "page")


def _address(name: str, ids: dict[str, str]) -> str:
    """Return the address of a name, with ids of the right kinds."""
    pattern = _patterns()[name]
    values = {**ids, "record": ids.get(_record_kind(name), "")}
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], pattern)


def _patterns() -> dict[str, str]:
    """Return the pattern of every address, by its name."""
    return dict(_walk(get_resolver().url_patterns, prefix="", path=""))


def _walk(patterns: Any, *, prefix: str, path: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        here = path + str(one.pattern)
        if hasattr(one, "url_patterns"):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from _walk(one.url_patterns, prefix=inner, path=here)
        else:
            yield f"{prefix}{one.name}", here


def _parameters(name: str) -> set[str]:
    return set(re.findall(r"<(?:\w+:)?(\w+)>", _patterns()[name]))


def _token(who: Somebody) -> str:
    """Return the token that belongs to a browser's cookie."""
    if django_settings.CSRF_COOKIE_NAME not in who.client.cookies:
        who.open("/enter/")
    return str(who.client.cookies[django_settings.CSRF_COOKIE_NAME].value)


def _status(who: Somebody, method: str, path: str) -> int:
    """Return what a browser gets for a method with nothing but a token."""
    if method == "POST":
        return int(who.client.post(path, {"csrfmiddlewaretoken": _token(who)}).status_code)
    return int(who.client.generic(method, path).status_code)


def _rows(*, deeds: bool) -> list[PermissionRow]:
    rows = harness.permissions()
    if deeds:
        return [rows[name] for name in DEEDS]
    return [row for name, row in sorted(rows.items()) if name not in DEEDS]


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
    tries = [(row, method) for row in _rows(deeds=False) for method in METHODS]
    # What a deed's page shows comes before any deed is done.
    tries += [(row, method) for row in _rows(deeds=True) for method in METHODS if method != "POST"]
    tries.sort(key=lambda one: one[0].url_name == "site:away")
    tries = [one for one in tries if one[0].url_name != "site:away"]
    tries += [(row, "POST") for row in _rows(deeds=True)]
    tries += [(harness.permissions()["site:away"], method) for method in METHODS]
    for row, method in tries:
        got = _status(who, method, _address(row.url_name, world.ids))
        wanted = row.status_for(role, method=method)
        if got != wanted:
            wrong.append(f"{method} {row.url_name}: {got}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def test_a_form_without_its_token_is_refused(world: World) -> None:
    """No address takes a POST that did not come from a page of this place."""
    for role in ROLES:
        who = world.people[role]
        for row in harness.permissions().values():
            status = who.client.post(_address(row.url_name, world.ids), {}).status_code
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


Answer = tuple[int, bytes, tuple[tuple[str, str], ...]]


def _bare(response: Any) -> Answer:
    """Return all that a response tells."""
    return response.status_code, response.content, tuple(sorted(response.headers.items()))


def _answers(who: Somebody, name: str, ids: dict[str, str]) -> list[Answer]:
    """Return what an address answers to each of its methods."""
    path, row = _address(name, ids), harness.permissions()[name]
    found = [_bare(who.client.get(path))] if "GET" in row.methods else []
    if "POST" in row.methods:
        token = {"csrfmiddlewaretoken": _token(who)}
        found.append(_bare(who.client.post(path, token)))
    return found


def _group_addresses() -> list[str]:
    return [name for name in sorted(harness.permissions()) if "space" in _parameters(name)]


def test_a_group_of_others_is_as_one_that_never_was(world: World) -> None:
    """To the byte and to the header, whatever address below it, with good ids and with none."""
    nothing = dict.fromkeys(world.ids, NOTHING) | NUMBERS
    for role in OUTSIDERS:
        who = world.people[role]
        never = _bare(who.client.get("/there/never/was/such/a/page/"))
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
                good = _status(who, method, _address(name, world.ids))
                none = _status(who, method, _address(name, nothing))
                assert good == none == row.status_for(role, method=method), (role, name)


def _foreign(world: World, name: str) -> Iterator[dict[str, str]]:
    """Yield ids of which one is another group's, of another kind, or nobody's."""
    for parameter in sorted(_parameters(name) - {"space", *NUMBERS}):
        keys = [parameter] if parameter != "record" else [_record_kind(name)]
        for key in keys:
            yield {**world.ids, key: world.foreign[key]}
            yield {**world.ids, key: NOTHING}
    if _parameters(name) == {"space", "record"} and name not in ANY_KIND:
        other = "thread" if _record_kind(name) != "thread" else "page"
        yield {**world.ids, _record_kind(name): world.ids[other]}
    for number in NUMBERS.keys() & _parameters(name):
        yield {**world.ids, number: "7"}


#: These take a record of any kind.
ANY_KIND: Final = frozenset({"members:attach", "members:erase"})


def test_foreign_ids_are_as_ids_that_never_were(world: World) -> None:
    """Who may do everything in a group reaches nothing of another by its ids."""
    who = world.people["keeper"]
    never = _bare(who.client.get("/there/never/was/such/a/page/"))
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
        (row, method, _address(row.url_name, ids))
        for row in rows
        for ids in _foreign(world, row.url_name)
        for method in row.methods
    ]
    for role in INSIDERS:
        for row, method, address in tries:
            status = _status(world.people[role], method, address)
            declared = row.status_for(role, method=method)
            assert status == (403 if declared == 403 else 404), (role, row.url_name, method)


def test_the_addresses_tried_are_those_of_the_pages(world: World) -> None:
    """What the matrix builds from patterns and ids is what pages link to."""
    page = world.people["keeper"].open(_address("members:page", world.ids))
    assert page.title == "A page of the notebook"
    ids = {key: from_address(world.ids[key]) for key in ("space", "page")}
    kwargs = {"space": ids["space"], "record": ids["page"]}
    assert page.path == reverse("members:page", kwargs=kwargs)
