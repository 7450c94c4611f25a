# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give rooms what a space does to watch an election."""

from collections.abc import Sequence

from hedgerow.engines.vault.observing import Figure
from hedgerow.store import watching
from hedgerow.store.spaceletters import SpaceLetters
from hedgerow.store.watching import IssuedCode, ObserverSide, Watch


class SpaceWatch(SpaceLetters):
    """Be a space with the elections it watches."""

    def open_watch(self, name: str, *, last_day: int, until_day: int) -> None:
        """Begin to watch an election, as a keeper.

        Args:
            name: Its address, at most 48 bytes.
            last_day: On which devices may report.
            until_day: After the week of this day nobody can read what was reported.

        Raises:
            Refused: "space.keepers_only", "observers.address_taken", "vault.space_full".
            BadInput: "vault.address_too_long".
        """
        self.demand_keeper()
        watching.open_watch(self._opened, name, last_day=last_day, until_day=until_day)

    def set_watch_day(self, name: str, *, last_day: int) -> None:
        """Let devices report until another day, as a keeper.

        Raises:
            Refused: "space.keepers_only".
            NotFound: "observers.no_election".
        """
        self.demand_keeper()
        watching.set_last_day(self._opened, name, last_day=last_day)

    def watches(self) -> list[Watch]:
        """Return the elections this space watches, as far as one may read their secrets."""
        return watching.watches(self._opened)

    def draw_codes(self, name: str, stations: Sequence[int]) -> list[IssuedCode]:
        """Draw an observer's code for each of some stations; the words are kept nowhere.

        Args:
            name: Address of the election.
            stations: Numbers of public rows, at most 100; 0 for a code without a station yet.

        Raises:
            Refused: "space.may_not".
            NotFound: "observers.no_election".
            BadInput: "observers.too_many_codes".
            Busy: "store.crowded".
        """
        self.demand_writer()
        return watching.draw_codes(self._opened, name, stations)

    def observer(self, name: str, number: int) -> ObserverSide:
        """Open the conversation of a code.

        Raises:
            NotFound: "observers.no_election", "observers.no_code".
        """
        return watching.observer(self._opened, name, number)

    def put_act(self, name: str, figure: Figure) -> int:
        """Hand a ruling, a second entry, a held-back code or a release to the count.

        Raises:
            Refused: "space.may_not".
            NotFound: "observers.no_election".
        """
        self.demand_writer()
        return watching.put_act(self._opened, name, figure)
