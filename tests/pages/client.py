# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetch pages as a browser does, and fail on any page that is not as every page must be."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.test import Client
from html5lib.constants import E as PARSE_ERRORS

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
PAGE_TYPE = "text/html"
ERROR_PREFIXES = ("Error:", "Ошибка:", "Помилка:")
UNNAMED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
HEADINGS = tuple(f"{HTML}h{level}" for level in range(1, 7))
STRICT_POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "form-action": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
NEEDED = (
    ("Cache-Control", "no-store", "the page may be stored"),
    ("Referrer-Policy", "same-origin", "the referrer leaks, or every form will be refused"),
    ("X-Content-Type-Options", "nosniff", "the type may be guessed"),
)
OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
# What differs from one page to the next without any meaning for its form: numbers, keys, padding.
PASSING = re.compile(r"[A-Za-z0-9_=-]{11,}|[0-9]+|\s+")
# Shapes of pages that were looked at in this process, and had no fault.
FAULTLESS: set[bytes] = set()
LOADING = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src"}


class InspectingClient(Client):
    """Be Django's test client, with CSRF checks on and every page looked at."""

    def __init__(self, **defaults: Any) -> None:
        """Speak to 127.0.0.1, as the demo's browser does."""
        defaults.setdefault("HTTP_HOST", "127.0.0.1")
        super().__init__(enforce_csrf_checks=True, **defaults)

    def request(self, **request: Any) -> Any:
        """Return the response, once it has been inspected."""
        response = super().request(**request)
        is_page = response.get("Content-Type", "").startswith(PAGE_TYPE)
        if is_page and response.content and request.get("REQUEST_METHOD") != "HEAD":
            html = response.content.decode()
            shape = shape_of(html)
            faults = [] if shape in FAULTLESS else page_faults(html)
            faults += header_faults(response.headers)
            FAULTLESS.update([] if faults else [shape])
            assert not faults, f"{request.get('PATH_INFO')}: {faults}"
        return response

    def submit(self, path: str, fields: dict[str, Any], *, action: str | None = None) -> Any:
        """Open a page, take the token of its first form, and send the fields with it."""
        page = self.get(path)
        token = token_of(page.content.decode())
        return self.post(action or path, {"csrfmiddlewaretoken": token, **fields})


def shape_of(html: str) -> bytes:
    """Return a hash of a page without what differs and does not matter."""
    return hashlib.blake2b(PASSING.sub("0", html).encode()).digest()


@lru_cache(maxsize=8)
def parsed(html: str) -> Element:
    """Return the tree of a page, which nobody changes: a form's fields and token are of one."""
    return html5lib.parse(html, treebuilder="etree")


def token_of(html: str) -> str:
    """Return the CSRF token of the first form of a page."""
    for field in parsed(html).iter(f"{HTML}input"):
        if field.get("name") == "csrfmiddlewaretoken":
            return field.get("value", "")
    message = "The page has no form with a token."
    raise AssertionError(message)


def text_of(element: Element | None) -> str:
    """Return the text inside an element on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def page_faults(html: str) -> list[str]:
    """Return everything about a page that is not as every page must be."""
    parser = html5lib.HTMLParser()
    tree = parser.parse(html)
    checks = (_frame, _headings, _ids, _fields, _forms, _inline, _outside, _links)
    faults = [
        f"HTML error at {place}: {PARSE_ERRORS.get(code, code) % values}"
        for place, code, values in parser.errors
    ]
    return faults + [fault for check in checks for fault in check(tree)]


def header_faults(headers: Any) -> Iterator[str]:
    """Yield what is loose in the headers of a page."""
    policy = {
        name: set(values)
        for name, *values in (
            part.split() for part in headers.get("Content-Security-Policy", "").split(";") if part
        )
    }
    for name, values in STRICT_POLICY.items():
        if policy.get(name) != values:
            yield f"loose policy: {name} {policy.get(name)}"
    allowed = {"'self'", "'none'"}
    for name, values in policy.items():
        if not values <= allowed:
            yield f"loose policy: {name} {values}"
    yield from (fault for name, value, fault in NEEDED if headers.get(name) != value)
    if "ETag" in headers or "Content-Encoding" in headers:
        yield "a page has an e-tag or is compressed"


def _frame(tree: Element) -> Iterator[str]:
    if not tree.get("lang"):
        yield "no lang"
    if tree.get("dir") not in {"ltr", "rtl"}:
        yield "no dir"
    if len(list(tree.iter(f"{HTML}main"))) != 1:
        yield "not exactly one main"
    heads = list(tree.iter(f"{HTML}h1"))
    if len(heads) != 1:
        yield f"{len(heads)} h1"
        return
    title = text_of(next(tree.iter(f"{HTML}title"), None))
    for prefix in ERROR_PREFIXES:
        title = title.removeprefix(prefix).strip()
    heading = text_of(heads[0])
    if not heading or not title.startswith(heading):
        yield f"title {title!r} does not begin with heading {heading!r}"


def _headings(tree: Element) -> Iterator[str]:
    before = 0
    for element in tree.iter():
        if element.tag in HEADINGS:
            level = HEADINGS.index(element.tag) + 1
            if level > before + 1:
                yield f"heading {text_of(element)!r} jumps from level {before} to {level}"
            if not text_of(element):
                yield "an empty heading"
            before = level


def _ids(tree: Element) -> Iterator[str]:
    ids = Counter(one.get("id") for one in tree.iter() if one.get("id"))
    yield from (f"id {one!r} stands {count} times" for one, count in ids.items() if count > 1)
    for element in tree.iter():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for target in element.get(name, "").split():
                if target not in ids:
                    yield f"{name}={target!r} leads nowhere"


def _fields(tree: Element) -> Iterator[str]:
    labelled = {one.get("for") for one in tree.iter(f"{HTML}label") if text_of(one)}
    wrapped = {
        field for label in tree.iter(f"{HTML}label") if text_of(label) for field in label.iter()
    }
    for field in tree.iter():
        if field.tag not in {f"{HTML}input", f"{HTML}select", f"{HTML}textarea"}:
            continue
        if field.get("type") in UNNAMED_TYPES:
            continue
        is_named = field.get("aria-label") or field.get("aria-labelledby")
        if not is_named and field.get("id") not in labelled and field not in wrapped:
            yield f"field {field.get('name')!r} has no label"
    for button in tree.iter(f"{HTML}button"):
        if not text_of(button) and not button.get("aria-label"):
            yield "a button without words"


def _forms(tree: Element) -> Iterator[str]:
    for form in tree.iter(f"{HTML}form"):
        names = {one.get("name") for one in form.iter(f"{HTML}input")}
        is_post = form.get("method", "get").lower() == "post"
        if is_post and "csrfmiddlewaretoken" not in names:
            yield "a form without a token"
        if not is_post and "csrfmiddlewaretoken" in names:
            yield "a token in an address"


def _inline(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        name = str(element.tag).rpartition("}")[2]
        if name == "style" or "style" in element.attrib:
            yield f"inline style in {name}"
        if name == "script" and not element.get("src"):
            yield "inline script"
        handlers = [one for one in element.attrib if str(one).lower().startswith("on")]
        if handlers:
            yield f"inline script {handlers} in {name}"


def _outside(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        name = str(element.tag).rpartition("}")[2]
        address = element.get(LOADING.get(name, ""), "")
        if OUTSIDE.match(address):
            yield f"{name} loads {address}"
        if name == "img" and element.get("alt") is None:
            yield "a picture without alt"


def _links(tree: Element) -> Iterator[str]:
    for link in tree.iter(f"{HTML}a"):
        relation = link.get("rel", "")
        if link.get("target") == "_blank" and "noopener" not in relation:
            yield "a new window keeps hold of this one"
        if not text_of(link) and not any(one.get("alt") for one in link.iter(f"{HTML}img")):
            yield f"link {link.get('href')!r} has no words"
        if link.get("href", "").lower().startswith(("javascript:", "data:")):
            yield "a link that is a script"
