# SPDX-License-Identifier: AGPL-3.0-or-later
"""Set up what holds for every test: quiet Hypothesis, no real instance, named lacks.

Fixtures of one area live in that area's own conftest.
"""

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir
from xdist.scheduler import LoadScopeScheduling

from hedgerow.cli.machine import lack_sentence, lacking_programs
from tests.databases import DATABASES

NEEDS = {
    "needs_chromium": "chromium",
    "needs_gettext": "xgettext",
    "needs_nginx": "nginx",
    "needs_postgresql": "PostgreSQL",
    "needs_tor": "tor",
}
#: Each makes something once: the demo, a quick drill, every page of a room, a server, a browser.
TOGETHER = (
    "tests/browser/",
    "tests/cli/test_demo_world.py",
    "tests/docs/test_errors_documented.py",
    "tests/drill/test_drill.py",
    "tests/pages/test_browser.py",
    "tests/rooms/elections/test_accessibility.py",
    "tests/rooms/members/test_accessibility.py",
    "tests/store/test_postgresql_server.py",
)
#: Each takes about a minute or more; none is left for the end, when one process would wait for it.
LONG = (
    "tests/cli/test_demo_build.py",
    "tests/cli/test_guide_steward.py",
    "tests/drill/linkage/test_small.py",
    "tests/drill/test_leaks.py",
    "tests/drill/test_raw.py",
    "tests/store/people/test_lives.py",
    "tests/store/people/test_tampering.py",
)
LACKING = lacking_programs()
MUST_RUN_ALL = os.environ.get("HEDGEROW_TEST_ALL") == "1"

# An example that failed may hold made-up secrets, so none is kept; what Hypothesis caches
# about Unicode and the code stays inside the virtual environment.
set_hypothesis_home_dir(Path(sys.prefix) / "hypothesis")
# No test times anything, nor does Hypothesis: a slow machine is no failure.
settings.register_profile(
    "dev",
    database=None,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=200, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the run choose its database."""
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default=os.environ.get("HEDGEROW_TEST_DATABASE", "sqlite"),
        help="Which database the tests are run on; HEDGEROW_TEST_DATABASE names the usual one.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run beside a real instance: tests create, renew and destroy rings.

    Start PostgreSQL where the run is on it; each process of a run has one of its own.
    """
    home = getattr(django_settings, "HEDGEROW_HOME", None)
    if home is not None and (Path(home) / "instance.json").exists():
        pytest.exit(
            f"There is an instance in {home}; run the tests by ./hedgerow test, which uses"
            " none, or set HEDGEROW_HOME to a folder that does not exist.",
            returncode=1,
        )
    is_distributor = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if config.getoption("--database") == "postgresql" and not is_distributor:
        if "PostgreSQL" in LACKING:
            pytest.exit(lack_sentence(["PostgreSQL"]), returncode=1)
        config.add_cleanup(DATABASES.end)
        DATABASES.use_postgresql()


class _Scheduler(LoadScopeScheduling):  # type: ignore[misc]  # it comes without types
    """Let one process run all that shares what takes a minute to make, and any the rest."""

    def _split_scope(self, nodeid: str) -> str:
        """Return what a test goes with: others of its folder or module, or itself alone."""
        return next((one for one in TOGETHER if nodeid.startswith(one)), nodeid)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; the rest stays in the order that was drawn."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduler:
    """Distribute tests to processes."""
    return _Scheduler(config, log)


@pytest.fixture(autouse=True)
def _reads_english() -> None:
    """Forget the language of the last page that a test's client fetched in this thread."""
    translation.deactivate()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test of another database, or whose program this machine lacks.

    Where all must run, one that lacks a program fails.
    """
    other = "postgresql_only" if DATABASES.server is None else "sqlite_only"
    if (apart := item.get_closest_marker(other)) is not None:
        pytest.skip(f"{other}: {apart.args[0]}")
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
