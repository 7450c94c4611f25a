# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carry an interrupted form in the page where one logs in again, sealed and stored nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from hedgerow.engines.vault.padding import pad_body, unpad
from hedgerow.engines.vault.primitives import is_equal, open_box, seal_box, sub
from hedgerow.kernel.canonical import Reader, u16, u32
from hedgerow.kernel.errors import BadInput, Damaged
from hedgerow.kernel.randomness import Randomness

MOST_BYTES = 256 * 1024
_CODE = "vault.carried_damaged"


@dataclass(frozen=True, slots=True)
class CarriedForm:
    """Hold what a form brought when its session was over.

    Attributes:
        path: The form's own address.
        fields: Names and values, in their order.
        files: Notes of files that were received with it.
        minute: When it was sent.
        cookie_mark: Ties it to the browser that sent it.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[bytes, ...]
    minute: int
    cookie_mark: bytes


def cookie_mark(carry: bytes, cookie: bytes) -> bytes:
    """Return the mark of a browser's old cookie under a carry."""
    return sub(carry, "cookie", cookie)


def _texts(texts: Iterable[bytes]) -> bytes:
    """Write byte strings with their lengths."""
    return b"".join(u32(len(text)) + text for text in texts)


def seal_form(form: CarriedForm, carry: bytes, *, random: Randomness) -> bytes:
    """Seal a form under the ring's carry; the Box has a Padmé size.

    Raises:
        BadInput: "form.too_long" above 256 KiB.
    """
    fields = [part.encode() for pair in form.fields for part in pair]
    content = b"".join(
        (
            u32(form.minute),
            form.cookie_mark,
            _texts([form.path.encode()]),
            u16(len(form.fields)),
            _texts(fields),
            u16(len(form.files)),
            _texts(form.files),
        )
    )
    if len(content) > MOST_BYTES:
        raise BadInput("form.too_long", limit=MOST_BYTES)
    return seal_box(carry, pad_body(content), "carry", random=random)


def _decode(content: bytes) -> CarriedForm:
    """Read a form's content."""
    reader = Reader(content, code=_CODE)
    minute, mark = reader.u32(), reader.take(32)
    path = reader.text(reader.u32())
    fields = tuple(
        (reader.text(reader.u32()), reader.text(reader.u32())) for _ in range(reader.u16())
    )
    files = tuple(reader.take(reader.u32()) for _ in range(reader.u16()))
    reader.end()
    return CarriedForm(path, fields, files, minute, mark)


def open_form(sealed: bytes, carries: Iterable[bytes], *, cookie: bytes) -> CarriedForm | None:
    """Open a form for the browser that sent it.

    Args:
        sealed: What the page carried.
        carries: The ring's carry and the one before.
        cookie: The browser's old cookie.

    Returns:
        The form, or None when no carry opens it or another browser brings it.
    """
    for carry in carries:
        try:
            form = _decode(unpad(open_box(carry, sealed, "carry")))
        except Damaged:
            continue
        return form if is_equal(form.cookie_mark, cookie_mark(carry, cookie)) else None
    return None
