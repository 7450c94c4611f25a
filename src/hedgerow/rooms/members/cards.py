# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw the address on a card as a QR code."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(address: str) -> SafeString:
    """Return the QR code of an address as an SVG element, sized by the style sheet.

    The drawing holds the address alone, never the words of the invitation: a photograph
    of the code invites nobody.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=2,
        svgclass="qr",
        lineclass=None,
    )
    # Segno draws from a fixed set of tags; the address is in it as squares, not as text.
    return mark_safe(out.getvalue().decode())  # noqa: S308  # nosec
