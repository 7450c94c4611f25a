# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give a form what lets it wait on a phone: its slip, the arrival key, and spare tokens.

Of a page that is open several reports can be made without network; each takes the next token.
"""

import json
from typing import Final

from django.urls import reverse

from hedgerow.rooms.elections.observing_kinds import Reporting, Sheet
from hedgerow.store import arrivals, formtokens

SPARES: Final = 7


def form_context(kind: Reporting, token: str, *, forms: str) -> dict[str, object]:
    """Return what a form's page needs.

    Args:
        kind: What is reported.
        token: Of the form.
        forms: What its token is of.
    """
    spares = [_place(kind, formtokens.make_token(forms)) for _ in range(SPARES)]
    action, slip = _place(kind, token)
    return {
        "action": action,
        "slip": slip,
        "spares": json.dumps(spares),
        "arrival": arrivals.arrival_key(kind.seat.device.last_day),
    }


def _place(kind: Reporting, token: str) -> tuple[str, str]:
    """Return where the form of a token is sent, and its slip."""
    device = kind.seat.device
    slip = arrivals.slip_for(
        token,
        device.name,
        code=device.number,
        station=device.station,
        contest=kind.contest.pk if isinstance(kind, Sheet) else 0,
    )
    arguments = {**kind.address(), "token": token}
    return reverse(f"elections:{kind.name}-send", kwargs=arguments), slip
