# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test the wrong changes that the tests of the vault are measured with."""

from benchmarks.worlds.mutants import mutants_of

_SOURCE = '''
from os import sep

LIMIT: int = 4


def is_short(text, *, strict=False):
    """Tell."""
    if not text or len(text) > LIMIT + 1:
        raise ValueError(text)
    return strict == bool(sep)
'''


def test_each_mutant_is_another_module_that_compiles() -> None:
    """Every change makes a source of its own, with its line named."""
    sources = {make().source for make in mutants_of(_SOURCE)}
    for source in sources:
        compile(source, "mutant", "exec")
    assert len(sources) == sum(1 for _ in mutants_of(_SOURCE))


def test_all_kinds_of_change_are_made() -> None:
    """Comparisons, conditions, sums, numbers, refusals and answers are all changed."""
    made = [make() for make in mutants_of(_SOURCE)]
    assert {one.what for one in made} == {
        "comparison",
        "and, or",
        "condition",
        "reckoning",
        "number",
        "refusal",
        "answer",
    }
    assert any(one.line == 4 and "LIMIT: int = 5" in one.source for one in made)


def test_imports_and_types_stay() -> None:
    """Nobody learns anything from a module that cannot be imported."""
    for make in mutants_of(_SOURCE):
        assert "from os import sep" in make().source
