# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write what people do in the room; each act is one named function.

Who may do what is asked by the store, at the one place where a space is written.
"""

from hedgerow.kernel.ids import RecordId
from hedgerow.rooms.members.records import Message, Page, SharedFile, Thread, Welcome
from hedgerow.store.uploads import SealedUpload
from hedgerow.store.visit import Space


def write_page(space: Space, *, title: str, text: str) -> RecordId:
    """Write a new page of the notebook."""
    return space.write(Page(text=text), title=title)


def edit_page(
    space: Space, record_id: RecordId, *, title: str, text: str, change: str, base_version: int
) -> None:
    """Write a new version of a page.

    Raises:
        Conflict: "record.changed" when somebody else wrote one since `base_version`.
    """
    space.edit(record_id, Page(text=text, change=change), title=title, base_version=base_version)


def write_welcome(space: Space, *, text: str, base_version: int) -> None:
    """Write what the group tells its new members, for the first time or anew.

    Args:
        space: The group.
        text: What it tells them.
        base_version: The version it was written from; 0 where there was none.

    Raises:
        Conflict: "record.changed" when somebody else wrote one in the meantime.
    """
    entries = space.entries(Welcome)
    if entries:
        space.edit(entries[0].id, Welcome(text=text), title="", base_version=base_version)
    else:
        space.write(Welcome(text=text), title="")


def open_thread(space: Space, *, title: str, text: str) -> RecordId:
    """Open a thread with its first message."""
    return space.write(Thread(text=text), title=title)


def answer(space: Space, thread_id: RecordId, *, text: str) -> RecordId:
    """Answer in a thread."""
    thread = space.read(Thread, thread_id)
    return space.write(Message(text=text), title=thread.entry.title, parent=thread_id)


def share_file(
    space: Space, upload: SealedUpload, *, about: str, parent: RecordId | None = None
) -> RecordId:
    """Put a file on the shelf, or hang it on a page or a thread."""
    return space.write(
        SharedFile(about=about), title=upload.shown_name, parent=parent, uploads=(upload,)
    )
