# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the marks in which the texts of the demo are written."""

import datetime as dt

import pytest

from hedgerow.cli.demo_world import Moment
from hedgerow.cli.demo_world.marks import fill_days, front_matter, posts, stamp, unweave


def test_versions_are_woven() -> None:
    """Marks keep a line to one version, to some, or from one on; a bare mark is an empty line."""
    woven = "all\n@1 one\n@1-2 two\n@2+ on\n@2\n@3 three\n"
    made = unweave(woven, stamps=["a 3 10:00", "b 2 10:00", "c 1 10:00"], where="x")
    assert [version.text for version in made] == [
        "all\none\ntwo\n",
        "all\ntwo\non\n",
        "all\non\nthree\n",
    ]


def test_a_dropped_paragraph_leaves_no_gap() -> None:
    """Between two paragraphs stands one blank line, whatever a version lacks."""
    first, second = unweave("a\n\n@2 b\n\nc", stamps=["a 3 10:00", "b 2 10:00"], where="x")
    assert first.text == "a\n\nc\n"
    assert second.text == "a\n\nb\n\nc\n"


def test_a_list_in_a_post_is_no_new_post() -> None:
    """Only a line that begins with three dashes and a blank begins a post."""
    made = posts("--- anna 3 10:00\n- one\n---\n- two", where="x")
    assert [post.text for post in made] == ["- one\n---\n- two\n"]


def test_the_table_ends_at_the_second_fence() -> None:
    """A third line of plus signs belongs to the text."""
    assert front_matter("+++\na = 1\n+++\nb\n+++\n", where="x") == ({"a": 1}, "b\n+++")


def test_moments_follow_each_other() -> None:
    """More days ago is earlier, and within a day the minute decides."""
    assert stamp("anna 3 23:59", where="x")[1] < stamp("anna 2 00:00", where="x")[1]
    assert Moment(days_ago=2, minute=0) < Moment(days_ago=2, minute=1)
    assert Moment(days_ago=2, minute=61).minute_number(today=12) == 10 * 1440 + 61


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "from 27 February to 3 March"),
        ("ru", "from 27 февраля to 3 марта"),
        ("uk", "from 27 лютого to 3 березня"),
    ],
)
def test_days_are_filled_in(lang: str, written: str) -> None:
    """A mark becomes a date in the language of the text, backwards and forwards."""
    today = dt.date(2026, 3, 1)
    assert fill_days("from [[day 2]] to [[day -2]]", today=today, lang=lang) == written
