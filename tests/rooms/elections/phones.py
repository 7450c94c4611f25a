# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play what an observer's browser does without network: seal a form, and send it later."""

from typing import Any

from hedgerow.drill.rooms.waiting import QUEUE, SEALED_TYPE, decoded, seal_to_page, sealed_form
from hedgerow.engines.vault.arrival import Sealed
from hedgerow.engines.vault.slips import SheetText, encode_sheet_text
from hedgerow.engines.vault.slips import spell_text as spelt
from tests.rooms.members.browsers import Page, Somebody

Photograph = tuple[str, bytes]


def sealed(
    page: Page,
    *photographs: Photograph,
    path: str = "",
    sizes: Any = (),
    **typed: Any,
) -> bytes:
    """Seal the form of a page, as it would wait on the phone.

    Args:
        page: The form's.
        photographs: Names and bytes.
        path: Where it is sent in place of where the page says.
        sizes: Of the photographs, in place of their own.
        typed: What is filled in, or stands in place of what the page has.
    """
    return sealed_form(path or page.action, {**page.fields, **typed}, photographs, sizes=sizes)


def deliver(who: Somebody, body: bytes, *, kind: str = SEALED_TYPE) -> tuple[int, dict[str, Any]]:
    """Send what waited; return status and what was said."""
    response = who.client.post(QUEUE, body, content_type=kind)
    return response.status_code, response.json()


def as_text(page: Page, *values: int, is_confirmed: bool = False, slip: bytes = b"") -> str:
    """Make the sealed text of a sheet's page."""
    sheet = SheetText(slip or decoded(page.fields["slip"]), is_confirmed, values)
    return spelt(seal_to_page(page.fields["arrival"], encode_sheet_text(sheet), Sealed.TEXT))
