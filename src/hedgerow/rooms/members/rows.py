# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn what was read into the lines that the templates show: words, addresses, moments."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hedgerow.kernel.clock import MINUTES_A_DAY
from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.markdown import render_markdown
from hedgerow.rooms.members.forms import ROLE_MEANINGS, ROLE_NAMES
from hedgerow.rooms.members.records import Message, Page, SharedFile, Thread, Welcome
from hedgerow.rooms.members.selectors import Leaf
from hedgerow.rooms.registration import RecordRow, room_registers
from hedgerow.store.roles import Reads
from hedgerow.store.visit import (
    Desk,
    Entry,
    Member,
    NewsLine,
    OpenInvitation,
    PassedQuota,
    PauseLine,
    Record,
    Space,
    SpaceLine,
    Visit,
)

Row = dict[str, Any]
_KILO: Final = 1024
# A closed page has at most fifty rows, the groups themselves among them.
_NEWS_IN_ALL: Final = 20
_NEWS_A_GROUP: Final = 5
_ADDRESS: Final = {Page: "members:page", Thread: "members:thread", SharedFile: "members:file"}


def moment(minute: int) -> datetime:
    """Return a minute since the epoch as a moment that templates can show."""
    return datetime.fromtimestamp(minute * 60, tz=UTC)


def day(number: int) -> date:
    """Return a day since the epoch as a date."""
    return moment(number * MINUTES_A_DAY).date()


def html_of(text: str, *, first_level: int = 2) -> SafeString:
    """Return Markdown as HTML that is safe to show."""
    # render_markdown cleans what it makes; see its tests.
    return mark_safe(render_markdown(text, first_level=first_level))  # noqa: S308  # nosec


def name_shown(name: str) -> str:
    """Return somebody's name in a group, or what stands there while there is none."""
    return name or _("somebody without a name")


def address_of(space: Space, entry: Entry) -> str:
    """Return the address at which a record is shown; an answer is shown in its thread."""
    if entry.kind is Message and entry.parent is not None:
        kwargs = {"space": space.id, "record": entry.parent}
        return f"{reverse('members:thread', kwargs=kwargs)}#last"
    return _address(space.id, entry.kind, record=entry.id, parent=entry.parent)


def _address(space: SpaceId, kind: type, *, record: RecordId, parent: RecordId | None) -> str:
    """Return the address of a record of any room, or that of its group."""
    elsewhere = rows_of_rooms().get(kind)
    name = elsewhere.url_name if elsewhere else _ADDRESS.get(kind, "")
    if not name:
        return reverse("members:group", kwargs={"space": space})
    is_at_parent = elsewhere is not None and elsewhere.is_at_parent
    shown = parent or record if is_at_parent else record
    return reverse(name, kwargs={"space": space, "record": shown})


@cache
def rows_of_rooms() -> dict[type, RecordRow]:
    """Return what other rooms say about their kinds of records."""
    return {
        import_string(row.kind): row for register in room_registers() for row in register.records
    }


def _named(kind: type, title: str) -> str:
    """Return what a line about a record is called: by its title, or by what it is."""
    row = rows_of_rooms().get(kind)
    return title if title and (row is None or row.is_titled) else kind_text(kind)


def size_text(size: int) -> str:
    """Return a size in words, rounded as coarsely as people speak of it."""
    if size < _KILO:
        return ngettext("%(count)s byte", "%(count)s bytes", size) % {"count": size}
    if size < _KILO * _KILO:
        return _("%(count)s KB") % {"count": round(size / _KILO)}
    return _("%(count)s MB") % {"count": round(size / _KILO / _KILO, 1)}


def kind_text(kind: type) -> str:
    """Return what a record is, in a word or two."""
    words = {
        Page: _("page"),
        Thread: _("thread"),
        Message: _("answer"),
        SharedFile: _("file"),
        Welcome: _("welcome"),
    }
    row = rows_of_rooms().get(kind)
    return str(row.label) if row else words.get(kind, "")


def title_of(space: Space, entry: Entry) -> str:
    """Return the title of a record; an answer goes by the subject of its thread."""
    if entry.title:
        return _named(entry.kind, entry.title)
    thread = parent_of(space, entry) if entry.kind is Message else None
    return thread.title if thread else kind_text(entry.kind)


def parent_of(space: Space, entry: Entry) -> Entry | None:
    """Return the record another one hangs on, or None where there is none one may read.

    An answer may be newer than the day from which somebody reads, its thread older.
    """
    if entry.parent is None:
        return None
    try:
        return space.entry(entry.parent)
    except NotFound:
        return None


def entry_row(space: Space, entry: Entry) -> Row:
    """Return a record as a line of a list."""
    return {
        "url": address_of(space, entry),
        "title": title_of(space, entry),
        "note": name_shown(entry.author_name),
        "day": moment(entry.changed).date(),
    }


def entry_rows(space: Space, entries: Iterable[Entry]) -> list[Row]:
    """Return records as lines of a list."""
    return [entry_row(space, entry) for entry in entries]


def news_row(line: NewsLine) -> Row:
    """Return something new as a line of a list."""
    url = _address(line.space_id, line.kind, record=line.record_id, parent=line.parent)
    if line.kind is Message:
        kwargs = {"space": line.space_id, "record": line.parent or line.record_id}
        url = reverse("members:thread", kwargs=kwargs)
    return {
        "url": f"{url}#last" if line.kind is Message else url,
        "title": _named(line.kind, line.title),
        "note": f"{kind_text(line.kind)} · {name_shown(line.author_name)}",
        "day": moment(line.minute).date(),
    }


def news_by_group(
    news: Sequence[NewsLine], spaces: Sequence[SpaceLine], more: Iterable[int]
) -> list[Row]:
    """Return what is new, group by group, in the order of the groups."""
    groups: list[Row] = []
    left = _NEWS_IN_ALL
    for space in spaces:
        lines = [line for line in news if line.space_id == space.id]
        rows = [news_row(line) for line in lines[: min(left, _NEWS_A_GROUP)]]
        left -= len(rows)
        if rows:
            kwargs = {"space": space.id}
            groups.append(
                {
                    "name": space.name,
                    "url": reverse("members:group", kwargs=kwargs),
                    "seen_url": reverse("members:seen", kwargs=kwargs),
                    "rows": rows,
                    "has_more": space.id in more or len(lines) > len(rows),
                }
            )
    return groups


def parts_of_rooms(visit: Visit, desk: Desk) -> list[Row]:
    """Return what other rooms show on a member's own page, in their order."""
    items = [item for register in room_registers() for item in register.desk]
    items.sort(key=lambda item: (item.order, item.name))
    parts = [(item, import_string(item.lines)(visit, desk)) for item in items]
    return [{"id": item.name, "title": item.title, "rows": lines} for item, lines in parts if lines]


def group_rows(spaces: Iterable[SpaceLine]) -> list[Row]:
    """Return one's groups as lines of a list, without those that are no longer one's own."""
    rows: list[Row] = []
    for space in spaces:
        if space.role is None:
            continue
        count = space.news_count
        tag = ngettext("%(count)s new", "%(count)s new", count) % {"count": count} if count else ""
        rows.append(
            {
                "url": reverse("members:group", kwargs={"space": space.id}),
                "title": space.name,
                "note": ROLE_NAMES[space.role],
                "tag": tag,
            }
        )
    return rows


def byline(record: Record[Any]) -> str:
    """Return who wrote a version of something, and when."""
    written = date_format(moment(record.entry.changed), "DATETIME_FORMAT")
    name = name_shown(record.entry.author_name)
    return _("%(name)s, %(moment)s") % {"name": name, "moment": written}


def version_rows(space: Space, record: Record[Page], versions: Sequence[Record[Page]]) -> list[Row]:
    """Return the versions of a page as lines of a list, the newest first."""
    rows: list[Row] = []
    for number, version in enumerate(versions, start=1):
        kwargs = {"space": space.id, "record": record.entry.id, "number": number}
        rows.append(
            {
                "url": reverse("members:version", kwargs=kwargs),
                "title": _("Version %(number)s") % {"number": number},
                "text": version.value.change,
                "note": byline(version),
            }
        )
    return rows[::-1]


def message_rows(space: Space, messages: Iterable[Record[Message]]) -> list[Row]:
    """Return answers of a thread with their text as HTML."""
    return [
        {
            "who": name_shown(message.entry.author_name),
            "moment": moment(message.entry.changed),
            "html": html_of(message.value.text, first_level=3),
            "erase_url": erase_address(space, message.entry),
        }
        for message in messages
    ]


def may_erase(space: Space, entry: Entry) -> bool:
    """Tell whether this member may erase a record: its author and coordinators may."""
    return space.is_keeper or (space.can_write and entry.author_id == space.my_id)


def erase_address(space: Space, entry: Entry) -> str:
    """Return where a record can be erased, or nothing for those who may not."""
    if not may_erase(space, entry):
        return ""
    return reverse("members:erase", kwargs={"space": space.id, "record": entry.id})


def _pause_text(pause: PauseLine | None) -> str:
    """Return what coordinators read of a pause, or nothing."""
    if pause is None:
        return ""
    text = _("opened again on %(day)s") if pause.is_over else _("access paused since %(day)s")
    return text % {"day": date_format(day(pause.day))}


def member_rows(space: Space, members: Iterable[Member]) -> list[Row]:
    """Return the people of a group, coordinators first."""
    rows: list[Row] = []
    for member in sorted(members, key=lambda one: (one.role, one.name.casefold())):
        kwargs = {"space": space.id, "member": member.id}
        rows.append(
            {
                "name": name_shown(member.name),
                "is_me": member.is_me,
                "note": _("%(role)s, here since %(day)s")
                % {"role": ROLE_NAMES[member.role], "day": date_format(day(member.joined_day))},
                "pause": _pause_text(member.pause),
                "role_url": reverse("members:role", kwargs=kwargs),
                "remove_url": reverse("members:remove", kwargs=kwargs),
            }
        )
    return rows


def invitation_rows(space: Space, invitations: Iterable[OpenInvitation]) -> list[Row]:
    """Return the open invitations of a group."""
    return [
        {
            "text": ROLE_MEANINGS[invitation.role],
            "note": _("%(reads)s; good until %(day)s")
            % {
                "reads": _("from now on") if invitation.reads is Reads.FROM_NOW else _("all of it"),
                "day": date_format(day(invitation.last_day)),
            },
            "revoke_url": reverse(
                "members:revoke", kwargs={"space": space.id, "invitation": invitation.id}
            ),
        }
        for invitation in invitations
    ]


def leaf_links(leaf: Leaf[Any]) -> Row:
    """Return a leaf of a list with the addresses of its neighbours, relative to the page."""
    return {
        "total": leaf.total,
        "newer": f"?leaf={leaf.number - 1}" if leaf.number > 1 else "",
        "older": f"?leaf={leaf.number + 1}" if leaf.number < leaf.count else "",
        "where": _("Page %(number)s of %(count)s") % {"number": leaf.number, "count": leaf.count},
    }


def tabs_of(space: Space, *, path: str) -> list[tuple[str, str, bool]]:
    """Return the parts of a group as tabs, with the one marked in which a page stands."""
    labels = [
        ("group", _("Overview")),
        ("pages", _("Notebook")),
        ("threads", _("Threads")),
        ("files", _("Files")),
        ("people", _("People")),
        ("search", _("Search")),
    ]
    labels = [(f"members:{name}", label) for name, label in labels]
    others = [tab for register in room_registers() for tab in register.tabs]
    labels += [(tab.url_name, str(tab.label)) for tab in sorted(others, key=lambda t: t.order)]
    front = reverse("members:group", kwargs={"space": space.id})
    tabs: list[tuple[str, str, bool]] = []
    for name, label in labels:
        url = reverse(name, kwargs={"space": space.id})
        is_here = path == url if url == front else path.startswith(url)
        tabs.append((label, url, is_here))
    return tabs


def passed_rows(space: Space, passed: Iterable[PassedQuota]) -> list[Row]:
    """Return who wrote very much in one day, with where they can be removed."""
    return [
        {
            "name": name_shown(one.name),
            "day": moment(one.minute),
            "remove_url": reverse(
                "members:remove", kwargs={"space": space.id, "member": one.member_id}
            )
            if one.is_here and one.member_id != space.my_id
            else "",
        }
        for one in passed
    ]
