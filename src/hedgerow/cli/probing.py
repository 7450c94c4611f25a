# SPDX-License-Identifier: AGPL-3.0-or-later
"""Look at a machine and the instance on it, without any words and without changing anything."""

import ctypes
import http.client
import os
import resource
import shutil
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from hedgerow.cli.control import ask, socket_path
from hedgerow.cli.facts import Answer, Facts
from hedgerow.kernel.errors import Busy, Refused
from hedgerow.store.backing import SUFFIX, back_ups_in
from hedgerow.store.instance import Costs, load
from hedgerow.store.machine import DATA
from hedgerow.store.memory import ACCEPT_SWAP, may_lock_enough
from hedgerow.store.ringfile import FILE_NAME as RING_NAME
from hedgerow.store.runtime import runtime_directory
from hedgerow.store.switching import is_untidy

_ACCEPTING: Final = (ACCEPT_SWAP, "HEDGEROW_ACCEPT_WRITE_ORDER")
_FOR_ALL: Final = 0o077
_NOT_SET: Final = 0x40
_TIMEX_BYTES: Final = 512
_ANSWER_S: Final = 10
_OPEN_PAGE: Final = "/"


def facts_of(home: Path, *, backups: Path | None, url: str) -> Facts:
    """Look at everything; Django is set up on the instance.

    Args:
        home: The instance.
        backups: Folder of back-ups, if one is known.
        url: By which people reach the instance, or nothing.
    """
    from django.conf import settings

    data = (home / DATA).resolve()
    files = list(files_of(home))
    kind, device = mount_of(data, mounts=_read("/proc/self/mountinfo"))
    room = shutil.disk_usage(data)
    now = time.time()
    dates, steps = _dates(home), _lacking_steps()
    is_demo, is_cheap = _described(home)
    return Facts(
        swaps=tuple(clear_swaps(_read("/proc/swaps"), is_hidden=_is_hidden)),
        is_service_locked=_is_service_locked(home),
        may_lock=may_lock_enough(),
        can_hibernate=_can_hibernate(),
        core_limit=resource.getrlimit(resource.RLIMIT_CORE)[1],
        core_pattern=_read("/proc/sys/kernel/core_pattern").strip(),
        open_paths=tuple(str(one) for one in files if one.lstat().st_mode & _FOR_ALL),
        foreign_paths=tuple(str(one) for one in files if one.lstat().st_uid != os.geteuid()),
        file_system=kind,
        is_flash=_is_flash(device),
        is_runtime_in_memory=_has_runtime(home),
        now=now,
        is_clock_kept=_is_clock_kept(),
        newest=max((one.stat().st_mtime for one in files if one.is_file()), default=0.0),
        ring_changed=(data / RING_NAME).stat().st_mtime,
        is_date_believed=bool(dates["is_believed"]) if dates else None,
        twins=int(dates["twins"]) if dates else 0,
        debug=bool(settings.DEBUG),
        accepted=tuple(one for one in _ACCEPTING if os.environ.get(one) == "1"),
        is_demo=is_demo,
        is_cheap=is_cheap,
        free=room.free,
        total=room.total,
        database=sum(one.stat().st_size for one in data.glob("hedgerow.sqlite3*")),
        backups=str(backups or ""),
        backup_ages=_ages_in(backups, now=now),
        is_untidy=is_untidy(home),
        has_database=steps is not None,
        lacking=tuple(steps or ()),
        server=_server_faults(os.environ.get("HEDGEROW_DATABASE_URL", "")),
        answer=answer_of(url) if url else None,
    )


def _read(path: str) -> str:
    """Return what the kernel says, or nothing where it does not."""
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def clear_swaps(table: str, *, is_hidden: Callable[[str], bool]) -> Iterator[str]:
    """Yield the swap areas of the kernel's table that lie on a disk in clear.

    Args:
        table: As /proc/swaps has it.
        is_hidden: Tells of a device whether it is encrypted or memory.
    """
    for line in table.splitlines()[1:]:
        name = line.split()[0] if line.split() else ""
        if name and not is_hidden(name):
            yield name


def _is_hidden(name: str) -> bool:
    """Tell whether a swap area is encrypted, or memory that was compressed."""
    device = Path(name).resolve().name
    uuid = _read(f"/sys/block/{device}/dm/uuid")
    return device.startswith("zram") or uuid.startswith("CRYPT-")


def _can_hibernate() -> bool:
    """Tell whether the kernel can hibernate, and has been told where to."""
    can = "disk" in _read("/sys/power/state").split()
    return can and _read("/sys/power/resume").strip() not in {"", "0:0"}


def files_of(home: Path) -> Iterator[Path]:
    """Yield the instance's folder and everything of the program's in it, not following links."""
    yield home
    for one in sorted(home.rglob("*")):
        if not one.is_symlink():
            yield one


def mount_of(folder: Path, *, mounts: str) -> tuple[str, str]:
    """Return the kind of the file system that a folder lies on, and its device's number.

    Args:
        folder: Without links.
        mounts: As /proc/self/mountinfo has them.
    """
    best = ("", "unknown", "")
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        point = fields[4].replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= len(best[0]):
            best = (point, right.split()[0], fields[2])
    return best[1], best[2]


def _is_flash(device: str) -> bool | None:
    """Tell whether a device does not turn; None where the kernel does not say."""
    for place in ("queue", "../queue"):
        told = _read(f"/sys/dev/block/{device}/{place}/rotational").strip()
        if told:
            return told == "0"
    return None


def _has_runtime(home: Path) -> bool:
    """Tell whether there is a usable runtime directory."""
    try:
        runtime_directory(home)
    except (Refused, OSError):
        return False
    return True


def _is_clock_kept() -> bool | None:
    """Tell whether the kernel knows its clock to be right; None where it cannot be asked."""
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    libc = ctypes.CDLL(None, use_errno=True)
    state = libc.adjtimex(buffer)
    # struct timex: modes, offset, freq, maxerror, esterror, status; the first is an int.
    status = ctypes.c_int.from_buffer(buffer, 5 * ctypes.sizeof(ctypes.c_long)).value
    return None if state < 0 else not status & _NOT_SET


def _dates(home: Path) -> dict[str, Any] | None:
    """Ask an open service for today, the last night, and what that found."""
    try:
        status = ask(home, {"ask": "status"})
        return ask(home, {"ask": "dates"}) if status and status["open"] else None
    except (Refused, Busy, OSError):
        return None


def _is_service_locked(home: Path) -> bool | None:
    """Tell whether the process behind the control socket keeps its memory locked."""
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(socket_path(home)))
        except (OSError, Refused):
            return None
        told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    number = struct.unpack("3i", told)[0]
    return locked_bytes(_read(f"/proc/{number}/status"))


def locked_bytes(status: str) -> bool | None:
    """Tell whether a process has memory that stays out of swap; None where nobody says.

    Args:
        status: Its /proc/PID/status.
    """
    for line in status.splitlines():
        name, _, value = line.partition(":")
        if name == "VmLck":
            return value.split()[0] != "0"
    return None


def _ages_in(folder: Path | None, *, now: float) -> tuple[float, ...]:
    """Return how old the back-ups in a folder are; those broken off do not count."""
    found = back_ups_in(folder) if folder else []
    return tuple(now - one.stat().st_mtime for one in found if one.suffix == SUFFIX)


def _described(home: Path) -> tuple[bool, bool]:
    """Tell whether an instance is made up, and whether its words are cheap."""
    instance = load(home)
    if instance is None:
        return False, False
    return instance.demo, instance.costs != Costs()


def _lacking_steps() -> list[str] | None:
    """Return the steps by which the tables differ from this version's; None without database."""
    from django.db import Error

    from hedgerow.store.upgrading import lacking_steps

    try:
        return lacking_steps()
    except Error:
        return None


def _server_faults(url: str) -> str:
    """Return what is wrong with the settings of a database server, if there is one."""
    if not url:
        return ""
    from hedgerow.store import postgresql

    try:
        postgresql.demand_careful(postgresql.settings_of(url), accepts_order=False)
    except Refused as error:
        return str(error.details.get("settings", error.code))
    return ""


def answer_of(url: str) -> Answer:
    """Ask for the front page over the address by which people come."""
    parts = urlsplit(url)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = made(parts.netloc, timeout=_ANSWER_S)
    try:
        line.request("GET", _OPEN_PAGE, headers={"Accept-Encoding": "gzip"})
        got = line.getresponse()
        headers = {name.lower(): value for name, value in got.getheaders()}
        return Answer(url, got.status, headers)
    except (OSError, ssl.SSLError, http.client.HTTPException):
        return Answer(url, 0, {})
    finally:
        line.close()
