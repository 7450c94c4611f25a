# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that what people write becomes harmless HTML with a sound outline."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.rooms.markdown import render_markdown


@pytest.mark.parametrize(
    ("written", "forbidden"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("<b onclick=x>a</b>", "<b"),
        ("[a](javascript:alert(1))", "<a"),
        ("![a](https://example.org/a.png)", "<img"),
        ('<a href="https://example.org" style="x">a</a>', "<a "),
        ("|a|\n|:-:|\n|b|", "style"),
    ],
)
def test_harmful_markup_is_taken_out(written: str, forbidden: str) -> None:
    """Scripts, raw HTML, pictures from elsewhere and inline styles never come through."""
    assert forbidden not in render_markdown(written)


def test_links_tell_nobody_where_they_stood() -> None:
    """A link keeps its address and gets a rel that hides the page it stood on."""
    html = render_markdown("[a](https://example.org/b?c=d)")
    assert 'href="https://example.org/b?c=d"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_headings_begin_below_the_page_and_skip_no_level() -> None:
    """A heading of three hashes after one of one becomes the next level only."""
    html = render_markdown("# a\n\n### b\n\n###### c\n\n# d", first_level=3)
    assert re.findall(r"<(h\d)>", html) == ["h3", "h4", "h5", "h3"]


def test_tables_and_strokes_work() -> None:
    """Tables keep their alignment by an attribute, and struck-out words stay."""
    html = render_markdown("|a|b|\n|:-|-:|\n|~~1~~|2|")
    assert '<td align="right">2</td>' in html
    assert "<s>1</s>" in html


@given(st.text(max_size=300))
def test_any_text_renders_without_a_script_or_a_first_heading(text: str) -> None:
    """Whatever is typed, the result has no script, no style and no h1."""
    html = render_markdown(text)
    assert not re.search(r"<(script|style|img|iframe|h1)\b", html)
