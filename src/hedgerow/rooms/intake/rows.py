# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn letters into what the templates show: words, addresses, days."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from hedgerow.kernel.clock import day_of, first_day_of, minute_now
from hedgerow.kernel.ids import RecordId
from hedgerow.rooms.intake.boxes import text_of
from hedgerow.rooms.intake.models import LetterBox
from hedgerow.rooms.intake.records import CLOSED, LetterCopy, LetterNote, LetterText
from hedgerow.rooms.intake.selectors import ALL, MINE, NEW, OPEN, WAITING, Conversation, shown
from hedgerow.rooms.members.cards import qr_svg
from hedgerow.rooms.members.rows import day, html_of, moment, name_shown, size_text
from hedgerow.store.lines import ConversationEntry, Letter
from hedgerow.store.machine import machine
from hedgerow.store.visit import Record, Space

__all__ = ["html_of", "moment", "qr_svg"]

Row = dict[str, Any]

#: What is said to a form whose token is not good: forged, or opened long ago.
AGES: Final = {
    "forged": gettext_lazy(
        "This form did not come from here, or stood open for too long. Your text is below: "
        "please send it once more."
    ),
    "late": gettext_lazy(
        "This form stood open for a long time. Your text is below: please send it once more. "
        "A file must be chosen again."
    ),
}


STATUSES: Final = {
    WAITING: pgettext_lazy("letter", "waits for a look"),
    NEW: pgettext_lazy("letter", "new"),
    OPEN: pgettext_lazy("letter", "open"),
    CLOSED: pgettext_lazy("letter", "closed"),
}
FILTERS: Final = {
    ALL: pgettext_lazy("letters", "All"),
    WAITING: pgettext_lazy("letters", "To look at"),
    NEW: pgettext_lazy("letters", "New"),
    MINE: pgettext_lazy("letters", "Mine"),
    OPEN: pgettext_lazy("letters", "Open"),
    CLOSED: pgettext_lazy("letters", "Closed"),
}


def busy_sentence() -> str:
    """Say that too much is going on just now."""
    return _(
        "Too much is going on at once. Your text is below: please send it again in half a minute."
    )


def today() -> int:
    """Return the day, counted from 1 January 1970."""
    return day_of(minute_now(machine().clock))


def last_day(weeks: int) -> int:
    """Return the last day of something that is kept for so many weeks from today."""
    return today() + 7 * weeks


def last_day_of(week: int) -> int:
    """Return the Sunday of a week."""
    return first_day_of(week + 1) - 1


def day_text(number: int) -> str:
    """Return a day in the reader's language."""
    return date_format(day(number))


def ends_sentence(until_week: int) -> str:
    """Say when a conversation ends."""
    ends = day_text(last_day_of(until_week))
    return _("This conversation ends on %(day)s; after that nobody can open it.") % {"day": ends}


def full_address(path: str) -> str:
    """Return an address with the host, as it stands on paper."""
    return settings.HEDGEROW_INSTANCE.addresses[0] + path


def plain_html(text: str) -> SafeString:
    """Return plain text as HTML: paragraphs and line breaks, and no links to press."""
    # Everything that was typed is escaped before lines become tags.
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308  # nosec


def message_row(letter: Letter, *, who: str, files: Sequence[str]) -> Row:
    """Return one message as a page shows it; an erased one has no text."""
    value = letter.value if isinstance(letter.value, LetterText) else None
    return {
        "number": letter.number,
        "who": who,
        "moment": moment(letter.minute) if value else None,
        "answers": value.answers if value else [],
        "html": plain_html(value.text) if value else "",
        "is_erased": value is None,
        "files": [
            {"url": url, "name": file.name, "size": size_text(file.length)}
            for url, file in zip(files, letter.files, strict=True)
        ],
    }


def stranger_messages(letters: Sequence[Letter]) -> list[Row]:
    """Return the messages of a conversation as the stranger sees them."""
    shown: list[Row] = []
    for letter in letters:
        who = pgettext("who wrote a letter", "You")
        if letter.side == "team":
            who = pgettext("who wrote a letter", "The answer")
        files = [
            reverse("intake:own-file", kwargs={"number": letter.number, "index": index})
            for index in range(len(letter.files))
        ]
        shown.append(message_row(letter, who=who, files=files))
    return shown


def _they() -> str:
    return pgettext("who wrote a letter", "They")


def _we() -> str:
    return pgettext("who wrote a letter", "We")


def team_messages(space: Space, record: int, letters: Sequence[Letter]) -> list[Row]:
    """Return the messages of a conversation as the group sees them."""
    shown: list[Row] = []
    for letter in letters:
        who = _we() if letter.side == "team" else _they()
        place = {"space": space.id, "record": record, "number": letter.number}
        files = [
            reverse("intake:file", kwargs={**place, "index": index})
            for index in range(len(letter.files))
        ]
        row = message_row(letter, who=who, files=files)
        row["erase_url"] = reverse("intake:erase-message", kwargs=place) if space.can_write else ""
        shown.append(row)
    return shown


def note_rows(notes: Sequence[Record[LetterNote]]) -> list[Row]:
    """Return the group's notes about a conversation."""
    return [
        {
            "who": name_shown(note.entry.author_name),
            "moment": moment(note.entry.made),
            "html": html_of(note.value.text, first_level=3),
        }
        for note in notes
    ]


def title_of(entry: ConversationEntry) -> str:
    """Return what a conversation is called in the group."""
    return entry.title or _("A letter")


def conversation_rows(space: Space, found: Sequence[Conversation]) -> list[Row]:
    """Return conversations as lines of a list."""
    return [
        {
            "url": reverse("intake:letter", args=[space.id, one.entry.id]),
            "title": title_of(one.entry),
            "tag": STATUSES[one.status],
            "note": one.entry.address,
            "day": moment(one.entry.minute).date(),
        }
        for one in found
    ]


def filter_tabs(
    space: Space, found: Sequence[Conversation], *, which: str, mine: set[RecordId]
) -> list[tuple[str, str, bool]]:
    """Return the filters of a list with how many each lets through."""
    url = reverse("intake:letters", kwargs={"space": space.id})
    names = [name for name in FILTERS if name != WAITING or space.is_keeper]
    counts = {name: len(shown(found, which=name, mine=mine)) for name in names}
    return [
        (f"{FILTERS[name]} ({counts[name]})", f"{url}?show={name}", name == which)
        for name in names
        if name != WAITING or counts[name]
    ]


def box_rows(space: Space, found: Sequence[LetterBox]) -> list[Row]:
    """Return a group's letter-boxes with what can be done with each."""
    shown_rows: list[Row] = []
    for box in found:
        place = {"space": space.id, "address": box.address}
        shown_rows.append(
            {
                "title": text_of(box).title,
                "url": reverse("intake:box", kwargs={"address": box.address}),
                "address": full_address(reverse("intake:box", kwargs={"address": box.address})),
                "is_open": box.is_open,
                "edit_url": reverse("intake:edit-box", kwargs=place),
                "close_url": reverse("intake:close-box", kwargs=place),
                "poster_url": reverse("intake:poster", kwargs=place),
            }
        )
    return shown_rows


def copy_rows(space: Space) -> list[Row]:
    """Return the copies that other groups handed over, as lines of a list."""
    return [
        {
            "url": reverse("intake:copy", args=[space.id, entry.id]),
            "title": entry.title,
            "note": name_shown(entry.author_name),
            "day": moment(entry.made).date(),
        }
        for entry in space.entries(LetterCopy)
    ]


def copy_messages(copy: LetterCopy) -> list[Row]:
    """Return the messages of a copied conversation."""
    return [
        {
            "who": _they() if is_theirs else _we(),
            "moment": moment(minute),
            "html": plain_html(text),
        }
        for is_theirs, minute, text in copy.messages
    ]


def copy_files(space: Space, record: RecordId) -> list[Row]:
    """Return the files of a copied conversation."""
    return [
        {
            "url": reverse("intake:copy-file", args=[space.id, record, index]),
            "name": file.name,
            "size": size_text(file.length),
        }
        for index, file in enumerate(space.files(record))
    ]
