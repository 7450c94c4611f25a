# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry a form whose session is over through the page where one logs in again.

Nothing is stored: the text travels sealed under the ring's carry in a hidden field, and
only the browser that sent it gets it back. Files travel by their notes.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest

from hedgerow.engines.vault.carried import CarriedForm, cookie_mark, open_form, seal_form
from hedgerow.engines.vault.files import chunk_ids, decode_note, encode_note
from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import BadInput, Busy, Damaged
from hedgerow.store.machine import machine
from hedgerow.store.uploads import SealedUpload

_LEFT_OUT: Final = {"csrfmiddlewaretoken", "kept", "words"}


@dataclass(frozen=True, slots=True)
class Carried:
    """Hold a form that came back.

    Attributes:
        path: Its own address.
        fields: What was typed.
        files: What was received with it, sealed already.
    """

    path: str
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[SealedUpload, ...] = ()


def carry(request: HttpRequest, *, cookie: str) -> str:
    """Return the value of the hidden field that carries a form.

    Args:
        request: The POST whose session is over.
        cookie: The browser's old cookie; nothing typed as words is carried.

    Returns:
        Text for a hidden field; empty when there is no cookie to tie it to, or more than
        256 KiB was typed.
    """
    if not cookie:
        return ""
    uploads = [
        one
        for _name, files in request.FILES.lists()
        for one in files
        if isinstance(one, SealedUpload)
    ]
    fields = tuple(
        (name, value)
        for name, values in request.POST.lists()
        if name not in _LEFT_OUT
        for value in map(str, values)
    )
    return keep(request.path, fields, uploads, cookie=cookie)


def keep(
    path: str,
    fields: Iterable[tuple[str, str]],
    uploads: Iterable[SealedUpload],
    *,
    cookie: str,
) -> str:
    """Return the same for a form that came by another way, or empty without a cookie."""
    if not cookie:
        return ""
    notes = tuple(encode_note(upload.note) for upload in uploads if _lasts(upload))
    return _sealed(path, tuple(fields), notes, cookie=cookie)


def _lasts(upload: SealedUpload) -> bool:
    """Write what of a file was not written yet; tell whether it will be there for another try."""
    try:
        upload.settle()
    except Busy:
        return False
    return True


def _sealed(
    path: str, fields: tuple[tuple[str, str], ...], files: tuple[bytes, ...], *, cookie: str
) -> str:
    """Seal a form for the browser of a cookie; empty when it is too long."""
    present = machine()
    form = CarriedForm(
        path=path,
        fields=fields,
        files=files,
        minute=minute_now(present.clock),
        cookie_mark=cookie_mark(present.ring.carry, cookie.encode()),
    )
    try:
        sealed = seal_form(form, present.ring.carry, random=present.random)
    except BadInput:
        return ""
    return base64.urlsafe_b64encode(sealed).decode()


def restore(value: str, *, cookie: str) -> Carried | None:
    """Return the form that a hidden field carried, or None when it is not this browser's."""
    if not value or not cookie:
        return None
    try:
        sealed = base64.b64decode(value, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    ring = machine().ring
    form = open_form(sealed, (ring.carry, ring.carry_before), cookie=cookie.encode())
    if form is None:
        return None
    return Carried(form.path, dict(form.fields), upload_of(form.files))


def upload_of(notes: tuple[bytes, ...]) -> tuple[SealedUpload, ...]:
    """Return files from their notes; one that does not parse is left out."""
    uploads: list[SealedUpload] = []
    for note in notes:
        try:
            decoded = decode_note(note)
        except Damaged:
            continue
        uploads.append(SealedUpload(decoded, chunk_ids=tuple(chunk_ids(decoded))))
    return tuple(uploads)


def hold(upload: SealedUpload, *, cookie: str) -> str:
    """Return the value of a hidden field that keeps a received file over another try.

    Empty where there is no room to keep it: then it must be chosen again.
    """
    return _sealed("", (), (encode_note(upload.note),), cookie=cookie) if _lasts(upload) else ""


def held(value: str, *, cookie: str) -> SealedUpload | None:
    """Return the file that a hidden field kept, or None when it is not this browser's."""
    kept = restore(value, cookie=cookie)
    return kept.files[0] if kept is not None and kept.files else None
