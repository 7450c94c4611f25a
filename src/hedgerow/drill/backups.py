# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let the running service make back-ups, and open them as somebody with the boot key does."""

import subprocess  # nosec -- this project's own command
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from hedgerow.drill.service import Place
from hedgerow.engines.vault import backup
from hedgerow.engines.vault.ring import Ring, decode_ring

EARLIER: Final = "drill.hbk"
LATER: Final = "later.hbk"
_COMMAND: Final = "hedgerow.cli.backup"


@dataclass(frozen=True, slots=True)
class BackUp:
    """Hold what the boot key opens in a back-up.

    Attributes:
        name: Of its file.
        ring: As it was when the back-up was made.
        database: The bytes of its database.
    """

    name: str
    ring: Ring
    database: bytes


def back_up(place: Place, name: str) -> str:
    """Make a back-up beside everything else, where this version can; say what came of it."""
    if find_spec(_COMMAND) is None:
        return "this version makes none"
    file = _folder(place) / name
    file.parent.mkdir(mode=0o700, exist_ok=True)
    command = ("hedgerow", "backup", "--home", str(place.home), str(file))
    done = subprocess.run(  # noqa: S603  # nosec -- this project's own command
        [sys.executable, "-P", "-m", *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=file.parent,
        env=place.environment(),
        check=False,
    )
    if done.returncode == 0 and file.stat().st_size:
        return "made, opened by the boot key, and searched"
    return f"the command ended with status {done.returncode}"


def _folder(place: Place) -> Path:
    return place.root / "backups"


def back_ups_in(place: Place, boot_key: bytes) -> Iterator[BackUp]:
    """Open every back-up there is.

    Raises:
        Damaged: "vault.backup_damaged", "vault.ring_damaged".
    """
    for file in sorted(_folder(place).glob("*.hbk")):
        yield opened(file, boot_key)


def opened(file: Path, boot_key: bytes) -> BackUp:
    """Open a back-up in memory.

    Raises:
        Damaged: "vault.backup_damaged", "vault.ring_damaged".
    """
    data = file.read_bytes()
    header = backup.decode_header(data[: backup.MOST_HEADER_BYTES])
    rows = (
        data[at : at + backup.ROW_BYTES] for at in range(header.length, len(data), backup.ROW_BYTES)
    )
    content = backup.Content(backup.open_rows(boot_key, rows, header=header))
    ring = decode_ring(content.field(4))
    return BackUp(file.name, ring, content.field(8))
