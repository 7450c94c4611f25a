# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set up what holds for every test: quiet Hypothesis, no real instance, named lacks.

Fixtures of one area live in that area's own conftest.
"""

import os
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from hedgerow.cli.machine import lack_sentence, lacking_programs

NEEDS = {
    "needs_chromium": "chromium",
    "needs_gettext": "xgettext",
    "needs_postgresql": "PostgreSQL",
}
LACKING = lacking_programs()
MUST_RUN_ALL = os.environ.get("HEDGEROW_TEST_ALL") == "1"

# An example that failed may hold made-up secrets, so none is kept; what Hypothesis caches
# about Unicode and the code stays inside the virtual environment.
set_hypothesis_home_dir(Path(sys.prefix) / "hypothesis")
settings.register_profile("dev", database=None, deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    database=None,
    deadline=None,
    max_examples=200,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure() -> None:
    """Refuse to run beside a real instance: tests create, renew and destroy rings."""
    home = getattr(django_settings, "HEDGEROW_HOME", None)
    if home is not None and (Path(home) / "instance.json").exists():
        pytest.exit(
            f"There is an instance in {home}; run the tests by ./hedgerow test, which uses"
            " none, or set HEDGEROW_HOME to a folder that does not exist.",
            returncode=1,
        )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program this machine lacks, or fail it where all must run."""
    for marker, program in NEEDS.items():
        if program in LACKING and item.get_closest_marker(marker):
            if MUST_RUN_ALL:
                pytest.fail(lack_sentence([program]), pytrace=False)
            pytest.skip(lack_sentence([program]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly at the end what this machine lacks."""
    if LACKING:
        terminalreporter.section("lacking", sep="!", red=True, bold=True)
        terminalreporter.line(lack_sentence(LACKING), red=True, bold=True)
