# SPDX-License-Identifier: AGPL-3.0-or-later
"""Send mutated forms and uploads to every address that takes them, as a stranger and a member.

A page may refuse what it cannot read, in as many ways as it likes, but it answers: no
exception, and no status of 500. "Come back later" (503) is an answer too.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from tests.fuzz.parsers import Target
from tests.instances import open_vault
from tests.rooms.members.browsers import Somebody, founder_of, open_group

_BOUNDARY: Final = "a-boundary-of-parts"
_MULTIPART: Final = f"multipart/form-data; boundary={_BOUNDARY}"
_PLAIN: Final = "application/x-www-form-urlencoded"
_BROKEN: Final = 500


class Unanswered(AssertionError):
    """Say that a page broke instead of answering."""


def _as_parts(fields: dict[str, str], *, name: str, content: bytes) -> bytes:
    """Write a form with a file as browsers do."""
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    )
    return b"".join(parts) + head.encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Sender:
    """Send bodies to one address.

    Attributes:
        client: A browser; its token is checked, as in a real one.
        path: Where to.
        content_type: What the bodies claim to be.
        statuses: How often each status came.
    """

    client: Client
    path: str
    content_type: str
    statuses: Counter[int] = field(default_factory=Counter)

    def __call__(self, body: bytes) -> None:
        """Send a body.

        Raises:
            Unanswered: The page broke.
        """
        response: Any = self.client.post(self.path, body, content_type=self.content_type)
        response.close()
        self.statuses[response.status_code] += 1
        if response.status_code == _BROKEN:
            raise Unanswered(self.path)


def _bare(somebody: Somebody, *, is_checked: bool) -> Client:
    """Return a browser with somebody's cookies; whether tokens are checked is said."""
    client = Client(enforce_csrf_checks=is_checked, HTTP_ACCEPT_LANGUAGE="uk")
    client.cookies = somebody.client.cookies
    return client


def _form_target(somebody: Somebody, path: str, **values: str) -> Target:
    """Make a target of a form: valid fields, then everything that can go wrong with them."""
    name = f"form {path.split('/')[1]} {path.rstrip('/').rsplit('/', 1)[-1]}"
    seeds = (urlencode(values).encode(), urlencode({**values, "extra": "ё" * 40}).encode())
    return Target(name, Sender(_bare(somebody, is_checked=False), path, _PLAIN), seeds)


def _upload_target(somebody: Somebody, path: str, *, is_checked: bool) -> Target:
    """Make a target of a form with a file."""
    name = f"upload {'with' if is_checked else 'without'} a check of the token"
    token = somebody.client.cookies[settings.CSRF_COOKIE_NAME].value
    fields = {"csrfmiddlewaretoken": token, "about": "x"}
    seeds = tuple(
        _as_parts(fields, name=file, content=content)
        for file, content in (
            ("plan.png", b"\x89PNG\r\n\x1a\n" + b"x" * 400),
            ("../../план.txt", "понедельник".encode() * 20),
            ("a" * 300, b""),
        )
    )
    return Target(name, Sender(_bare(somebody, is_checked=is_checked), path, _MULTIPART), seeds)


def _member_targets(keeper: Somebody, group: str, *, page: str, thread: str) -> Iterator[Target]:
    """Yield the forms of a member."""
    yield _form_target(keeper, f"{group}pages/new/", title="Plan", text="Text\n# a", change="")
    yield _form_target(
        keeper, f"{page}edit/", title="Plan", text="Other", change="x", version="1", base="1"
    )
    yield _form_target(keeper, thread, text="Answer")
    yield _form_target(keeper, f"{group}search/", query="понедельник план")
    yield _form_target(keeper, f"{group}people/invite/", role="2", reads="NEW", last_day="7")
    yield _form_target(keeper, f"{group}people/me/", name="Willow")
    yield _form_target(keeper, "/groups/join/", words="one two three four five six seven")
    yield _form_target(keeper, "/language/", language="ru", next="/me/")
    yield _upload_target(keeper, f"{group}files/new/", is_checked=True)
    yield _upload_target(keeper, f"{group}files/new/", is_checked=False)


@contextmanager
def request_targets(folder: Path) -> Iterator[list[Target]]:
    """Open an instance with one group and return its forms as targets.

    Args:
        folder: Where it is made.
    """
    with open_vault(folder / "home") as vault:
        keeper = founder_of(vault)
        group = open_group(keeper, vault, name="Lantern makers", as_name="Willow")
        page = group.write(keeper, title="Plan", text="x")
        thread = group.talk(keeper, title="Talk", text="x")
        stranger = Somebody()
        stranger.open("/enter/")
        words = "one two three four five six seven eight"
        found = [
            _form_target(stranger, "/enter/", words=words, to="/me/", carried="AAAA"),
            _form_target(stranger, "/join/", words=vault.founder_words),
            _form_target(stranger, "/language/", language="uk", next="/about/"),
            *_member_targets(keeper, group.path, page=page, thread=thread),
        ]
        yield found
