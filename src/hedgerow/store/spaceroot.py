# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what a space is to the member who has it open: name, role, and what that allows."""

from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import MemberId, SpaceId
from hedgerow.store import cards
from hedgerow.store.reading import Opened
from hedgerow.store.roles import Role


class SpaceRoot:
    """Be a space, as far as who one is there."""

    def __init__(self, opened: Opened) -> None:
        """Keep what was opened."""
        self._opened = opened

    @property
    def id(self) -> SpaceId:
        """Return the id that stands in addresses."""
        return self._opened.space_id

    @property
    def name(self) -> str:
        """Return the name of the space."""
        return self._opened.head.name

    @property
    def role(self) -> Role:
        """Return one's own role."""
        return self._opened.role

    @property
    def my_id(self) -> MemberId:
        """Return one's own id in this space, which no other space knows."""
        return self._opened.member_id

    @property
    def my_name(self) -> str:
        """Return the name one goes by here."""
        return cards.name_of(self._opened, self.my_id)

    @property
    def is_keeper(self) -> bool:
        """Say whether one is a keeper."""
        return self.role is Role.KEEPER

    @property
    def can_write(self) -> bool:
        """Say whether one may write records."""
        return self.role.can_write

    @property
    def is_stale(self) -> bool:
        """Say whether somebody left and the keys are still those from before."""
        return self._opened.roster.is_stale

    @property
    def restored_notice(self) -> int | None:
        """Return the minute of a restore that no keeper has confirmed here, or None."""
        return self._opened.unconfirmed_restore()

    def demand_keeper(self) -> None:
        """Refuse whoever is no keeper by "space.keepers_only"."""
        if not self.is_keeper:
            raise Refused("space.keepers_only")

    def demand_writer(self) -> None:
        """Refuse whoever may not write by "space.may_not"."""
        if not self.can_write:
            raise Refused("space.may_not")
