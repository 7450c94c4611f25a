# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the inspecting client sees each fault it is there to see."""

import pytest

from tests.pages.client import header_faults, page_faults, shape_of

GOOD = (
    '<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Hello – Oaks</title></head>'
    "<body><main><h1>Hello</h1>{}</main></body></html>"
)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
FAULTY_BODIES = {
    "HTML error": "<p><div></p>",
    "2 h1": "<h1>Hello</h1>",
    "jumps": "<h3>Deep</h3>",
    "an empty heading": "<h2></h2>",
    "stands 2 times": '<p id="a"></p><p id="a"></p>',
    "leads nowhere": '<p aria-describedby="b"></p>',
    "has no label": '<input name="a">',
    "a button without words": "<button></button>",
    "a form without a token": '<form method="post"></form>',
    "a token in an address": '<form><input type="hidden" name="csrfmiddlewaretoken"></form>',
    "inline style": '<p style="color: red"></p>',
    "inline script [": '<p onclick="alert()"></p>',
    "inline script": "<script>alert()</script>",
    "img loads": '<img src="https://elsewhere.example/a.png" alt="">',
    "a picture without alt": '<img src="/a.png">',
    "keeps hold": '<a href="/a" target="_blank">a</a>',
    "has no words": '<a href="/a"></a>',
    "a link that is a script": '<a href="javascript:alert()">a</a>',
}


def test_a_good_page_has_no_fault() -> None:
    """A page that is as every page must be passes."""
    assert page_faults(GOOD.format("<h2>More</h2><p>Text</p>")) == []
    assert list(header_faults(HEADERS)) == []


@pytest.mark.parametrize(("fault", "body"), FAULTY_BODIES.items(), ids=FAULTY_BODIES)
def test_each_fault_of_a_body_is_seen(fault: str, body: str) -> None:
    """A page with one fault is refused, and the fault is named."""
    assert any(fault in found for found in page_faults(GOOD.format(body)))


@pytest.mark.parametrize(
    ("fault", "was", "becomes"),
    [
        ("no lang", 'lang="en" ', ""),
        ("no dir", ' dir="ltr"', ""),
        ("not exactly one main", "main>", "div>"),
        ("does not begin with heading", "<title>Hello", "<title>Other"),
        ("0 h1", "h1>", "p>"),
    ],
)
def test_each_fault_of_the_frame_is_seen(fault: str, was: str, becomes: str) -> None:
    """A page without language, direction, main part, heading or true title is refused."""
    assert any(fault in found for found in page_faults(GOOD.format("").replace(was, becomes)))


def test_a_title_may_begin_with_error() -> None:
    """The word for an error may stand before the heading in the title, in each language."""
    for word in ("Error:", "Ошибка:", "Помилка:"):
        assert page_faults(GOOD.format("").replace("<title>", f"<title>{word} ")) == []


@pytest.mark.parametrize(
    ("fault", "name", "value"),
    [
        ("loose policy", "Content-Security-Policy", "default-src 'self'"),
        (
            "loose policy: font-src",
            "Content-Security-Policy",
            HEADERS["Content-Security-Policy"] + "; font-src https://fonts.example",
        ),
        ("may be stored", "Cache-Control", "private"),
        ("referrer", "Referrer-Policy", "no-referrer"),
        ("guessed", "X-Content-Type-Options", ""),
        ("e-tag", "ETag", '"1"'),
        ("compressed", "Content-Encoding", "gzip"),
    ],
)
def test_each_loose_header_is_seen(fault: str, name: str, value: str) -> None:
    """A page whose headers are loose is refused."""
    assert any(fault in found for found in header_faults(HEADERS | {name: value}))


def test_a_page_is_looked_at_once_by_its_shape() -> None:
    """Numbers, keys and padding change nothing; words, tags and names of attributes do."""
    page = GOOD.format('<p>7 of 20</p>\n<a href="/groups/GvImH7h1xfU/">Oak</a>')
    same = GOOD.format('<p>19 of 3</p>   <a href="/groups/dMbEYGFOCZe/">Oak</a>')
    assert shape_of(page) == shape_of(same)
    for other in ("<p>7 of 20</P", "<p>7 off 20</p>", "<p id=7>7 of 20</p>", "<p>7 of 20"):
        assert shape_of(page.replace("<p>7 of 20</p>", other)) != shape_of(page)
