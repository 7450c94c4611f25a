# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show a photograph to everybody, and take it back.

That somebody did it is sealed first, as with rulings; the public row comes second.
"""

import hashlib
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.db.models import F

from hedgerow.kernel.clock import minute_now
from hedgerow.rooms.elections import covering
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.models import Election, PublishedPhotograph, Station
from hedgerow.rooms.elections.rulings import explain
from hedgerow.store.machine import machine

_MINUTES_AN_HOUR: Final = 60
_SHORT: Final = 12


def show_photograph(
    headquarters: Headquarters, station: Station, *, data: bytes, cells: Collection[str]
) -> None:
    """Show a photograph with some cells black; one shown before is shown as it is now.

    Args:
        headquarters: Who shows it.
        station: Which station it is of.
        data: The photograph as it came.
        cells: Names of the cells that are covered.

    Raises:
        BadInput: "photograph.unreadable".
    """
    content = covering.covered(data, cells)
    digest = hashlib.sha256(content).hexdigest()
    explain(headquarters, station, act="photograph", detail=digest[:_SHORT])
    fields = {
        "content": content,
        "digest": digest,
        "hour": minute_now(machine().clock) // _MINUTES_AN_HOUR,
    }
    original = hashlib.sha256(data).hexdigest()
    PublishedPhotograph.objects.update_or_create(
        station=station, original_digest=original, defaults=fields
    )


def withdraw_photograph(headquarters: Headquarters, station: Station, *, number: int) -> None:
    """Take a photograph back; one that is not there is none any more."""
    found = PublishedPhotograph.objects.filter(station=station, pk=number).first()
    if found is not None:
        _take_back(headquarters, found)


def withdraw_photographs_of(headquarters: Headquarters, code: int) -> None:
    """Take back every photograph that came by a card and that everybody sees."""
    side = headquarters.space.observer(headquarters.election.address, code)
    sums = {file.digest.hex() for letter in side.messages() for file in letter.files}
    shown = PublishedPhotograph.objects.filter(
        station__election=headquarters.election, original_digest__in=sums
    )
    for one in shown.select_related("station").defer("content"):
        _take_back(headquarters, one)


def _take_back(headquarters: Headquarters, photograph: PublishedPhotograph) -> None:
    """Take a photograph back; the public record counts it, and does not say which it was."""
    detail = photograph.digest[:_SHORT]
    explain(headquarters, photograph.station, act="photograph-back", detail=detail)
    with transaction.atomic():
        gone, _kinds = PublishedPhotograph.objects.filter(pk=photograph.pk).delete()
        Election.objects.filter(pk=headquarters.election.pk).update(
            photographs_back=F("photographs_back") + gone
        )
