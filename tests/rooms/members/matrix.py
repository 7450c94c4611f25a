# SPDX-License-Identifier: AGPL-3.0-or-later
"""Build a group with somebody of every role around it, and ask for any address as any of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, get_args

from django.conf import settings as django_settings
from django.urls import get_resolver

from hedgerow.kernel.addresses import from_address, to_address
from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.intake.records import LetterCopy
from hedgerow.rooms.registration import PermissionRow, Role
from hedgerow.site import harness
from hedgerow.store.accounts import visit_from_cookie
from hedgerow.store.sessions import COOKIE_NAME
from hedgerow.store.uploads import seal_bytes
from hedgerow.store.visit import Space
from tests.instances import Vault
from tests.rooms.elections.observers import observer, report
from tests.rooms.elections.watched_election import OURS, set_up
from tests.rooms.intake.letters import answer, come_back, letters_of, open_box, write_letter
from tests.rooms.members.browsers import (
    PROBATIONER,
    READER,
    Group,
    Somebody,
    founder_of,
    open_group,
)
from tests.rooms.members.test_shelf import a_file

ROLES: Final[tuple[Role, ...]] = get_args(Role)
OUTSIDERS: Final[tuple[Role, ...]] = ("other_member", "ex_member")
STRANGERS: Final[tuple[Role, ...]] = (
    "stranger",
    "code",
    "receipt_holder",
    "observer",
    "frozen",
    "replayed",
)
INSIDERS: Final[tuple[Role, ...]] = ("probationer", "reader", "editor")
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
#: These change what the others look at, so they come last, in this order.
DEEDS: Final = (
    "intake:forget",
    "intake:leave",
    "intake:erase-message",
    "intake:block",
    "intake:erase",
    "intake:close-box",
    "members:erase",
    "members:revoke",
    "members:remove",
    "members:leave-group",
    "elections:observe-leave",
    "site:exit",
    "site:away",
)
#: What the team answers.
ANSWER: Final = "Come on Tuesday."
#: An id that nothing ever had.
NOTHING: Final = to_address(1)
NUMBERS: Final = {"number": "1", "index": "0", "code": "1", "station": "1"}
#: Numbers of which there is nothing in any group.
NO_NUMBERS: Final = {"number": "7", "index": "7", "code": "7", "station": "7777777"}
#: What is called alike in every group.
ALIKE: Final = frozenset({"what", "option"})


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


def tail(address: str, place: int) -> str:
    """Return one part of an address."""
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
        "space": tail(group.path, 2),
        "page": tail(page, 4),
        "thread": tail(thread, 4),
        "file": tail(files[0], 4),
        "member": tail(group.link_of(who, "Guest", end="/role/"), 4),
        "invitation": tail(people.buttons(end="/revoke/")[0], 4),
        "number": "1",
        "index": "0",
        **_letters_in(group),
        **_election_in(group),
    }


def _letters_in(group: Group) -> dict[str, str]:
    """Open a letter-box with two letters, one of them answered, and bring a copy of a third."""
    address = f"box-{tail(group.path, 2).lower().strip('-_').replace('_', '-')}"
    path = open_box(group, address=address)
    receipts = [write_letter(Somebody(), path, text=text) for text in ("one", "two")]
    answered, other = letters_of(group)
    answer(group, answered, file=a_file(content=b"x"))
    visit = visit_from_cookie(group.keeper.client.cookies[COOKIE_NAME].value)
    assert visit is not None
    upload = seal_bytes(b"x", name="x.txt", media_type="text/plain")
    space = visit.space(SpaceId(from_address(tail(group.path, 2))))
    copy = space.write(LetterCopy([(True, 1, "x")]), title="Copy", uploads=[upload])
    return {
        "address": address,
        "token": "none",
        "letter": tail(answered, 4),
        "other letter": tail(other, 4),
        "receipt": _answered_of(receipts),
        "copy": to_address(copy),
    }


def _answered_of(receipts: list[str]) -> str:
    """Return the words of the letter that was answered."""
    pages = {receipt: come_back(Somebody(), receipt).text for receipt in receipts}
    (answered,) = [receipt for receipt, text in pages.items() if ANSWER in text]
    return answered


def _election_in(group: Group) -> dict[str, str]:
    """Set an election up, with one observer who reported with a photograph."""
    own = tail(group.path, 2)
    cookie = group.keeper.client.cookies[COOKIE_NAME].value

    def space() -> Space:
        visit = visit_from_cookie(cookie)
        assert visit is not None
        return visit.space(SpaceId(from_address(own)))

    mark = own.lower().strip("-_").replace("_", "-")
    name = f"vote-{mark}"
    there = set_up(space, name=name, key=f"paper-{mark}")
    there.official(at=0)
    there.candidate()
    there.forensics(at=1)
    photograph = there.shown_photograph(at=0)
    words, reporting = there.codes(0, 0)
    there.photograph(words, at=0)
    report(observer(reporting), "/observe/happened/", category="other", text="x")
    return {
        "election": name,
        "station": str(there.stations[0].pk),
        "code": "1",
        "contest": str(there.contest.key),
        "what": "show",
        "option": OURS,
        "name": "official.csv",
        "photograph": str(photograph),
        "part": "report.json",
        "words": reporting,
    }


def build_world(vault: Vault) -> World:
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
        "receipt_holder": Somebody(),
        "observer": observer(ids["words"]),
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
    assert ANSWER in come_back(people["receipt_holder"], ids["receipt"]).text
    people["frozen"].pause_by_friend()
    # Coordinators erase what anybody wrote, writers their own.
    ids["page"] = tail(group.write(people["editor"], title="Own", text="x"), 4)
    return World(group, people, ids, foreign)


def record_kind(name: str) -> str:
    """Return what the record of an address is."""
    if name.startswith("intake:"):
        kinds = {"intake:copy": "copy", "intake:copy-file": "copy", "intake:block": "other letter"}
        return kinds.get(name, "letter")
    kinds = {"members:thread": "thread", "members:file": "file", "members:download": "file"}
    return kinds.get(name, "page")


def key_of(parameter: str, name: str) -> str:
    """Return under which key the id of a parameter of an address is kept."""
    if parameter == "record":
        return record_kind(name)
    return "election" if parameter == "address" and name.startswith("elections:") else parameter


def address_of(name: str, ids: dict[str, str]) -> str:
    """Return the address of a name, with ids of the right kinds."""
    pattern = patterns()[name]
    values = {**ids, "record": ids.get(record_kind(name), "")}
    if name.startswith("elections:"):
        values["address"] = ids["election"]
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], pattern)


def patterns() -> dict[str, str]:
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


def parameters(name: str) -> set[str]:
    """Return the names of what stands in an address."""
    return set(re.findall(r"<(?:\w+:)?(\w+)>", patterns()[name]))


def token_of(who: Somebody) -> str:
    """Return the token that belongs to a browser's cookie."""
    if django_settings.CSRF_COOKIE_NAME not in who.client.cookies:
        who.open("/enter/")
    return str(who.client.cookies[django_settings.CSRF_COOKIE_NAME].value)


def status_of(who: Somebody, method: str, path: str) -> int:
    """Return what a browser gets for a method with nothing but a token."""
    if method == "POST":
        return int(who.client.post(path, {"csrfmiddlewaretoken": token_of(who)}).status_code)
    return int(who.client.generic(method, path).status_code)


def rows_of(*, deeds: bool) -> list[PermissionRow]:
    """Return the deeds in their order, or all other rows."""
    rows = harness.permissions()
    if deeds:
        return [rows[name] for name in DEEDS]
    return [row for name, row in sorted(rows.items()) if name not in DEEDS]


Answer = tuple[int, bytes, tuple[tuple[str, str], ...]]


def bare(response: Any) -> Answer:
    """Return all that a response tells."""
    return response.status_code, response.content, tuple(sorted(response.headers.items()))
