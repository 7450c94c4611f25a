# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what people write into HTML that can do no harm.

CommonMark with tables, raw HTML switched off, and the result cleaned by nh3 all the
same. Headings start at the level the page leaves free, so that a text never brings a
second h1. Pictures are left out: a picture from elsewhere would tell its host who reads.
"""

from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a"),
    *("ul", "ol", "li", "h2", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_ALIGNED = {"text-align:left": "left", "text-align:center": "center", "text-align:right": "right"}


def _fit_headings(tokens: Sequence[Token], *, first_level: int) -> None:
    """Push headings below the page's own, and never let one skip a level."""
    above = first_level - 1
    for token in tokens:
        if token.type == "heading_open":
            above = min(6, above + 1, int(token.tag[1]) + first_level - 1)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{above}"


def _align_cells(tokens: Sequence[Token]) -> None:
    """Say a cell's alignment by an attribute, since pages allow no inline style."""
    for token in tokens:
        style = token.attrs.pop("style", None)
        if style in _ALIGNED:
            token.attrs["align"] = _ALIGNED[str(style)]


@lru_cache(maxsize=4)
def _parser(first_level: int) -> MarkdownIt:
    """Make the parser for texts whose first heading level is given."""

    def mend(state: StateCore) -> None:
        _fit_headings(state.tokens, first_level=first_level)
        _align_cells(state.tokens)

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable("image")
    parser.core.ruler.push("mend", mend)
    return parser


def render_markdown(text: str, *, first_level: int = 2) -> str:
    """Render Markdown to safe HTML.

    Args:
        text: What somebody wrote.
        first_level: The level that a heading of one hash gets, 2 to 6.

    Returns:
        HTML of a few harmless tags; links carry rel="noopener noreferrer nofollow".
    """
    return nh3.clean(
        _parser(first_level).render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
