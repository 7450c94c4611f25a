# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check corrections for many tests, and that what cannot be tested says so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.engines.forensics.findings import (
    About,
    Finding,
    benjamini_hochberg,
    cannot_be_tested,
    decided,
    holm,
    with_holm,
)

ABOUT = About(
    method="m", title="M", model="", inclusion="", explanations=("one",), reference="somebody"
)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_holm_by_hand() -> None:
    """A worked example of four tests."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_benjamini_hochberg_by_hand() -> None:
    """The same example under the other correction."""
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])


@given(p_values=P_VALUES)
def test_corrections_only_raise_and_keep_the_order(p_values: list[float]) -> None:
    """Raw <= Benjamini-Hochberg <= Holm <= Bonferroni, each within 0 to 1."""
    given_p = np.array(p_values)
    low, high = benjamini_hochberg(given_p), holm(given_p)
    assert (given_p <= low + 1e-15).all()
    assert (low <= high + 1e-12).all()
    assert (high <= np.minimum(given_p * len(given_p), 1) + 1e-12).all()
    order = np.argsort(given_p)
    assert (np.diff(high[order]) >= 0).all()


def test_a_method_is_decided_by_its_corrected_p_values() -> None:
    """What is significant alone may not be among many; what was not tested stays."""
    one = Finding(
        about=ABOUT, label="a", outcome=decided(0.0006), units=9, dropped=0, p_value=0.0006
    )
    few = cannot_be_tested(ABOUT, "b", units=1, dropped=2, reason="few")
    many = with_holm([one, few, replace(one, p_value=0.2, outcome=decided(0.2))])
    assert [found.outcome for found in many] == [
        "not a finding",
        "cannot be tested",
        "not a finding",
    ]
    assert many[0].p_adjusted == pytest.approx(0.0012)
    assert many[0].adjusted_by == "Holm, 2 tests"
    assert many[1].details == {"reason": "few"}
    assert with_holm([one])[0].outcome == "finding"
