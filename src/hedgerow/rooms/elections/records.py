# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the values this room seals in a group: which election the group runs.

Kind numbers never change; those of this room lie from 0x0401 to 0x04FF.
"""

from dataclasses import dataclass

from hedgerow.store.kinds import kind


@kind(number=0x0401, version=1, in_open_page=True)
@dataclass(frozen=True, slots=True)
class Running:
    """Say which election a group runs; its title is that of the election.

    Whoever comes in later, and reads from then on, works on it too.

    Attributes:
        address: Of the election.
    """

    address: str

    def search_text(self) -> str:
        """Return nothing: its title says it."""
        return ""
