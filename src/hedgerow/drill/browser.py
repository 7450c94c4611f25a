# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be a browser for the drill: open pages, fill in their forms, send them, go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

_REDIRECTS: Final = frozenset({302, 303})
_UNTYPED: Final = frozenset({"hidden", "radio", "checkbox", "submit", "date"})
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
    """Be somebody's browser; each has cookies of its own."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        """Begin without cookies; CSRF is checked as it is for everybody."""
        self._client = Client(
            enforce_csrf_checks=True,
            raise_request_exception=False,
            headers={"Host": "127.0.0.1", **(headers or {})},
        )
        self.seen_fields: set[tuple[str, str]] = set()

    def cookie(self, name: str) -> str:
        """Return a cookie's value."""
        return self._client.cookies[name].value if name in self._client.cookies else ""

    def set_cookie(self, name: str, value: str) -> None:
        """Set a cookie."""
        self._client.cookies[name] = value

    def open(self, path: str) -> Shown:
        """Go to an address, and note the fields of the page there."""
        shown = self._follow(self._client.get(path), path=path)
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
        return self._follow(self._client.post(path, values), path=path)

    def _follow(self, response: Any, *, path: str) -> Shown:
        """Go on while the answer points elsewhere on this site."""
        while response.status_code in _REDIRECTS and response["Location"].startswith("/"):
            path = urlsplit(response["Location"]).path
            response = self._client.get(response["Location"])
        body = b"".join(response.streaming_content) if response.streaming else response.content
        return Shown(response.status_code, path, body)

    def _note_fields(self, shown: Shown) -> None:
        """Note into which fields of which address somebody could type."""
        try:
            name = resolve(shown.path).view_name
        except Resolver404:
            return
        self.seen_fields |= {(name, one) for one in shown.reader.form.typed}
