# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read and write the public rows of letter-boxes; nothing here touches anything sealed."""

import hashlib
import json

from django.urls import reverse
from django.utils.translation import get_language

from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.intake.models import BoxText, LetterBox
from hedgerow.rooms.registration import WayIn

_SUM_BYTES = 16


def open_boxes() -> list[LetterBox]:
    """Return the boxes that take letters, by address."""
    return list(LetterBox.objects.filter(is_open=True).order_by("address"))


def box_at(address: str) -> LetterBox:
    """Return the box at an address, open or closed.

    Raises:
        NotFound: "letters.no_box".
    """
    box = LetterBox.objects.filter(address=address).first()
    if box is None:
        raise NotFound("letters.no_box")
    return box


def is_taken(address: str) -> bool:
    """Tell whether there is or was a box at an address; none is ever given twice."""
    return LetterBox.objects.filter(address=address).exists()


def text_of(box: LetterBox) -> BoxText:
    """Return what a box says in the reader's language."""
    return box.text_in(get_language() or "en")


def form_sum(box: LetterBox) -> bytes:
    """Return the checksum of a form, so that a letter says which questions it answers."""
    form = json.dumps([box.needed, box.texts], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(form.encode(), digest_size=_SUM_BYTES).digest()


def ways_in() -> list[WayIn]:
    """Return the open boxes as ways in for the front page."""
    return [
        WayIn(
            label=text_of(box).title,
            hint="",
            url=reverse("intake:box", kwargs={"address": box.address}),
        )
        for box in open_boxes()
    ]
