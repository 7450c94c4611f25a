# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change the vault's and the permissions' code wrongly, and count what the tests notice.

A seeded sample of all mutants is tried in a copy of the tree; each that no test notices is named on
stderr. It takes about an hour on two cores, so it is no part of CI.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

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
#: How many mutants of each part are tried.
SAMPLES = {"vault": 160, "permissions": 60}
WORKERS = 2
SEED = 1
_PATIENCE_S = 1800
_LEAST_SHARE = 0.9
_VAULT_TESTS = ("tests/engines", "tests/kernel", "tests/store/test_core.py", "tests/store/people")
_PERMISSION_TESTS = (
    "tests/pages/test_guard.py",
    "tests/pages/test_harness.py",
    "tests/pages/test_settings.py",
    "tests/rooms/members/test_permissions.py",
    "tests/rooms/members/test_receipts.py",
    "tests/rooms/members",
    "tests/store/people",
)


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


def _cases(paths: Sequence[str], *, tests: tuple[str, ...], count: int) -> list[_Case]:
    """Draw mutants of some modules, as many of each as it has places."""
    cases = [
        _Case(path, make, _nearest(path, tests))
        for path in paths
        for make in mutants_of((ROOT / path).read_text(encoding="utf-8"))
    ]
    return random.Random(SEED).sample(  # nosec -- for a measurement
        cases, min(count, len(cases))
    )


def _nearest(path: str, tests: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tests with those named after the module before all others."""
    name = Path(path).stem
    own = sorted(
        str(one.relative_to(ROOT))
        for test in tests
        for one in (ROOT / test).rglob(f"test_{name}*.py")
    )
    return (*own, *tests)


def run() -> Iterator[Figure]:
    """Try mutants of both parts and yield the shares that were noticed."""
    vault = [
        str(one.relative_to(ROOT))
        for one in sorted((ROOT / VAULT).glob("*.py"))
        if one.name != "__init__.py"
    ]
    permissions = [path for path in PERMISSIONS if (ROOT / path).exists()]
    parts = {
        "vault": _cases(vault, tests=_VAULT_TESTS, count=SAMPLES["vault"]),
        "permissions": _cases(permissions, tests=_PERMISSION_TESTS, count=SAMPLES["permissions"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        trees: Queue[Path] = Queue()
        for number in range(WORKERS):
            trees.put(_copy(Path(folder) / str(number)))
        for name, cases in parts.items():
            if _fails(trees.queue[0], cases[0].tests):
                message = f"the tests of {name} fail without any change"
                raise RuntimeError(message)
            killed = _tried(name, cases, trees)
            yield Figure(figure=f"mutants of {name} tried", value=len(cases), unit="mutants")
            yield Figure(
                figure=f"share noticed, {name}",
                value=killed / len(cases),
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


def _tried(name: str, cases: Sequence[_Case], trees: "Queue[Path]") -> int:
    """Try mutants, some at a time; return how many were noticed."""
    killed = 0
    with (
        ThreadPoolExecutor(WORKERS) as pool,
        show_progress(f"Mutants of {name}", total=len(cases)) as advance,
    ):
        for case, mutant, is_noticed in pool.map(lambda case: _try(case, trees), cases):
            killed += is_noticed
            if not is_noticed:
                sys.stderr.write(f"not noticed: {case.path}:{mutant.line} {mutant.what}\n")
            advance()
    return killed


def _try(case: _Case, trees: "Queue[Path]") -> tuple[_Case, Mutant, bool]:
    """Put a mutant into a tree, run its tests, and put the module back."""
    tree = trees.get()
    mutant, place = case.make(), tree / case.path
    try:
        place.write_text(mutant.source, encoding="utf-8")
        return case, mutant, _fails(tree, case.tests)
    finally:
        shutil.copy2(ROOT / case.path, place)
        trees.put(tree)


def _fails(tree: Path, tests: tuple[str, ...]) -> bool:
    """Tell whether tests fail in a tree; one that never ends has noticed something too."""
    options = ("-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header")
    environment = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree}"}
    environment.pop("HEDGEROW_HOME", None)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pytest", *options, *dict.fromkeys(tests)],
            cwd=tree,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0
