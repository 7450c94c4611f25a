# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what waits for a member among the letters of all groups, from what the desk has read."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hedgerow.kernel.ids import RecordId
from hedgerow.rooms.members.rows import day, name_shown
from hedgerow.store.visit import Desk, LetterLine, Space, Visit

Row = dict[str, Any]


def lines(_visit: Visit, desk: Desk) -> list[Row]:
    """Return the new letters, and what is new in conversations, as lines of a list."""
    return [_line(line) for line in desk.letters if line.count]


def _line(line: LetterLine) -> Row:
    """Return one line: letters that wait in a box, or a conversation with something new."""
    if line.record_id is None:
        url = reverse("intake:letters", kwargs={"space": line.space_id})
        title = ngettext("%(count)s new letter", "%(count)s new letters", line.count)
        title %= {"count": line.count}
    else:
        url = reverse("intake:letter", kwargs={"space": line.space_id, "record": line.record_id})
        title = line.title or _("A letter")
    return {"url": url, "title": title, "note": f"{line.space_name} · {line.address}"}


def mine(visit: Visit, space: Space) -> set[RecordId]:
    """Return the records of a group that wait for this member."""
    return {one.record_id for one in visit.desk().waiting if one.space_id == space.id}


def carers(space: Space, record_id: RecordId) -> list[Row]:
    """Return who takes care of a letter, and by which day."""
    names = {member.id: member.name for member in space.members()}
    return [
        {"name": name_shown(names.get(item.assignee_id, "")), "day": day(item.due_day)}
        for item in space.agenda_items()
        if item.record_id == record_id
    ]
