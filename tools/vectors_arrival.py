# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write the vector of what an observer's browser seals: a form, a long one, a sheet's text."""

import hashlib

from hedgerow.engines.vault import arrival, slips
from tools.vector_parts import Json, Seeded

_FORM = arrival.Sealed.FORM


def _seal(
    plain: bytes, public: bytes, *, kind: arrival.Sealed, week: int, random: Seeded
) -> tuple[bytes, bytes]:
    """Seal bytes; return the secret that was drawn for it, and what came out."""
    secret = random(32)

    def drawn(_size: int) -> bytes:
        return secret

    return secret, arrival.seal_arrival(plain, public, kind=kind, week=week, random=drawn)


def arrival_scenario(random: Seeded) -> Json:
    """Write an arrival pair, a slip, and a form and a text sealed to the pair."""
    hold, expiry_key, form_key, week = random(32), random(32), random(32), 2_960
    keys = arrival.arrival_keys(hold, week, expiry_key)
    slip = slips.Slip(random(16), 29_500_000, 31, 12_345, 3)
    written = slips.encode_slip(form_key, "m-2021", slip)
    head = slips.FormHead("/observe/turnout/x/", "", [("voted", "120")], [("a", "b/c", 3)])
    form = slips.encode_form(head, b"\xff\xd8\xff")
    sheet = slips.encode_sheet_text(slips.SheetText(written, True, (1_204, -1, 0, 355)))  # noqa: FBT003 -- a field
    long = bytes(arrival.CHUNK_BYTES + 1)
    secrets, seals = zip(
        *(
            _seal(plain, keys.public, kind=kind, week=week, random=random)
            for plain, kind in ((form, _FORM), (long, _FORM), (sheet, arrival.Sealed.TEXT))
        ),
        strict=True,
    )
    return {
        "hold": hold.hex(),
        "week": week,
        "expiry_key": expiry_key.hex(),
        "arrival_secret": keys.secret.hex(),
        "arrival_public": keys.public.hex(),
        "form_key": form_key.hex(),
        "address": "m-2021",
        "slip": written.hex(),
        "ephemeral_secrets": [drawn.hex() for drawn in secrets],
        "form": form.hex(),
        "sealed_form": seals[0].hex(),
        "sealed_65537_zeros_sha256": hashlib.sha256(seals[1]).hexdigest(),
        "sheet": sheet.hex(),
        "sealed_sheet": seals[2].hex(),
        "text": slips.spell_text(seals[2]),
    }
