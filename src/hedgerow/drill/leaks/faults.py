# SPDX-License-Identifier: AGPL-3.0-or-later
"""Break pages of the drill's own service, so that errors with what people typed are forced.

No input is known by which a page of Hedgerow breaks. A mistake that is not known yet would show
what was typed to whatever writes errors down, so the drill makes a few: each of these functions
fails when the drill's mark stands in its text, with the text in the error and in its frame.
"""

from typing import Any, Final

from hedgerow.drill.leaks.spilling import before

#: What must stand in a text by which a page breaks.
MARK: Final = "!break-this-page!"


def make() -> None:
    """Let searches, pages, threads and files break that bear the mark."""
    from hedgerow.rooms.members import services
    from hedgerow.store.space import Space

    def break_search(_space: Any, query: str, **_named: Any) -> None:
        _break(query)

    def break_text(_space: Any, *, title: str, text: str) -> None:
        _break(title, text)

    def break_file(_space: Any, *_arguments: Any, about: str, **_named: Any) -> None:
        _break(about)

    before(Space, "search", break_search)
    before(services, "write_page", break_text)
    before(services, "open_thread", break_text)
    before(services, "share_file", break_file)


def _break(*texts: str) -> None:
    """Fail with the texts in the error, where one of them bears the mark.

    Raises:
        LookupError: It does.
    """
    if any(MARK in text for text in texts):
        raise LookupError(*texts)
