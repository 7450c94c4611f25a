# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name what this room keeps sealed in a group.

Titles, authors and minutes stand in the index, so that a list opens no body; here
stands only what a body holds.
"""

from dataclasses import dataclass

from hedgerow.store.kinds import kind


@kind(number=0x0101, version=1, keeps_versions=True)
@dataclass(frozen=True, slots=True)
class Page:
    """Hold a page of the notebook.

    Attributes:
        text: Markdown.
        change: What the author says was changed, or nothing.
    """

    text: str
    change: str = ""

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text


@kind(number=0x0102, version=1)
@dataclass(frozen=True, slots=True)
class Thread:
    """Hold the first message of a thread; its title is the subject."""

    text: str

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text


@kind(number=0x0103, version=1, borrows_title=True)
@dataclass(frozen=True, slots=True)
class Message:
    """Hold an answer in a thread; its parent is the thread."""

    text: str

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text


@kind(number=0x0104, version=1)
@dataclass(frozen=True, slots=True)
class SharedFile:
    """Hold a line about a file; its parent, if any, is the page or thread it hangs on."""

    about: str = ""

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.about


@kind(number=0x0105, version=1, in_open_page=True)
@dataclass(frozen=True, slots=True)
class Welcome:
    """Hold what a group tells its new members: the one page they may read too."""

    text: str

    def search_text(self) -> str:
        """Return what a search looks through."""
        return self.text
