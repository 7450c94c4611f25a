# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let Lighthouse look at every kind of page, in its phone profile, in Debian's Chromium.

Lighthouse comes from npm (lighthouse@12.8) and is looked for on the PATH, in
node_modules/.bin, or where HEDGEROW_LIGHTHOUSE says.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Figure
from benchmarks.running_demo import ROOT, RunningDemo, running_demo

BOUNDS = {"performance": 95.0, "accessibility": 100.0}
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"


def _program() -> str:
    """Return Lighthouse's program.

    Raises:
        RuntimeError: It is not installed.
    """
    found = os.environ.get("HEDGEROW_LIGHTHOUSE") or shutil.which("lighthouse")
    local = ROOT / "node_modules" / ".bin" / "lighthouse"
    if found or local.exists():
        return found or str(local)
    raise RuntimeError("install Lighthouse first: npm install lighthouse@12.8")


def _scores(demo: RunningDemo, kind: str, report: Path) -> dict[str, float]:
    """Return the scores of one page, from 0 to 100."""
    command = [
        *(_program(), demo.address + demo.pages[kind], "--quiet", "--output=json"),
        *(f"--output-path={report}", f"--chrome-flags={FLAGS}"),
        f"--only-categories={','.join(BOUNDS)}",
    ]
    if kind in demo.sealed:
        command.append(f"--extra-headers={json.dumps({'Cookie': demo.cookie})}")
    # Now and then Lighthouse loses its browser; then it is asked once more, three times in all.
    for is_last in (False, False, True):
        chromium = {**os.environ, "CHROME_PATH": "/usr/bin/chromium"}
        done = subprocess.run(command, check=is_last, env=chromium, timeout=180)
        if done.returncode == 0:
            break
    categories = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: 100 * categories[name]["score"] for name in BOUNDS}


def run() -> Iterator[Figure]:
    """Yield both scores of each kind of page."""
    with running_demo() as demo, tempfile.TemporaryDirectory() as folder:
        for kind in demo.pages:
            scores = _scores(demo, kind, Path(folder) / "report.json")
            for name, score in scores.items():
                yield Figure(
                    figure=f"{kind}: {name}",
                    value=score,
                    unit="points",
                    bound=BOUNDS[name],
                    is_bound_a_minimum=True,
                )
