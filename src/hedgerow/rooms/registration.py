# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what every room must declare about itself, and collect what the rooms declared.

Each room's `register.py` holds one `REGISTER`. It imports nothing of its own room at
the top but what needs no database (addresses are names, functions are dotted paths), so
that it can be read before Django has loaded the models.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Literal, TypeVar

from django.conf import settings
from django.utils.functional import Promise

#: A "code" is in the middle of joining by one; a "receipt_holder" is a stranger who has typed the
#: words to come back, and has the own conversation open.
Role = Literal[
    "stranger",
    "code",
    "receipt_holder",
    "observer",
    "other_member",
    "ex_member",
    "frozen",
    "probationer",
    "reader",
    "editor",
    "keeper",
    "replayed",
]
ColumnKind = Literal["sealed", "random", "coarse date", "count", "released", "public"]
CanaryShape = Literal["word", "text", "file", "code", "public"]
Text = str | Promise
View = TypeVar("View", bound=Callable[..., object])

BOTH = ("GET", "POST")
HERE: tuple[Role, ...] = ("probationer", "reader", "editor", "keeper")
_OUTSIDE: tuple[Role, ...] = ("other_member", "ex_member")
SIGNED_IN: tuple[Role, ...] = (*HERE, *_OUTSIDE)
# A form with nothing in it, an act that was done, and what strangers are asked for.
UNFILLED, DONE, ENTER, ASKED = 422, 302, 302, 403
PUBLIC_MARK = "needs_public_rows_only"
_NOT_ALLOWED = 405


@dataclass(frozen=True, kw_only=True)
class PermissionRow:
    """Say who gets which status at one address; what is not listed is refused.

    Args:
        url_name: Name with its namespace, such as "members:desk".
        methods: Methods the address answers; HEAD comes with GET.
        roles: Status for each role that differs from `otherwise`.
        otherwise: Status for every role not named.
        post: Status of a POST with a token and nothing else, for each role that differs from
            `post_otherwise`.
        post_otherwise: Status of such a POST for every role not named.
    """

    url_name: str
    methods: tuple[str, ...] = ("GET",)
    roles: Mapping[Role, int] = field(default_factory=dict)
    otherwise: int = 404
    post: Mapping[Role, int] = field(default_factory=dict)
    post_otherwise: int = 404

    def status_for(self, role: Role, *, method: str) -> int:
        """Return the status that a role gets for a method with nothing sent along."""
        allowed = {*self.methods, *({"HEAD"} if "GET" in self.methods else set())}
        if method not in allowed:
            return _NOT_ALLOWED
        if method == "POST":
            return self.post.get(role, self.post_otherwise)
        return self.roles.get(role, self.otherwise)


def in_group(
    room: str,
    name: str,
    *refused: Role,
    hidden: tuple[Role, ...] = (),
    methods: tuple[str, ...] = ("GET",),
    posted: int = UNFILLED,
    post: Mapping[Role, int] | None = None,
) -> PermissionRow:
    """Open an address to the members of its group but some roles.

    Somebody logged in who is not in the group learns nothing: 404. Whoever is not logged in is
    sent to where one enters, whether there is such a group or not.

    Args:
        room: To which the address belongs.
        name: Of the address.
        refused: Roles that may not do this: 403.
        hidden: Roles that cannot know of such a record: 404.
        methods: As in a row.
        posted: Status of an empty form for those who may send it.
        post: What differs from that.
    """
    closed: dict[Role, int] = dict.fromkeys(hidden, 404)
    closed |= dict.fromkeys(refused, 403)
    closed |= dict.fromkeys(_OUTSIDE, 404)
    return PermissionRow(
        url_name=f"{room}:{name}",
        methods=methods,
        roles=dict.fromkeys(HERE, 200) | closed,
        otherwise=ENTER,
        post=dict.fromkeys(HERE, posted) | closed | dict(post or {}),
        post_otherwise=ASKED,
    )


@dataclass(frozen=True, kw_only=True)
class ColumnRow:
    """Declare what one column of the database gives away, and why it may."""

    table: str
    column: str
    kind: ColumnKind
    reason: str


@dataclass(frozen=True, kw_only=True)
class PageRow:
    """Name one page with an example of its arguments and the least role that reads it."""

    url_name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    reader: Role = "stranger"


@dataclass(frozen=True, kw_only=True)
class CanaryRow:
    """Name one field into which the drill types something it later looks for.

    Args:
        shape: What is typed there. What goes into a public row is "public": everybody may read
            it, and the drill does not look for it.
    """

    url_name: str
    field: str
    shape: CanaryShape = "text"


@dataclass(frozen=True, kw_only=True)
class DeskItem:
    """Name something that waits for a member on the member's page.

    Args:
        name: Stable name of the item.
        lines: Dotted path of a function from a member's visit and desk to the lines shown.
        title: Above the lines; with none of them, nothing is shown.
        order: Place on the page, small ones first.
    """

    name: str
    lines: str
    title: Text = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class ErrorSentence:
    """Give a person the sentence, and a browser the status, for one error code.

    Args:
        code: Code of a `HedgerowError`, such as "members.code_used".
        status: HTTP status of the page.
        sentence: Lazily translated; may hold "%(name)s" of the error's details.
    """

    code: str
    status: int
    sentence: Text


@dataclass(frozen=True, kw_only=True)
class PublisherRow:
    """Say what makes a public row of a released text when its time has come.

    Args:
        kind: Dotted path of the kind of record, the class that `kinds.kind` registered.
        publish: Dotted path of a function from a `store.released.Due` to nothing. It writes the
            public row through the room's models, inside the transaction that drops the item,
            and does nothing else: it may be called again for the same item. What it raises
            leaves the item where it is.
    """

    kind: str
    publish: str


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """Put one address into the menu, for those who are signed in or for everybody."""

    label: Text
    url_name: str
    is_for_everybody: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """Put one way in on the front page, with a sentence that says whom it is for."""

    label: Text
    hint: Text
    url_name: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class TabItem:
    """Put one address of a room into the tabs of each group.

    Args:
        url_name: Of an address with the one parameter `space`.
        order: Among the tabs of rooms, which stand behind those of the group itself.
    """

    label: Text
    url_name: str
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """Say how a room's kind of record is called and where it is shown, for lists of any room.

    Args:
        kind: Dotted path of its class.
        label: What it is, in a word or two.
        url_name: Of an address with `space` and `record`; empty where the group's page must do.
        is_at_parent: Whether the address is that of the record it hangs on.
        is_titled: Whether its title is for people; otherwise lists name it by its label.
    """

    kind: str
    label: Text
    url_name: str = ""
    is_at_parent: bool = False
    is_titled: bool = True


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """Hold a way in that a room found for the front page: public rows, not declarations."""

    label: Text
    hint: Text
    url: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """Hold everything one room declares.

    Args:
        ways_in: Dotted path of a function that returns the ways in that stand in public rows;
            it is called while all is closed, too.
        exits: Dotted paths of functions (request, response) that end what the quick exit
            must end: a session, its cookies.
        log_outs: The same of what logging out must end.
        planting: Dotted path of the function by which the drill plants in the room's pages; it
            takes a planting with people and browsers, and every room has one.
        publishers: One for each kind of record that the room releases for later.
        jobs: Dotted paths of functions without arguments that the caretaker calls every few
            seconds; each is short, may be called at any time, and may end anywhere.
    """

    permissions: tuple[PermissionRow, ...] = ()
    columns: tuple[ColumnRow, ...] = ()
    pages: tuple[PageRow, ...] = ()
    canaries: tuple[CanaryRow, ...] = ()
    desk: tuple[DeskItem, ...] = ()
    sentences: tuple[ErrorSentence, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    entries: tuple[EntryPoint, ...] = ()
    tabs: tuple[TabItem, ...] = ()
    records: tuple[RecordRow, ...] = ()
    ways_in: str = ""
    exits: tuple[str, ...] = ()
    log_outs: tuple[str, ...] = ()
    planting: str = ""
    publishers: tuple[PublisherRow, ...] = ()
    jobs: tuple[str, ...] = ()


def public_page(view: View) -> View:
    """Mark a view that needs public rows only, so that it is served while all is closed."""
    setattr(view, PUBLIC_MARK, True)
    return view


def is_public(view: Callable[..., object]) -> bool:
    """Return whether a view was marked as needing public rows only."""
    return bool(getattr(view, PUBLIC_MARK, False))


def room_registers() -> Iterator[Register]:
    """Yield the register of every installed room, in the order of the settings."""
    for room in settings.HEDGEROW_ROOMS:
        yield import_module(f"hedgerow.rooms.{room}.register").REGISTER
