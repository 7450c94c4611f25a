# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the room's addresses, pages, fields to plant in, and sentences for errors."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.members.said import SENTENCES
from hedgerow.rooms.registration import (
    ASKED,
    BOTH,
    DONE,
    ENTER,
    SIGNED_IN,
    UNFILLED,
    CanaryRow,
    EntryPoint,
    MenuItem,
    PageRow,
    PermissionRow,
    Register,
    Role,
    in_group,
)


def _signed_in(
    name: str, *, methods: tuple[str, ...] = ("GET",), reached: int = 200, posted: int = UNFILLED
) -> PermissionRow:
    """Open an address to whoever is logged in; others are sent to where one enters."""
    return PermissionRow(
        url_name=f"members:{name}",
        methods=methods,
        roles=dict.fromkeys(SIGNED_IN, reached),
        otherwise=ENTER,
        post=dict.fromkeys(SIGNED_IN, posted),
        post_otherwise=ASKED,
    )


def _open_to_all(name: str) -> PermissionRow:
    """Open a form to everybody, whether logged in or not."""
    return PermissionRow(
        url_name=f"members:{name}", methods=BOTH, otherwise=200, post_otherwise=UNFILLED
    )


_in_group = partial(in_group, "members")


_NEW: tuple[Role, ...] = ("probationer",)
_READING: tuple[Role, ...] = ("probationer", "reader")
_NOT_KEEPING: tuple[Role, ...] = ("probationer", "reader", "editor")

PERMISSIONS = (
    PermissionRow(
        url_name="members:join",
        methods=BOTH,
        roles=dict.fromkeys(SIGNED_IN, 302),
        otherwise=200,
        post=dict.fromkeys(SIGNED_IN, 302),
        post_otherwise=UNFILLED,
    ),
    PermissionRow(url_name="members:join-words", roles={"code": 200}, otherwise=410),
    PermissionRow(
        url_name="members:join-finish",
        methods=BOTH,
        roles={"code": 200},
        otherwise=410,
        post={"code": UNFILLED},
        post_otherwise=410,
    ),
    PermissionRow(
        url_name="members:enter",
        methods=BOTH,
        roles=dict.fromkeys(SIGNED_IN, 302),
        otherwise=200,
        post_otherwise=UNFILLED,
    ),
    _signed_in("me"),
    _signed_in("sessions", methods=BOTH, posted=DONE),
    _signed_in("change-words", methods=BOTH),
    _signed_in("confirm-words", methods=BOTH, reached=302, posted=302),
    _signed_in("friend-words", methods=BOTH),
    _signed_in("journey", methods=BOTH),
    _open_to_all("pause"),
    _open_to_all("unpause"),
    _signed_in("open-group", methods=BOTH),
    _signed_in("accept", methods=BOTH),
    _in_group("group"),
    _in_group("welcome", *_READING, methods=BOTH),
    _in_group("rename-group", *_NOT_KEEPING, methods=BOTH),
    _in_group("leave-group", methods=BOTH, posted=DONE, post={"keeper": UNFILLED}),
    _in_group("seen", methods=("POST",), posted=DONE),
    _in_group("pages"),
    _in_group("new-page", *_READING, methods=BOTH),
    _in_group("page", hidden=_NEW),
    _in_group("edit-page", *_READING, methods=BOTH),
    _in_group("history", hidden=_NEW),
    _in_group("version", hidden=_NEW),
    _in_group("threads"),
    _in_group("new-thread", *_READING, methods=BOTH),
    _in_group("thread", hidden=_NEW, methods=BOTH, post=dict.fromkeys(_READING, 403)),
    _in_group("files"),
    _in_group("new-file", *_READING, methods=BOTH),
    _in_group("file", hidden=_NEW),
    _in_group("download", hidden=_NEW),
    _in_group("attach", *_READING, methods=BOTH),
    _in_group("erase", *_READING, methods=BOTH, posted=DONE),
    _in_group("search", methods=BOTH),
    _in_group("people"),
    _in_group("own-name", methods=BOTH),
    _in_group("invite", *_NOT_KEEPING, methods=BOTH),
    _in_group("much", *_NOT_KEEPING),
    _in_group("confirm", *_NOT_KEEPING, methods=BOTH, posted=DONE),
    _in_group("role", *_NOT_KEEPING, methods=BOTH),
    _in_group("remove", *_NOT_KEEPING, methods=BOTH, posted=DONE),
    _in_group("revoke", *_NOT_KEEPING, methods=("POST",), posted=DONE),
)

CANARIES = (
    CanaryRow(url_name="members:join", field="words", shape="code"),
    CanaryRow(url_name="members:join-finish", field="words", shape="code"),
    CanaryRow(url_name="members:join-finish", field="name", shape="word"),
    CanaryRow(url_name="members:enter", field="words", shape="code"),
    CanaryRow(url_name="members:change-words", field="words", shape="code"),
    CanaryRow(url_name="members:confirm-words", field="words", shape="code"),
    CanaryRow(url_name="members:friend-words", field="words", shape="code"),
    CanaryRow(url_name="members:journey", field="words", shape="code"),
    CanaryRow(url_name="members:pause", field="words", shape="code"),
    CanaryRow(url_name="members:unpause", field="friend", shape="code"),
    CanaryRow(url_name="members:unpause", field="words", shape="code"),
    CanaryRow(url_name="members:accept", field="words", shape="code"),
    CanaryRow(url_name="members:accept", field="name", shape="word"),
    CanaryRow(url_name="members:open-group", field="group", shape="word"),
    CanaryRow(url_name="members:open-group", field="name", shape="word"),
    CanaryRow(url_name="members:rename-group", field="group", shape="word"),
    CanaryRow(url_name="members:own-name", field="name", shape="word"),
    CanaryRow(url_name="members:welcome", field="text"),
    CanaryRow(url_name="members:new-page", field="title"),
    CanaryRow(url_name="members:new-page", field="text"),
    CanaryRow(url_name="members:edit-page", field="title"),
    CanaryRow(url_name="members:edit-page", field="text"),
    CanaryRow(url_name="members:edit-page", field="change"),
    CanaryRow(url_name="members:new-thread", field="title"),
    CanaryRow(url_name="members:new-thread", field="text"),
    CanaryRow(url_name="members:thread", field="text"),
    CanaryRow(url_name="members:new-file", field="file", shape="file"),
    CanaryRow(url_name="members:new-file", field="about"),
    CanaryRow(url_name="members:attach", field="file", shape="file"),
    CanaryRow(url_name="members:attach", field="about"),
    CanaryRow(url_name="members:search", field="query", shape="word"),
)

REGISTER = Register(
    permissions=PERMISSIONS,
    pages=(
        PageRow(url_name="members:join"),
        PageRow(url_name="members:enter"),
        PageRow(url_name="members:me", reader="reader"),
        PageRow(url_name="members:sessions", reader="reader"),
        PageRow(url_name="members:change-words", reader="reader"),
        PageRow(url_name="members:friend-words", reader="reader"),
        PageRow(url_name="members:journey", reader="reader"),
        PageRow(url_name="members:pause"),
        PageRow(url_name="members:unpause"),
        PageRow(url_name="members:open-group", reader="reader"),
        PageRow(url_name="members:accept", reader="reader"),
    ),
    canaries=CANARIES,
    sentences=SENTENCES,
    menu=(MenuItem(label=_("Groups"), url_name="members:me", order=10),),
    entries=(
        EntryPoint(
            label=_("I have an invitation"),
            hint=_("Somebody you know gave you seven words."),
            url_name="members:join",
            order=10,
        ),
        EntryPoint(
            label=_("Open my page"),
            hint=_("You have eight words of your own."),
            url_name="members:enter",
            order=20,
        ),
        EntryPoint(
            label=_("Pause somebody’s access"),
            hint=_("A friend is held, and gave you seven words for this."),
            url_name="members:pause",
            order=30,
        ),
    ),
    exits=("hedgerow.rooms.members.doors.end_visit",),
    log_outs=("hedgerow.rooms.members.doors.end_visit",),
    planting="hedgerow.drill.rooms.members.plant",
)
