# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be a telephone on which an observer's reports wait, sealed, and send them."""

import base64
import os
from collections.abc import Mapping, Sequence
from typing import Final

from hedgerow.engines.vault.arrival import Sealed, seal_arrival
from hedgerow.engines.vault.slips import FormHead, encode_form

QUEUE: Final = "/observe/queue/"
SEALED_TYPE: Final = "application/octet-stream"
_PICTURE: Final = "image/jpeg"
_LEFT_OUT: Final = frozenset({"slip", "arrival", "csrfmiddlewaretoken"})


def decoded(text: str) -> bytes:
    """Read base64url without filling."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def seal_to_page(arrival: str, plain: bytes, kind: Sealed) -> bytes:
    """Seal bytes to the arrival key of a page, as its script does."""
    key = decoded(arrival)
    week = int.from_bytes(key[:2], "big")
    return seal_arrival(plain, key[2:], kind=kind, week=week, random=os.urandom)


def sealed_form(
    path: str,
    values: Mapping[str, str],
    photographs: Sequence[tuple[str, bytes]] = (),
    *,
    sizes: Sequence[int] = (),
) -> bytes:
    """Seal a form as it waits on a telephone.

    Args:
        path: Where it is to be sent.
        values: Its fields, with slip and arrival key.
        photographs: Names and bytes.
        sizes: What is said of the photographs' sizes, where that is not the truth.
    """
    fields = [(name, value) for name, value in values.items() if name not in _LEFT_OUT]
    said = sizes or [len(content) for _name, content in photographs]
    files = [(name, _PICTURE, size) for (name, _c), size in zip(photographs, said, strict=True)]
    head = FormHead(path, values["slip"], fields, files)
    plain = encode_form(head, b"".join(content for _name, content in photographs))
    return seal_to_page(values["arrival"], plain, Sealed.FORM)
