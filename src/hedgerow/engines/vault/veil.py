# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cover pages of keyrings with a key that members share, so that a night can renew them all.

Under the boot key alone a keyring that was written anew would tell that its owner came. A
*veil* is a second seal over every page. Each page carries the veil's key in a *slot* that
the owner's words open; a server on which somebody came since it was switched on has it in
memory, and its nights seal every page again, also of those who did not come.
"""

from collections.abc import Iterable
from typing import Final

from hedgerow.engines.vault.locker import LockerClass
from hedgerow.engines.vault.padding import pad, unpad
from hedgerow.engines.vault.primitives import (
    BOX_OVERHEAD,
    KEY_BYTES,
    NONCE_BYTES,
    TAG_BYTES,
    open_aead,
    open_box,
    seal_aead,
    seal_box,
    sub,
)
from hedgerow.kernel.errors import Damaged
from hedgerow.kernel.randomness import Randomness

SLOT_BYTES: Final = KEY_BYTES + BOX_OVERHEAD
_LABEL: Final = "keyring-veil"
_PADDED_BYTES: Final = (
    LockerClass.LARGE.inner_bytes - SLOT_BYTES - NONCE_BYTES - TAG_BYTES - BOX_OVERHEAD
)


def _slot(veil: bytes, *, kek: bytes, page: int) -> bytes:
    """Seal a veil's key for the owner of a page: always the same bytes.

    The nonce comes from all that is sealed, so that one nonce never serves two contents; a
    slot with a fresh one would tell each time that its owner came.
    """
    nonce = sub(kek, "veil-nonce", page, veil)[:NONCE_BYTES]
    return seal_box(kek, veil, _LABEL, page, random=lambda _size: nonce)


def _covered(veil: bytes, bare: bytes, *, tag: bytes, random: Randomness) -> bytes:
    """Seal what is under the veil, tied to the page's true tag."""
    nonce = random(NONCE_BYTES)
    return nonce + seal_aead(veil, bare, nonce=nonce, associated=tag)


def _uncovered(veil: bytes, inner: bytes, *, tag: bytes) -> bytes:
    """Open what is under the veil.

    Raises:
        Damaged: "vault.box_refused".
    """
    start = SLOT_BYTES + NONCE_BYTES
    return open_aead(veil, inner[start:], nonce=inner[SLOT_BYTES:start], associated=tag)


def seal_veiled(
    content: bytes, *, veil: bytes, kek: bytes, page: int, tag: bytes, random: Randomness
) -> bytes:
    """Seal a page of a keyring into the inner of a large locker.

    Args:
        content: At most 7,975 bytes.
        veil: 32 bytes that members share.
        kek: The account's own key.
        page: Counted from 0.
        tag: The page's true tag.
        random: Where nonces come from.
    """
    bare = seal_box(kek, pad(content, _PADDED_BYTES), "keyring", page, random=random)
    slot = _slot(veil, kek=kek, page=page)
    return slot + _covered(veil, bare, tag=tag, random=random)


def veil_in(inner: bytes, *, kek: bytes, page: int) -> bytes | None:
    """Return the veil over a page, or None where there is none, or the words are others."""
    try:
        return open_box(kek, inner[:SLOT_BYTES], _LABEL, page)
    except Damaged:
        return None


def open_veiled(inner: bytes, *, veil: bytes, kek: bytes, page: int, tag: bytes) -> bytes:
    """Open a page of a keyring under its veil.

    Raises:
        Damaged: "vault.box_refused" or "vault.padding".
    """
    return unpad(open_box(kek, _uncovered(veil, inner, tag=tag), "keyring", page))


def _under(inner: bytes, veils: Iterable[bytes], tag: bytes) -> tuple[bytes, bytes] | None:
    """Return the veil over an inner and what is under it, or None where none fits."""
    for veil in veils:
        try:
            return veil, _uncovered(veil, inner, tag=tag)
        except Damaged:
            continue
    return None


def bare_of(inner: bytes, *, veils: Iterable[bytes], tag: bytes) -> bytes | None:
    """Return what is under the veil of an inner, still sealed, or None where no veil fits.

    Args:
        inner: Of a large locker.
        veils: Those that are known.
        tag: The locker's true tag.
    """
    found = _under(inner, veils, tag)
    return found[1] if found else None


def renewed(inner: bytes, *, veils: Iterable[bytes], tag: bytes, random: Randomness) -> bytes:
    """Seal an inner's veil again, if it has one that is known; else return it as it is."""
    found = _under(inner, veils, tag)
    if found is None:
        return inner
    veil, bare = found
    return inner[:SLOT_BYTES] + _covered(veil, bare, tag=tag, random=random)
