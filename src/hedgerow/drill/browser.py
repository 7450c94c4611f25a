# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be a browser for the drill: open pages, fill in their forms, send them, go on."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from django.core.files.base import File
from django.urls import Resolver404, resolve

_REDIRECTS: Final = frozenset({302, 303})
_UNTYPED: Final = frozenset({"hidden", "radio", "checkbox", "submit", "date"})
_FORM: Final = "application/x-www-form-urlencoded"
_TIMEOUT_S: Final = 120
_TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105  # nosec -- a field's name


@dataclass(slots=True)
class Form:
    """Hold one form of a page.

    Attributes:
        values: What it sends as it stands.
        typed: The fields into which somebody types, or puts a file.
    """

    values: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)


class Reader(HTMLParser):
    """Read the forms, links and words out of a page."""

    def __init__(self, html: str) -> None:
        """Read a page."""
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._area = ""
        self._is_in_main = False
        self._is_in_words = False
        self.feed(html)

    @property
    def form(self) -> Form:
        """Return the last form of the text."""
        return self.forms[-1] if self.forms else Form()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag says."""
        values = {name: value or "" for name, value in attrs}
        if tag == "main":
            self._is_in_main = True
        if not self._is_in_main:
            return
        if tag == "form":
            self.forms.append(Form())
        elif tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "ol" and values.get("class") == "words":
            self._is_in_words = True
        elif tag == "li" and self._is_in_words:
            self.words.append("")
        elif self.forms and values.get("name"):
            self._take(tag, values)

    def _take(self, tag: str, values: dict[str, str]) -> None:
        """Take a field of the last form."""
        name, kind, form = values["name"], values.get("type", "text"), self.forms[-1]
        if tag == "textarea":
            self._area = name
            form.values[name] = ""
        elif tag == "input" and kind not in {"submit", "file"}:
            is_off = kind in {"radio", "checkbox"} and "checked" not in values
            form.values |= {} if is_off else {name: values.get("value", "")}
        if tag == "textarea" or (tag == "input" and kind not in _UNTYPED):
            form.typed.add(name)

    def handle_endtag(self, tag: str) -> None:
        """Leave what ends."""
        if tag == "main":
            self._is_in_main = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "ol":
            self._is_in_words = False

    def handle_data(self, data: str) -> None:
        """Take text inside a long field or a list of words."""
        if self._area:
            self.forms[-1].values[self._area] += data.removeprefix("\n")
        elif self._is_in_words and self.words:
            self.words[-1] += data.strip()


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what a browser shows after a request."""

    status: int
    path: str
    body: bytes

    @property
    def html(self) -> str:
        """Return the page."""
        return self.body.decode(errors="replace")

    @property
    def reader(self) -> Reader:
        """Return the page's parts."""
        return Reader(self.html)

    @property
    def words(self) -> str:
        """Return the words that are shown once."""
        return " ".join(self.reader.words)

    def link(self, end: str) -> str:
        """Return the first link of the text whose address ends so, or nothing."""
        return next((one for one in self.reader.links if one.endswith(end)), "")


class Browser:
    """Be somebody's browser, over HTTP; each has cookies of its own.

    Args:
        address: Host and port of the service.
        headers: What it sends with each request, in place of what it would send.
    """

    def __init__(self, address: str, headers: Mapping[str, str] | None = None) -> None:
        """Begin without cookies."""
        self.address = address
        self._cookies: dict[str, str] = {}
        self._headers = {"Host": address, **(headers or {})}
        self.seen_fields: set[tuple[str, str]] = set()

    def cookie(self, name: str) -> str:
        """Return a cookie's value."""
        return self._cookies.get(name, "")

    def set_cookie(self, name: str, value: str) -> None:
        """Set a cookie."""
        self._cookies[name] = value

    @property
    def headers(self) -> dict[str, bytes]:
        """Return the headers of the next request."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {**self._headers, **({"Cookie": cookies} if cookies else {})}
        return {name: value.encode() for name, value in headers.items()}

    def open(self, path: str) -> Shown:
        """Go to an address, and note the fields of the page there."""
        shown = self._go("GET", path)
        self._note_fields(shown)
        return shown

    def send(self, path: str, *, at: str = "", **typed: Any) -> Shown:
        """Open a page, fill in its last form and send it; the form goes to `at` if given."""
        return self.send_form(self.open(path), at=at or path, **typed)

    def send_form(self, page: Shown, *, at: str, **typed: Any) -> Shown:
        """Send the last form of an open page."""
        return self.post(at, {**page.reader.form.values, **typed})

    def press(self, path: str, *, at: str) -> Shown:
        """Press a button of a page that sends nothing but its token."""
        return self.post(at, {_TOKEN: self.open(path).reader.form.values.get(_TOKEN, "")})

    def post(self, path: str, values: dict[str, Any]) -> Shown:
        """Send values to an address."""
        kind, body = encoded(values)
        return self._go("POST", path, body=body, kind=kind)

    def send_bytes(self, path: str, body: bytes, *, kind: str = _FORM) -> Shown:
        """Send bytes that need not be a form."""
        return self._go("POST", path, body=body, kind=kind)

    def _go(self, method: str, path: str, *, body: bytes | None = None, kind: str = "") -> Shown:
        """Send a request, and go on while the answer points elsewhere on this site."""
        answer, content = self._once(method, path, body, kind)
        where = answer.headers.get("Location", "")
        while answer.status in _REDIRECTS and where.startswith("/"):
            path = urlsplit(where).path
            answer, content = self._once("GET", where, None, "")
            where = answer.headers.get("Location", "")
        return Shown(answer.status, path, content)

    def _once(
        self, method: str, path: str, body: bytes | None, kind: str
    ) -> tuple[HTTPResponse, bytes]:
        """Send one request and read its answer."""
        headers = self.headers | ({"Content-Type": kind.encode()} if kind else {})
        line = HTTPConnection(self.address, timeout=_TIMEOUT_S)
        try:
            line.request(method, quote(path, safe="/?=&%#"), body=body, headers=headers)
            answer = line.getresponse()
            content = answer.read()
        finally:
            line.close()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = header.partition("=")
            self._cookies[name] = rest.partition(";")[0].strip('"')
            if "max-age=0" in header.lower():
                del self._cookies[name]
        return answer, content

    def _note_fields(self, shown: Shown) -> None:
        """Note into which fields of which address somebody could type."""
        try:
            name = resolve(shown.path).view_name
        except Resolver404:
            return
        typed = (one for form in shown.reader.forms for one in form.typed)
        self.seen_fields |= {(name, one) for one in typed}


def encoded(values: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return the content type and the bytes of a form; with a file in it, it has parts."""
    if not any(isinstance(value, File) for value in values.values()):
        return _FORM, urlencode(values).encode()
    mark = secrets.token_hex(16)
    parts = b"".join(_part(mark, name, value) for name, value in values.items())
    return f"multipart/form-data; boundary={mark}", parts + f"--{mark}--\r\n".encode()


def _part(mark: str, name: str, value: Any) -> bytes:
    """Return one field of a form of several parts."""
    if not isinstance(value, File):
        return (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    kind = getattr(value, "content_type", None) or "application/octet-stream"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{value.name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    value.seek(0)
    return b"".join((head.encode(), value.read(), b"\r\n"))
