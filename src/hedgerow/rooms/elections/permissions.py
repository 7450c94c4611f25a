# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say who gets which status at each of the room's addresses."""

from functools import partial

from hedgerow.rooms.elections.observing_permissions import OBSERVING_PERMISSIONS
from hedgerow.rooms.registration import BOTH, DONE, PermissionRow, Role, in_group

_in_group = partial(in_group, "elections")


def _for_everybody(name: str) -> PermissionRow:
    """Open an address to everybody."""
    return PermissionRow(url_name=f"elections:{name}", otherwise=200)


_NEW: tuple[Role, ...] = ("probationer",)
_NOT_WRITING: tuple[Role, ...] = ("reader",)
_NOT_KEEPING: tuple[Role, ...] = ("probationer", "reader", "editor")
_READING: tuple[Role, ...] = ("probationer", "reader")

_HEADQUARTERS = (
    *(_in_group(name, hidden=_NEW) for name in ("watch", "codes", "shifts", "silent", "coverage")),
    _in_group("begin", *_NOT_KEEPING, methods=BOTH),
    _in_group("stop", *_NOT_KEEPING, methods=("POST",), posted=DONE),
    _in_group("watched-station", hidden=_NEW),
    _in_group("picture", hidden=_NEW),
    *(_in_group(name, "probationer", *_NOT_WRITING) for name in ("original", "covered")),
    _in_group("code", hidden=_NEW, methods=BOTH, post=dict.fromkeys(_READING, 403)),
    *(
        _in_group(name, "probationer", *_NOT_WRITING, methods=BOTH)
        for name in ("cards", "holder", "place", "hold", "rule", "second", "publish", "paste")
    ),
    _in_group("hours", "probationer", *_NOT_WRITING, methods=BOTH, posted=DONE),
    *(
        _in_group(name, "probationer", *_NOT_WRITING, methods=("POST",), posted=DONE)
        for name in ("forget", "withdraw", "withdraw-photograph", "look", "send-on")
    ),
)

_PUBLIC = tuple(
    _for_everybody(name)
    for name in (
        "list",
        "election",
        "station-list",
        "station",
        "photograph",
        "record",
        "contest",
        "comparison",
        "remote",
        "candidate",
        "forensics",
        "forensics-file",
        "file",
    )
)
_SETTING_UP = (
    _in_group("group"),
    _in_group("new", *_NOT_KEEPING, methods=BOTH),
    _in_group("setup", hidden=_NEW),
    _in_group("edit", *_NOT_KEEPING, methods=BOTH),
    _in_group("erase", *_NOT_KEEPING, methods=BOTH),
    _in_group("districts", *_NOT_KEEPING, methods=BOTH),
    _in_group("stations", hidden=_NEW),
    _in_group("import-stations", *_NOT_KEEPING, methods=BOTH),
    _in_group("new-contest", *_NOT_KEEPING, methods=BOTH),
    _in_group("edit-contest", *_NOT_KEEPING, methods=BOTH),
    _in_group("erase-contest", *_NOT_KEEPING, methods=BOTH),
    _in_group("candidates", *_NOT_KEEPING),
    _in_group("importing", *_NOT_KEEPING),
    _in_group("edit-candidate", *_NOT_KEEPING, methods=BOTH),
    _in_group("import-official", *_NOT_KEEPING, methods=BOTH),
    _in_group("make-forensics", *_NOT_KEEPING, methods=("POST",), posted=DONE),
)

PERMISSIONS = (*_PUBLIC, *_SETTING_UP, *_HEADQUARTERS, *OBSERVING_PERMISSIONS)
