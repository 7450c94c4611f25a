# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say who gets which status at the addresses of observers."""

from hedgerow.rooms.registration import ASKED, BOTH, UNFILLED, PermissionRow

_SHOWN, _AWAY = 200, 302


def _observed(name: str) -> PermissionRow:
    """Open an address to a device that knows a code; everybody else is asked for the words."""
    return PermissionRow(
        url_name=f"elections:observe-{name}", roles={"observer": _SHOWN}, otherwise=_AWAY
    )


def _sent_to(name: str) -> PermissionRow:
    """Let a device send a form; without a good token the form comes back."""
    return PermissionRow(
        url_name=f"elections:observe-{name}-send",
        methods=BOTH,
        otherwise=_AWAY,
        post={"observer": UNFILLED},
        post_otherwise=ASKED,
    )


OBSERVING_PERMISSIONS = (
    PermissionRow(
        url_name="elections:observe",
        methods=BOTH,
        roles={"observer": _AWAY},
        otherwise=_SHOWN,
        post_otherwise=UNFILLED,
    ),
    *(
        PermissionRow(url_name=f"elections:observe-{name}", otherwise=_SHOWN)
        for name in ("training", "waiting", "worker")
    ),
    PermissionRow(
        url_name="elections:observe-queue",
        methods=("POST",),
        post_otherwise=ASKED,
    ),
    PermissionRow(
        url_name="elections:observe-look",
        methods=("POST",),
        post={"observer": _AWAY},
        post_otherwise=ASKED,
    ),
    PermissionRow(
        url_name="elections:observe-leave",
        methods=BOTH,
        roles={"observer": _SHOWN},
        otherwise=_AWAY,
        post_otherwise=_AWAY,
    ),
    *(_observed(name) for name in ("station", "turnout", "happened", "sheet", "sent", "complaint")),
    *(_sent_to(name) for name in ("turnout", "happened", "sheet")),
)
