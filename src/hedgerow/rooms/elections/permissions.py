# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say who gets which status at each of the room's addresses."""

from collections.abc import Mapping

from hedgerow.rooms.elections.observing_permissions import OBSERVING_PERMISSIONS
from hedgerow.rooms.registration import PermissionRow, Role

BOTH = ("GET", "POST")
_HERE: tuple[Role, ...] = ("probationer", "reader", "editor", "keeper")
_UNFILLED, _ENTER, _ASKED = 422, 302, 403


def in_group(
    name: str,
    *refused: Role,
    hidden: tuple[Role, ...] = (),
    methods: tuple[str, ...] = ("GET",),
    posted: int = _UNFILLED,
    post: Mapping[Role, int] | None = None,
) -> PermissionRow:
    """Open an address to the members of its group but some roles; others learn nothing: 404."""
    closed: dict[Role, int] = dict.fromkeys(hidden, 404)
    closed |= dict.fromkeys(refused, 403)
    closed |= {"other_member": 404, "ex_member": 404}
    return PermissionRow(
        url_name=f"elections:{name}",
        methods=methods,
        roles=dict.fromkeys(_HERE, 200) | closed,
        otherwise=_ENTER,
        post=dict.fromkeys(_HERE, posted) | closed | dict(post or {}),
        post_otherwise=_ASKED,
    )


def for_everybody(name: str) -> PermissionRow:
    """Open an address to everybody."""
    return PermissionRow(url_name=f"elections:{name}", otherwise=200)


_NEW: tuple[Role, ...] = ("probationer",)
_NOT_WRITING: tuple[Role, ...] = ("reader",)
_NOT_KEEPING: tuple[Role, ...] = ("probationer", "reader", "editor")
_READING: tuple[Role, ...] = ("probationer", "reader")

_HEADQUARTERS = (
    *(in_group(name, hidden=_NEW) for name in ("watch", "codes", "silent", "coverage")),
    in_group("begin", *_NOT_KEEPING, methods=BOTH),
    in_group("stop", *_NOT_KEEPING, methods=("POST",), posted=302),
    in_group("watched-station", hidden=_NEW),
    in_group("picture", hidden=_NEW),
    *(in_group(name, "probationer", *_NOT_WRITING) for name in ("original", "covered")),
    in_group("code", hidden=_NEW, methods=BOTH, post=dict.fromkeys(_READING, 403)),
    *(
        in_group(name, "probationer", *_NOT_WRITING, methods=BOTH)
        for name in ("cards", "holder", "place", "hold", "rule", "publish")
    ),
    *(
        in_group(name, "probationer", *_NOT_WRITING, methods=("POST",), posted=302)
        for name in ("forget", "withdraw", "withdraw-photograph")
    ),
)

_PUBLIC = tuple(
    for_everybody(name)
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
    in_group("group"),
    in_group("new", *_NOT_KEEPING, methods=BOTH),
    in_group("setup", hidden=_NEW),
    in_group("edit", *_NOT_KEEPING, methods=BOTH),
    in_group("erase", *_NOT_KEEPING, methods=BOTH),
    in_group("districts", *_NOT_KEEPING, methods=BOTH),
    in_group("stations", hidden=_NEW),
    in_group("import-stations", *_NOT_KEEPING, methods=BOTH),
    in_group("new-contest", *_NOT_KEEPING, methods=BOTH),
    in_group("edit-contest", *_NOT_KEEPING, methods=BOTH),
    in_group("erase-contest", *_NOT_KEEPING, methods=BOTH),
    in_group("candidates", *_NOT_KEEPING),
    in_group("edit-candidate", *_NOT_KEEPING, methods=BOTH),
    in_group("import-official", *_NOT_KEEPING, methods=BOTH),
    in_group("make-forensics", *_NOT_KEEPING, methods=("POST",), posted=302),
)

PERMISSIONS = (*_PUBLIC, *_SETTING_UP, *_HEADQUARTERS, *OBSERVING_PERMISSIONS)
