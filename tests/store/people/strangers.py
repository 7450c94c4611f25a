# SPDX-License-Identifier: AGPL-3.0-or-later
"""Play strangers in tests: they write to a box, keep their words, and come back with them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from hedgerow.engines.vault.words import Numbers
from hedgerow.kernel.ids import SpaceId
from hedgerow.store import letterbox
from hedgerow.store.kinds import kind
from hedgerow.store.letterbox import Posting, StrangerSide
from hedgerow.store.lines import Letter
from hedgerow.store.teamside import TeamSide
from hedgerow.store.uploads import SealedUpload
from tests.store.people.actors import Person, today, words

ADDRESS = "help"


@kind(number=0xFE11, version=1)
@dataclass(frozen=True, slots=True)
class Text:
    """Be a message of either side."""

    text: str

    def search_text(self) -> str:
        """Return the text."""
        return self.text


def posting(*, weeks: int = 4, is_held: bool = False, number: bytes = b"") -> Posting:
    """Say how a letter comes, by a form of its own unless it is named."""
    return Posting(number or os.urandom(16), today() + 7 * weeks, b"f" * 16, is_held)


@dataclass
class Stranger:
    """Be somebody without an account who has the words of a receipt."""

    receipt: Numbers
    cookie: str = field(default="", repr=False)

    @property
    def typed(self) -> str:
        """Return the words as typed."""
        return words(self.receipt, code="receipt")

    def come_back(self) -> StrangerSide:
        """Come back by the words."""
        self.cookie = letterbox.come_back(self.typed)
        return self.side()

    def side(self) -> StrangerSide:
        """Make a request with the cookie."""
        side = letterbox.conversation_of(self.cookie)
        assert side is not None
        return side


def write(
    text: str,
    *,
    address: str = ADDRESS,
    uploads: Sequence[SealedUpload] = (),
    by: Posting | None = None,
) -> Stranger:
    """Write a first letter to a box."""
    numbers = letterbox.send(address, Text(text), posting=by or posting(), uploads=uploads)
    return Stranger(numbers)


def said(letters: Sequence[Letter]) -> list[tuple[str, str]]:
    """Return who wrote what; what was erased as a dash, what is damaged as a cross."""
    return [
        (
            one.side,
            one.value.text if isinstance(one.value, Text) else "x" if one.is_damaged else "-",
        )
        for one in letters
    ]


def first(person: Person, space_id: SpaceId) -> TeamSide:
    """Take in what waits and open the newest conversation of a space."""
    space = person.space(space_id)
    space.adopt_letters()
    return space.conversation(space.conversations()[0].id)
