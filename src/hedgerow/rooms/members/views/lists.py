# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read which leaf of a long list somebody asks for."""

from django.http import HttpRequest

DIGITS = 5


def leaf_number(request: HttpRequest) -> int:
    """Return the number of the leaf in the address, 1 when there is none or it is no number."""
    asked = request.GET.get("leaf", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= DIGITS else 1
