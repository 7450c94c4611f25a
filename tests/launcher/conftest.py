# SPDX-License-Identifier: AGPL-3.0-or-later
"""Build a small tree with the real launcher and a Python that only writes down its calls."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = [
    "basename",
    "cat",
    "chmod",
    "cksum",
    "cp",
    "dirname",
    "find",
    "id",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sh",
    "sleep",
    "sort",
    "touch",
]
# It answers as Python would to each thing the launcher asks, and logs one word for each.
STUB = """\
#!/bin/sh
log() {{ echo "$*" >>"{log}"; }}
case "$*" in
    --version) echo "Python ${{STUB_VERSION:-3.11.2}}" ;;
    *fcntl*) exec "{python}" "$@" ;;
    *version_info*) exit "${{STUB_TOO_OLD:-0}}" ;;
    *ensurepip*) exit "${{STUB_NO_VENV:-0}}" ;;
    "-m venv "*)
        log venv
        sleep "${{STUB_SLOW:-0}}"
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python"
        touch "$3/pyvenv.cfg" ;;
    *"-m pip"*)
        for last in "$@"; do :; done
        log "pip $(basename "$last")"
        [ -z "${{STUB_KILLED-}}" ] || kill -9 "$PPID"
        exit "${{STUB_PIP_STATUS:-0}}" ;;
    *compile_translations*)
        log compile
        find "$2" -name '*.po' | while read -r po; do cp "$po" "${{po%.po}}.mo"; done ;;
    "- "*) log link ;;
    "-P -m hedgerow"*)
        shift 3
        log "run $*"
        echo "ran:$*"
        exit "${{STUB_STATUS:-0}}" ;;
    *) log "unexpected $*"; exit 99 ;;
esac
"""


@dataclass(frozen=True)
class Tree:
    """A checkout as small as the launcher allows, and a machine with few programs."""

    root: Path
    programs: Path
    log: Path

    @property
    def catalogue(self) -> Path:
        """Return the one translation catalogue."""
        return self.root / "src" / "app" / "locale" / "ru" / "LC_MESSAGES" / "django.po"

    def environment(self, **stub: str) -> dict[str, str]:
        """Return the environment of a call, with STUB_ variables for the fake Python."""
        return {"PATH": str(self.programs), "HOME": str(self.root), **stub}

    def call(
        self, *arguments: str, path: Path | None = None, cwd: Path | None = None, **stub: str
    ) -> subprocess.CompletedProcess[str]:
        """Call the launcher and return what it said."""
        return subprocess.run(
            [str(path or self.root / "hedgerow"), *arguments],
            env=self.environment(**stub),
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    def calls(self) -> list[str]:
        """Return what the fake Python wrote down since the last time, and forget it."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Return a tree in a folder whose name has spaces and letters of two alphabets."""
    made = Tree(tmp_path / "a hedge ряд", tmp_path / "bin", tmp_path / "log")
    made.programs.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, f"{name} is missing"
        (made.programs / name).symlink_to(found)
    stub = made.programs / "python3"
    stub.write_text(STUB.format(log=made.log, python=sys.executable))
    stub.chmod(0o755)
    made.catalogue.parent.mkdir(parents=True)
    made.catalogue.write_text('msgid "a"\nmsgstr "б"\n')
    (made.root / "requirements").mkdir()
    for name in ("run", "test"):
        (made.root / "requirements" / f"{name}.txt").write_text(f"{name}==1\n")
    shutil.copy2(REPOSITORY / "hedgerow", made.root / "hedgerow")
    assert os.access(made.root / "hedgerow", os.X_OK)
    return made
