# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read and write random ids in addresses."""

from django.urls import register_converter

from hedgerow.kernel.addresses import from_address, to_address


class IdConverter:
    """Turn the eleven characters of an address into an id, and back."""

    regex = "[A-Za-z0-9_-]{11}"

    def to_python(self, value: str) -> int:
        """Return the id; what is no id gives ValueError, which Django answers with 404."""
        return from_address(value)

    def to_url(self, value: int) -> str:
        """Return the eleven characters."""
        return to_address(value)


register_converter(IdConverter, "id")
