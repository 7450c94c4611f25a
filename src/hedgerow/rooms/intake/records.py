# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the values this room seals: what letters hold, and what a group notes about them.

Kind numbers never change; see docs/decisions/036-letter-box.md.
"""

from dataclasses import dataclass, field
from typing import Final

from hedgerow.store.kinds import kind

#: Titles of `State`, so that lists sort letters without opening anything.
OPEN: Final = "open"
CLOSED: Final = "closed"


@kind(number=0x0201, version=1)
@dataclass(frozen=True, slots=True)
class LetterText:
    """Hold one message of a conversation, of either side.

    Attributes:
        text: As it was typed.
        answers: Pairs of a question, as it stood in the form, and its answer.
        language: In which its author read the page.
    """

    text: str
    answers: list[tuple[str, str]] = field(default_factory=list)
    language: str = ""

    def search_text(self) -> str:
        """Return what a search looks through."""
        return "\n".join([self.text, *(answer for _, answer in self.answers)])


@kind(number=0x0202, version=1, borrows_title=True)
@dataclass(frozen=True, slots=True)
class LetterNote:
    """Hold a note that only the group sees; its parent is the conversation."""

    text: str

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text


@kind(number=0x0203, version=1, borrows_title=True)
@dataclass(frozen=True, slots=True)
class State:
    """Say how far a conversation is; its parent is the conversation, its title says it.

    Attributes:
        is_blocked: Whether it was put aside because its text is one that was blocked.
    """

    is_blocked: bool = False

    def search_text(self) -> str:
        """Return nothing: there are no words in it."""
        return ""


@kind(number=0x0205, version=1)
@dataclass(frozen=True, slots=True)
class LetterCopy:
    """Hold a conversation that another group handed over as a copy, with its files.

    Attributes:
        messages: Triples: whether the stranger wrote it, the minute, the text.
    """

    messages: list[tuple[bool, int, str]]

    def search_text(self) -> str:
        """Return what a search looks through."""
        return "\n".join(text for _, _, text in self.messages)


@kind(number=0x0204, version=1, borrows_title=True)
@dataclass(frozen=True, slots=True)
class Blocked:
    """Hold the keyed hashes of texts that need no second reading; nothing of their senders.

    Attributes:
        key: Drawn once for the group, so that nobody else can try texts against the list.
        sums: One for each text.
    """

    key: bytes
    sums: list[bytes] = field(default_factory=list)

    def search_text(self) -> str:
        """Return nothing: there are no words in it."""
        return ""
