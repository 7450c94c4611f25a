# SPDX-License-Identifier: AGPL-3.0-or-later
"""Test the wrong changes that the tests of the vault are measured with."""

import time
from collections import Counter
from pathlib import Path
from queue import Queue

import pytest

from benchmarks import mutation
from benchmarks.mutation import ROOT, Trial, failing, nearest, parts
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


def test_every_module_has_tests_nearest_to_it() -> None:
    """Each module that is changed is there, and so is each test that is run on it."""
    for part in parts().values():
        assert part.paths
        for path in part.paths:
            assert (ROOT / path).is_file(), path
            assert all((ROOT / test).exists() for test in nearest(path)), path
    paths = {Path(path).name for path in parts()["permissions"].paths}
    assert paths == set(mutation.NEAREST)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a tree of one module with one test, which cares for one of its two functions."""
    for folder in (tmp_path / "root", tmp_path / "copy"):
        folder.mkdir()
        (folder / "module.py").write_text(
            "def cared(n):\n    return n + 1\n\n\ndef passed_over(n):\n    return n * 2\n",
            encoding="utf-8",
        )
        (folder / "test_it.py").write_text(
            "from module import cared\n\n\ndef test_it():\n    assert cared(1) == 2\n",
            encoding="utf-8",
        )
    monkeypatch.setattr(mutation, "ROOT", tmp_path / "root")
    monkeypatch.setattr(mutation, "nearest", lambda _path: ("test_it.py",))
    # Its tests need none of the plugins, which take seven times as long to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return tmp_path / "copy"


def _fates(tree: Path, *, seconds: float) -> Counter[str]:
    """Try all mutants of the module."""
    trees: Queue[Path] = Queue()
    trees.put(tree)
    cases = mutation._cases(mutation.Part(("module.py",), sample=99, seconds=seconds))
    trial = Trial(trees, time.monotonic() + seconds)
    return Counter(f"{mutant and mutant.line} {fate}" for _, mutant, fate in map(trial.fate, cases))


def test_what_no_test_cares_for_survives(tree: Path) -> None:
    """Changes are noticed where a test looks, survive elsewhere, and the module is put back."""
    before = (tree / "module.py").read_text(encoding="utf-8")
    fates = _fates(tree, seconds=600)
    assert set(fates) == {"2 killed", "6 survived"}
    assert (tree / "module.py").read_text(encoding="utf-8") == before


def test_what_there_is_no_time_for_counts_neither_way(tree: Path) -> None:
    """Once the time is over the rest is not reached, and the share is of what was tried."""
    assert set(_fates(tree, seconds=0)) == {"None not reached"}
    figures = {
        one.figure: one.value
        for one in mutation._figures("x", Counter({"killed": 3, "survived": 1, "not reached": 9}))
    }
    assert figures == {
        "mutants of x killed": 3,
        "mutants of x survived": 1,
        "mutants of x not reached": 9,
        "share noticed, x": 0.75,
    }


def test_tests_that_fail_by_themselves_measure_nothing(tree: Path) -> None:
    """A part whose tests fail without any change stops the measurement."""
    (tree / "test_it.py").write_text("def test_it():\n    assert False\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="without any change"):
        _fates(tree, seconds=600)


def test_the_test_that_fails_is_named(tree: Path) -> None:
    """It is what is run once more without the change; a file that cannot be read is named too."""
    assert failing(tree, ("test_it.py",), timeout_s=None) == ""
    (tree / "test_bad.py").write_text("import nothing_of_the_kind\n", encoding="utf-8")
    assert failing(tree, ("test_bad.py",), timeout_s=None) == "test_bad.py"
    (tree / "module.py").write_text("cared = len\n", encoding="utf-8")
    assert failing(tree, ("test_it.py",), timeout_s=None) == "test_it.py::test_it"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("FAILED tests/a.py::test_b - assert 1 == 2", "tests/a.py::test_b"),
        ("FAILED tests/a.py::test_b[keeper] - x", "tests/a.py::test_b[keeper]"),
        ("FAILED tests/a.py::test_b[keeper]", "tests/a.py::test_b[keeper]"),
        ("FAILED tests/a.py::test_b[two words] - x", "tests/a.py::test_b"),
        ("ERROR tests/a.py - NameError", "tests/a.py"),
    ],
)
def test_names_of_tests_are_read_from_the_summary(line: str, named: str) -> None:
    """With the case where its name has no spaces, else all cases of the test."""
    found = mutation._NAMED.search(f"1 failed\n{line}\n")
    assert found is not None
    assert found[1] == named


def test_tests_that_never_end_are_told_from_those_that_fail(tree: Path) -> None:
    """Cut short, they neither passed nor failed."""
    sleep = "import time\n\n\ndef test_it():\n    time.sleep(60)\n"
    (tree / "test_it.py").write_text(sleep, encoding="utf-8")
    assert failing(tree, ("test_it.py",), timeout_s=0.5) is None
