# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check how benchmarks are found, timed in turns, and reported."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from benchmarks.harness import Figure, median_ratio, median_s, time_in_turns
from hedgerow.cli.bench import benchmark_names, run_benchmark
from hedgerow.cli.main import main
from hedgerow.cli.progress import LineCounter, show_progress


def test_benchmarks_are_the_modules_beside_the_harness(tmp_path: Path) -> None:
    """Each module of the folder is a benchmark but for the harness."""
    for name in ("__init__.py", "harness.py", "search.py", "night.py", "notes.md"):
        (tmp_path / name).touch()
    assert benchmark_names(tmp_path) == ["night", "search"]


def test_an_unknown_benchmark_is_wrong_usage() -> None:
    """A name that is no benchmark ends with status 2 and names it."""
    result = CliRunner().invoke(main, ["bench", "nothing-of-the-kind"])
    assert result.exit_code == 2
    assert "nothing-of-the-kind" in result.stderr


def test_each_figure_is_one_json_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures are printed as they come, and one broken bound is enough to fail."""

    def run() -> Iterator[Figure]:
        yield Figure(figure="time", value=0.123456, unit="s", bound=0.4)
        yield Figure(figure="score", value=90, unit="points", bound=95, is_bound_a_minimum=True)

    monkeypatch.setitem(sys.modules, "benchmarks.made_up", SimpleNamespace(run=run))
    assert run_benchmark("made_up") is False
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        {
            "bench": "made_up",
            "figure": "time",
            "value": 0.1235,
            "bound": 0.4,
            "unit": "s",
            "ok": True,
        },
        {
            "bench": "made_up",
            "figure": "score",
            "value": 90,
            "bound": 95,
            "unit": "points",
            "ok": False,
        },
    ]


def test_a_figure_without_a_bound_is_no_failure() -> None:
    """A number that is only shown holds."""
    assert Figure(figure="size", value=1e9, unit="bytes").is_ok


def test_variants_take_turns_and_the_first_changes() -> None:
    """Each round runs every variant, beginning with another; the warm-up is not counted."""
    order: list[str] = []
    times = time_in_turns(
        "turns",
        variants={"a": lambda: order.append("a"), "b": lambda: order.append("b")},
        rounds=3,
    )
    assert "".join(order) == "abbaabba"
    assert {name: len(values) for name, values in times.items()} == {"a": 3, "b": 3}


def test_medians_are_of_rounds() -> None:
    """The ratio is the median of each round's ratio, which a slow round cannot move."""
    times = {"sealed": [2.0, 20.0, 3.0], "plain": [1.0, 10.0, 2.0]}
    assert median_s(times, of="sealed") == 3.0
    assert median_ratio(times, of="sealed", to="plain") == 2.0


def test_progress_off_a_terminal_is_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    """Steps within a minute say nothing; the first after it says how far things are."""
    # The clock is read at the start, once a step, and once more when a line is written.
    readings_s = iter([0.0, 10.0, 59.0, 61.0, 61.0, 100.0, 122.0, 122.0])
    counter = LineCounter("Planting", total=5, clock=lambda: next(readings_s))
    for _ in range(5):
        counter.advance()
    assert capsys.readouterr().err == "Planting: 3 of 5\nPlanting: 5 of 5\n"


def test_progress_keeps_the_answer_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Showing progress writes nothing to stdout."""
    with show_progress("Planting", total=2) as advance:
        advance()
        advance()
    assert capsys.readouterr().out == ""
