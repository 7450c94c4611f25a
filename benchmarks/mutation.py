# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change the vault's and the permissions' code wrongly, and count what the tests notice.

A sample of all mutants, drawn with a seed that is printed, is tried in a copy of the tree, each by
the tests nearest to its module; each that no test notices is named on stderr. There is a time for
each part, together about twenty minutes on two cores: what it does not reach is said and counts
neither way. It is no part of CI.
"""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Literal

from benchmarks.harness import Figure
from benchmarks.worlds.mutants import Mutant, mutants_of
from hedgerow.cli.progress import show_progress

ROOT = Path(__file__).parents[1]
VAULT = "src/hedgerow/engines/vault"
PERMISSIONS = (
    "src/hedgerow/rooms/registration.py",
    "src/hedgerow/rooms/members/doors.py",
    "src/hedgerow/rooms/members/register.py",
    "src/hedgerow/rooms/members/middleware.py",
    "src/hedgerow/site/middleware.py",
    "src/hedgerow/site/harness.py",
    "src/hedgerow/store/roles.py",
    "src/hedgerow/store/space.py",
)
WORKERS = 2
SEED = 1
_LEAST_SHARE = 0.9
_PATIENCE_S = 300
#: How the summary names a test that failed, or a file that could not be read.
_NAMED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+(?:\[[^\s\]]*\](?= |$))?)", re.MULTILINE)
_MATRIX = "tests/rooms/members/test_permissions.py"
#: What is nearest to each module of the permissions, the quickest first.
NEAREST = {
    "registration.py": ("tests/pages/test_harness.py", "tests/pages/test_guard.py", _MATRIX),
    "register.py": ("tests/pages/test_harness.py", _MATRIX),
    "doors.py": (
        "tests/rooms/members/test_account.py",
        "tests/rooms/members/test_interrupted.py",
        "tests/rooms/members/test_joining.py",
        _MATRIX,
    ),
    "middleware.py": (
        "tests/pages/test_guard.py",
        "tests/pages/test_limits.py",
        "tests/pages/test_pages.py",
        "tests/pages/test_front_notices.py",
        _MATRIX,
    ),
    "harness.py": ("tests/pages/test_harness.py", "tests/pages/test_guard.py"),
    "roles.py": ("tests/store/people/test_joining.py", "tests/store/people/test_records.py"),
    "space.py": (
        "tests/store/people/test_records.py",
        "tests/store/people/test_joining.py",
        "tests/store/people/test_removal.py",
        "tests/store/people/test_handover.py",
        "tests/store/people/test_publishing.py",
        "tests/store/people/test_letters_teams.py",
        _MATRIX,
    ),
}
_VAULT_TESTS = "tests/engines/vault"
Fate = Literal["killed", "survived", "not reached"]


@dataclass(frozen=True, slots=True)
class Part:
    """Be one part of the code.

    Attributes:
        paths: Of its modules.
        sample: How many mutants are tried at most.
        seconds: How long they may take in all.
    """

    paths: tuple[str, ...]
    sample: int
    seconds: float


def parts() -> dict[str, Part]:
    """Return the parts by their names."""
    vault = sorted((ROOT / VAULT).glob("*.py"))
    return {
        "vault": Part(
            tuple(str(one.relative_to(ROOT)) for one in vault if one.name != "__init__.py"),
            sample=120,
            seconds=500,
        ),
        "permissions": Part(PERMISSIONS, sample=60, seconds=640),
    }


@dataclass(frozen=True, slots=True)
class _Case:
    """Be one mutant that is to be tried.

    Attributes:
        path: Of its module.
        make: Makes it.
        tests: What may notice it, the nearest first.
    """

    path: str
    make: Callable[[], Mutant]
    tests: tuple[str, ...]


def nearest(path: str) -> tuple[str, ...]:
    """Return the tests that are run on a module's mutants, the nearest first."""
    if not path.startswith(VAULT):
        return NEAREST[Path(path).name]
    own = sorted((ROOT / _VAULT_TESTS).glob(f"test_{Path(path).stem}*.py"))
    return (*(str(one.relative_to(ROOT)) for one in own), _VAULT_TESTS)


def _cases(part: Part) -> list[_Case]:
    """Draw mutants of a part's modules, as many of each as it has places."""
    cases = [
        _Case(path, make, nearest(path))
        for path in part.paths
        for make in mutants_of((ROOT / path).read_text(encoding="utf-8"))
    ]
    return random.Random(SEED).sample(  # nosec -- for a measurement
        cases, min(part.sample, len(cases))
    )


@dataclass(slots=True)
class Trial:
    """Try mutants of one part until its time is over.

    Attributes:
        trees: Copies of the project, one for each worker.
        deadline: When it is over, by the clock that never goes back.
    """

    trees: "Queue[Path]"
    deadline: float
    _sound: set[str] = field(default_factory=set)

    def left(self) -> float:
        """Return how many seconds are left."""
        return self.deadline - time.monotonic()

    def fate(self, case: _Case) -> tuple[_Case, Mutant | None, Fate]:
        """Put a mutant into a tree, run its tests, and put the module back.

        Raises:
            RuntimeError: The test that failed does so without the mutant too.
        """
        tree = self.trees.get()
        place = tree / case.path
        try:
            if self.left() <= 0:
                return case, None, "not reached"
            mutant = case.make()
            place.write_text(mutant.source, encoding="utf-8")
            failed = failing(tree, case.tests, timeout_s=min(_PATIENCE_S, self.left()))
            shutil.copy2(ROOT / case.path, place)
            # Tests that never end have noticed something too, but not those that were cut short.
            if failed is None and self.left() <= 0:
                return case, None, "not reached"
            if failed:
                self._demand_sound(tree, failed)
            return case, mutant, "survived" if failed == "" else "killed"
        finally:
            shutil.copy2(ROOT / case.path, place)
            self.trees.put(tree)

    def _demand_sound(self, tree: Path, test: str) -> None:
        """Demand that a test passes without any change; each is asked once."""
        if test not in self._sound:
            if failing(tree, (test,), timeout_s=None):
                message = f"{test} fails without any change"
                raise RuntimeError(message)
            self._sound.add(test)


def run() -> Iterator[Figure]:
    """Try mutants of both parts and yield what became of them."""
    yield Figure(figure="seed", value=SEED, unit="seed")
    with tempfile.TemporaryDirectory() as folder:
        trees: Queue[Path] = Queue()
        for number in range(WORKERS):
            trees.put(_copy(Path(folder) / str(number)))
        for name, part in parts().items():
            trial = Trial(trees, time.monotonic() + part.seconds)
            yield from _figures(name, _tried(name, _cases(part), trial))


def _figures(name: str, fates: Counter[Fate]) -> Iterator[Figure]:
    """Yield what became of a part's mutants; those not reached count neither way."""
    for fate in ("killed", "survived", "not reached"):
        yield Figure(figure=f"mutants of {name} {fate}", value=fates[fate], unit="mutants")
    tried = fates["killed"] + fates["survived"]
    yield Figure(
        figure=f"share noticed, {name}",
        value=fates["killed"] / tried if tried else 0.0,
        unit="share",
        bound=_LEAST_SHARE,
        is_bound_a_minimum=True,
    )


def _copy(folder: Path) -> Path:
    """Copy what tests need into a folder of its own."""
    for name in ("src", "tests", "tools", "benchmarks", "docs", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "hedgerow"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


def _tried(name: str, cases: Sequence[_Case], trial: Trial) -> Counter[Fate]:
    """Try mutants, some at a time; return how many came to which end."""
    fates: Counter[Fate] = Counter()
    with (
        ThreadPoolExecutor(WORKERS) as pool,
        show_progress(f"Mutants of {name}", total=len(cases)) as advance,
    ):
        for case, mutant, fate in pool.map(trial.fate, cases):
            fates[fate] += 1
            if fate == "survived" and mutant is not None:
                sys.stderr.write(f"survived: {case.path}:{mutant.line} {mutant.what}\n")
            advance()
    return fates


def failing(tree: Path, tests: tuple[str, ...], *, timeout_s: float | None) -> str | None:
    """Return the first test that fails in a tree, "" for none, None when they did not end."""
    options = ("-q", "-x", "-rfE", "--tb=no", "-p", "no:randomly", "-p", "no:cacheprovider")
    environment = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree}"}
    environment.pop("HEDGEROW_HOME", None)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pytest", *options, *dict.fromkeys(tests)],
            cwd=tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode == 0:
        return ""
    # Where not even the settings can be read, no test is named.
    named = _NAMED.search(done.stdout)
    return named[1] if named else tests[0]
