# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the room's addresses, pages, columns, fields to plant in, and sentences for errors."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.intake.said import SENTENCES
from hedgerow.rooms.registration import (
    ASKED,
    BOTH,
    DONE,
    ENTER,
    SIGNED_IN,
    UNFILLED,
    CanaryRow,
    ColumnRow,
    DeskItem,
    MenuItem,
    PageRow,
    PermissionRow,
    RecordRow,
    Register,
    Role,
    TabItem,
    in_group,
)

_in_group = partial(in_group, "intake")


def _returned(
    name: str, *, methods: tuple[str, ...] = ("GET",), shown: int = 200, posted: int = UNFILLED
) -> PermissionRow:
    """Open an address to a stranger who has typed the words; everybody else is asked for them."""
    return PermissionRow(
        url_name=f"intake:{name}",
        methods=methods,
        roles={"receipt_holder": shown},
        otherwise=302,
        post={"receipt_holder": posted},
        post_otherwise=ASKED,
    )


_NEW: tuple[Role, ...] = ("probationer",)
_READING: tuple[Role, ...] = ("reader",)
_NOT_WRITING: tuple[Role, ...] = ("probationer", "reader")
_NOT_KEEPING: tuple[Role, ...] = ("probationer", "reader", "editor")

PERMISSIONS = (
    PermissionRow(url_name="intake:write", otherwise=200),
    PermissionRow(url_name="intake:box", otherwise=200),
    PermissionRow(url_name="intake:send", methods=BOTH, otherwise=302, post_otherwise=UNFILLED),
    PermissionRow(
        url_name="intake:return",
        methods=BOTH,
        roles={"receipt_holder": 302},
        otherwise=200,
        post_otherwise=UNFILLED,
    ),
    _returned("own"),
    _returned("add", methods=BOTH, shown=302),
    _returned("own-file"),
    _returned("forget", methods=BOTH, posted=200),
    PermissionRow(url_name="intake:leave", methods=("POST",), post_otherwise=DONE),
    PermissionRow(
        url_name="intake:everywhere",
        roles=dict.fromkeys(SIGNED_IN, 200),
        otherwise=ENTER,
    ),
    _in_group("letters"),
    _in_group("open-box", *_NOT_KEEPING, methods=BOTH),
    _in_group("edit-box", *_NOT_KEEPING, methods=BOTH),
    _in_group("close-box", *_NOT_KEEPING, methods=BOTH, posted=DONE),
    _in_group("poster"),
    _in_group("letter", hidden=_NEW, methods=BOTH, post=dict.fromkeys(_NOT_WRITING, 403)),
    _in_group("note", *_NOT_WRITING, methods=BOTH),
    _in_group("state", *_NOT_WRITING, methods=("POST",), posted=DONE),
    _in_group("rename", *_NOT_WRITING, methods=BOTH),
    _in_group("assign", *_NOT_WRITING, methods=BOTH),
    _in_group("unassign", *_NOT_WRITING, methods=("POST",), posted=DONE),
    _in_group("forward", *_NOT_WRITING, methods=BOTH),
    _in_group("erase", *_NOT_WRITING, methods=BOTH, posted=DONE),
    _in_group("block", *_NOT_KEEPING, methods=BOTH, posted=DONE),
    _in_group("erase-message", *_NOT_WRITING, methods=BOTH, posted=DONE),
    _in_group("file", hidden=_NEW),
    _in_group("copy", hidden=_NEW),
    _in_group("copy-file", hidden=_NEW),
)

_TABLE = "letter_box"
COLUMNS = tuple(
    ColumnRow(table=_TABLE, column=column, kind="public", reason=reason)
    for column, reason in (
        ("address", "Stands on posters and in the address of the form; names no group."),
        ("is_open", "Everybody who opens the form sees whether letters are taken."),
        ("is_moderated", "The form says that coordinators look at letters first."),
        ("weeks", "The form says how long a letter is kept."),
        ("day_limit", "How many letters a day are taken is met by whoever comes after them."),
        ("needed", "The form says which of its questions must be answered."),
        ("texts", "Title, advice and questions of the form, written for everybody to read."),
    )
)

_SAID = tuple(
    f"{field}_{language}"
    for field in ("title", "advice", "questions")
    for language in ("en", "ru", "uk")
)
CANARIES = (
    CanaryRow(url_name="intake:box", field="answer_0"),
    CanaryRow(url_name="intake:box", field="text"),
    CanaryRow(url_name="intake:box", field="file", shape="file"),
    CanaryRow(url_name="intake:return", field="words", shape="code"),
    CanaryRow(url_name="intake:own", field="text"),
    CanaryRow(url_name="intake:own", field="file", shape="file"),
    CanaryRow(url_name="intake:letter", field="text"),
    CanaryRow(url_name="intake:letter", field="file", shape="file"),
    CanaryRow(url_name="intake:note", field="text"),
    CanaryRow(url_name="intake:rename", field="title", shape="word"),
    *(
        CanaryRow(url_name=f"intake:{name}-box", field=field, shape="public")
        for name in ("open", "edit")
        for field in ("address", "weeks", "day_limit", *_SAID)
    ),
)

REGISTER = Register(
    permissions=PERMISSIONS,
    columns=COLUMNS,
    pages=(
        PageRow(url_name="intake:write"),
        PageRow(url_name="intake:return"),
        PageRow(url_name="intake:everywhere", reader="reader"),
    ),
    canaries=CANARIES,
    desk=(
        DeskItem(
            name="letters",
            lines="hedgerow.rooms.intake.desk.lines",
            title=_("New letters"),
            order=10,
        ),
    ),
    sentences=SENTENCES,
    menu=(MenuItem(label=_("Letters to us"), url_name="intake:everywhere", order=20),),
    tabs=(TabItem(label=_("Letters"), url_name="intake:letters", order=10),),
    records=(
        RecordRow(
            kind="hedgerow.rooms.intake.records.LetterNote",
            label=_("note on a letter"),
            url_name="intake:letter",
            is_at_parent=True,
        ),
        RecordRow(
            kind="hedgerow.rooms.intake.records.State",
            label=_("a letter was closed or opened"),
            url_name="intake:letter",
            is_at_parent=True,
            is_titled=False,
        ),
        RecordRow(
            kind="hedgerow.rooms.intake.records.LetterCopy",
            label=_("copy of a letter"),
            url_name="intake:copy",
        ),
        RecordRow(
            kind="hedgerow.rooms.intake.records.Blocked",
            label=_("list of blocked texts"),
        ),
    ),
    ways_in="hedgerow.rooms.intake.boxes.ways_in",
    exits=("hedgerow.rooms.intake.doors.end_receipt",),
    log_outs=("hedgerow.rooms.intake.doors.end_receipt",),
    planting="hedgerow.drill.rooms.intake.plant",
)
