# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let small worlds live in a real store: the bounds hold, and the control is caught."""

import pytest

from hedgerow.drill.linkage import run

pytestmark = pytest.mark.sqlite_only("makes stores of its own")


def test_a_small_world_keeps_its_bounds() -> None:
    """Images and boot key say little; where keyrings change at the act, the same attacker knows."""
    report = run("small")
    assert report.holds, "\n".join(report.lines())
    assert min(report.members) >= 80
    control = next(one for one in report.bounds if "control" in one.what)
    assert control.value > control.bound
