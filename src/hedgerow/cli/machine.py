# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look for programs that some tests need and a machine may lack."""

import shutil
from pathlib import Path

# What is looked for → how Debian calls the package that brings it.
PACKAGES = {
    "chromium": "chromium",
    "PostgreSQL": "postgresql",
    "xgettext": "gettext",
    "nginx": "nginx-light",
    "tor": "tor",
}


def chromium_path() -> str | None:
    """Return where the browser is, or None."""
    return shutil.which("chromium")


def postgresql_folder(*, versions: Path = Path("/usr/lib/postgresql")) -> Path | None:
    """Return the folder of the newest PostgreSQL's programs, or None.

    Args:
        versions: Where Debian keeps one folder for each major version, outside PATH.
    """
    found = [path for path in versions.glob("*/bin/initdb") if path.is_file()]
    if found:
        return max(found, key=lambda path: int(path.parts[-3])).parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


def nginx_path() -> str | None:
    """Return where nginx is, or None; Debian puts it outside an ordinary user's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def lacking_programs() -> list[str]:
    """Name what this machine lacks, in the order of PACKAGES."""
    found: dict[str, object] = {
        "chromium": chromium_path(),
        "PostgreSQL": postgresql_folder(),
        "xgettext": shutil.which("xgettext"),
        "nginx": nginx_path(),
        "tor": shutil.which("tor"),
    }
    return [name for name in PACKAGES if not found[name]]


def lack_sentence(names: list[str]) -> str:
    """Say in one sentence what is missing and what brings it."""
    packages = " ".join(PACKAGES[name] for name in names)
    return (
        f"This machine lacks {' and '.join(names)}, so tests that need it did not run"
        f" (Debian: apt install {packages})."
    )
