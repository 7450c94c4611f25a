# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that each bound can break, and that the report says so."""

from dataclasses import replace

import pytest

from hedgerow.drill.linkage.report import Case, Fellows, LinkageReport, Seed

KEY, NONE = Case("weekly", has_key=True), Case("weekly", has_key=False)
CONTROL = Case("weekly", has_key=True, is_control=True)
DAILY = Case("daily", has_key=True)
LOG = Case("weekly", has_key=True, has_log=True)
WORDS = Case("weekly", has_key=True, has_words=True)
FELLOWS = (Fellows(1, 80, 0.02, 0.03, 0.01),)


def _seeds(auc: float, *, links: float = 3.0) -> tuple[Seed, ...]:
    """Return the outcome of four worlds."""
    return tuple(Seed(n, auc, auc, "log", links + (n - 1.5) / 2, 5.0, 3.0) for n in range(4))


def _report() -> LinkageReport:
    """Return one that keeps every bound."""
    cases = {
        NONE: _seeds(0.5),
        KEY: _seeds(0.54),
        CONTROL: _seeds(0.7),
        DAILY: _seeds(0.7, links=9),
    }
    return LinkageReport("full", cases, FELLOWS, FELLOWS, (400, 410), {})


def test_a_report_within_bounds_holds() -> None:
    """It holds; daily images, the server's log and a member's words are printed, not bounded."""
    report = _report()
    more = {LOG: _seeds(0.9, links=15), WORDS: _seeds(0.9, links=15)}
    logged = replace(report, cases=report.cases | more)
    assert report.holds
    assert logged.holds
    assert not any("NOT KEPT" in line for line in report.lines())
    lines = "\n".join(logged.lines())
    assert "and the log of writes: inside AUC 0.900" in lines
    assert "and a member's words: inside AUC 0.900" in lines


@pytest.mark.parametrize(
    ("case", "seeds"),
    [
        (NONE, _seeds(0.551)),
        (KEY, _seeds(0.551)),
        (KEY, _seeds(0.5, links=6)),
        (CONTROL, _seeds(0.6)),
    ],
)
def test_each_bound_breaks(case: Case, seeds: tuple[Seed, ...]) -> None:
    """Too good an attacker, too many links, or a control that is not caught: it does not hold."""
    report = _report()
    broken = replace(report, cases=report.cases | {case: seeds})
    assert not broken.holds
    assert sum("NOT KEPT" in line for line in broken.lines()) == 1
    assert broken.to_json()["holds"] is False


def test_fellow_members_are_bounded() -> None:
    """More than five authors of a hundred named rightly break the bound."""
    fellows = tuple(replace(one, right=0.051) for one in FELLOWS)
    assert not replace(_report(), fellows=fellows).holds


def test_a_small_world_has_room_for_more_links() -> None:
    """What breaks the bound of the full world by less than three guesses is kept in a small one."""
    cases = _report().cases | {KEY: _seeds(0.5, links=3.9)}
    broken = replace(_report(), cases=cases)
    assert not broken.holds
    assert replace(broken, size="small").holds
