# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the small language of sums and relations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.tally.linear import Linear, parse_relation, parse_sum
from hedgerow.kernel.errors import BadInput


@pytest.mark.parametrize(
    ("text", "terms", "constant"),
    [
        ("a", {"a": 1}, 0),
        ("- a + 2*b - 3 * c", {"a": -1, "b": 2, "c": -3}, 0),
        ("a + a - 5 + 7", {"a": 2}, 2),
        ("a - a", {}, 0),
        (" 12 ", {}, 12),
    ],
)
def test_a_sum_is_read(text: str, terms: dict[str, int], constant: int) -> None:
    """Names, numbers before names and plain numbers, with plus and minus."""
    assert parse_sum(text) == Linear(terms, constant)


@pytest.mark.parametrize(
    ("text", "place"),
    [("", 1), ("a b", 3), ("a +", 3), ("a * 2", 3), ("f(a)", 2), ("__import__", 1), ("a ++ b", 3)],
)
def test_what_is_no_sum_is_refused_with_its_place(text: str, place: int) -> None:
    """Nothing is executed or guessed."""
    with pytest.raises(BadInput, match=r"form\.bad_rule") as refused:
        parse_sum(text)
    assert refused.value.details == {"rule": text, "place": place}


@pytest.mark.parametrize("sign", ["=", ">=", "<="])
def test_a_relation_keeps_left_less_right(sign: str) -> None:
    """Lines that stand on both sides cancel out."""
    relation = parse_relation(f"a + b {sign} b + 2*c + 1")
    assert (relation.sign, relation.gap) == (sign, Linear({"a": 1, "c": -2}, -1))


@pytest.mark.parametrize("text", ["a + b", "a = b = c", "= a", "a > b"])
def test_what_is_no_relation_is_refused(text: str) -> None:
    """There is exactly one of the three signs, with a sum on each side."""
    with pytest.raises(BadInput, match=r"form\.bad_rule"):
        parse_relation(text)


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(-99, 99)), st.integers(0, 999))
def test_what_is_written_is_read_back(terms: dict[str, int], constant: int) -> None:
    """A sum written term by term means the same."""
    words = "".join(f" {'-' if n < 0 else '+'} {abs(n)}*{name}" for name, n in terms.items())
    expected = Linear({name: n for name, n in terms.items() if n}, constant)
    assert parse_sum(f"{constant}{words}") == expected
