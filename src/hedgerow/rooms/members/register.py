# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the room's addresses, pages, fields to plant in, and sentences for errors."""

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.members.said import SENTENCES
from hedgerow.rooms.registration import (
    CanaryRow,
    EntryPoint,
    MenuItem,
    PageRow,
    PermissionRow,
    Register,
    Role,
)

BOTH = ("GET", "POST")
_HERE: tuple[Role, ...] = ("probationer", "reader", "editor", "keeper")


def _everybody(name: str, *, methods: tuple[str, ...] = BOTH) -> PermissionRow:
    """Open an address to everybody."""
    return PermissionRow(url_name=f"members:{name}", methods=methods, otherwise=200)


def _signed_in(name: str, *, methods: tuple[str, ...] = ("GET",)) -> PermissionRow:
    """Open an address to whoever is logged in; others are sent to where one enters."""
    roles: dict[Role, int] = dict.fromkeys((*_HERE, "other_member", "ex_member"), 200)
    return PermissionRow(url_name=f"members:{name}", methods=methods, roles=roles, otherwise=302)


def _in_group(
    name: str, *refused: Role, methods: tuple[str, ...] = ("GET",), reached: int = 200
) -> PermissionRow:
    """Open an address to the members of its group but some roles.

    Somebody logged in who is not in the group learns nothing: 404. Whoever is not logged in is
    sent to where one enters, whether there is such a group or not.
    """
    roles: dict[Role, int] = dict.fromkeys(_HERE, reached)
    roles |= dict.fromkeys(refused, 403)
    roles |= {"other_member": 404, "ex_member": 404}
    return PermissionRow(url_name=f"members:{name}", methods=methods, roles=roles, otherwise=302)


_READING: tuple[Role, ...] = ("probationer",)
_WRITING: tuple[Role, ...] = ("probationer", "reader")
_KEEPING: tuple[Role, ...] = ("probationer", "reader", "editor")

REGISTER = Register(
    permissions=(
        _everybody("join"),
        PermissionRow(url_name="members:join-words", roles={"code": 200}, otherwise=410),
        PermissionRow(
            url_name="members:join-finish", methods=BOTH, roles={"code": 200}, otherwise=410
        ),
        _everybody("enter"),
        PermissionRow(url_name="members:exit", methods=("POST",), otherwise=302),
        _signed_in("me"),
        _signed_in("sessions", methods=BOTH),
        _signed_in("change-words", methods=BOTH),
        PermissionRow(url_name="members:confirm-words", methods=BOTH, otherwise=302),
        _signed_in("open-group", methods=BOTH),
        _signed_in("accept", methods=BOTH),
        _in_group("group"),
        _in_group("welcome", *_WRITING, methods=BOTH),
        _in_group("rename-group", *_KEEPING, methods=BOTH),
        _in_group("leave-group", methods=BOTH),
        _in_group("seen", methods=("POST",), reached=302),
        _in_group("pages"),
        _in_group("new-page", *_WRITING, methods=BOTH),
        _in_group("page", *_READING),
        _in_group("edit-page", *_WRITING, methods=BOTH),
        _in_group("history", *_READING),
        _in_group("version", *_READING),
        _in_group("threads"),
        _in_group("new-thread", *_WRITING, methods=BOTH),
        _in_group("thread", *_READING, methods=BOTH),
        _in_group("files"),
        _in_group("new-file", *_WRITING, methods=BOTH),
        _in_group("file", *_READING),
        _in_group("download", *_READING),
        _in_group("attach", *_WRITING, methods=BOTH),
        _in_group("erase", *_WRITING, methods=BOTH),
        _in_group("search", methods=BOTH),
        _in_group("people"),
        _in_group("own-name", methods=BOTH),
        _in_group("invite", *_KEEPING, methods=BOTH),
        _in_group("role", *_KEEPING, methods=BOTH),
        _in_group("remove", *_KEEPING, methods=BOTH),
        _in_group("revoke", *_KEEPING, methods=("POST",), reached=302),
    ),
    pages=(
        PageRow(url_name="members:join"),
        PageRow(url_name="members:enter"),
        PageRow(url_name="members:me", reader="reader"),
        PageRow(url_name="members:sessions", reader="reader"),
        PageRow(url_name="members:change-words", reader="reader"),
        PageRow(url_name="members:open-group", reader="reader"),
        PageRow(url_name="members:accept", reader="reader"),
    ),
    canaries=(
        CanaryRow(url_name="members:join-finish", field="name", shape="word"),
        CanaryRow(url_name="members:open-group", field="group", shape="word"),
        CanaryRow(url_name="members:open-group", field="name", shape="word"),
        CanaryRow(url_name="members:new-page", field="title"),
        CanaryRow(url_name="members:new-page", field="text"),
        CanaryRow(url_name="members:edit-page", field="change"),
        CanaryRow(url_name="members:edit-page", field="text"),
        CanaryRow(url_name="members:new-thread", field="title"),
        CanaryRow(url_name="members:new-thread", field="text"),
        CanaryRow(url_name="members:thread", field="text"),
        CanaryRow(url_name="members:new-file", field="file", shape="file"),
        CanaryRow(url_name="members:new-file", field="about"),
        CanaryRow(url_name="members:attach", field="file", shape="file"),
        CanaryRow(url_name="members:search", field="query", shape="word"),
        CanaryRow(url_name="members:welcome", field="text"),
        CanaryRow(url_name="members:own-name", field="name", shape="word"),
        CanaryRow(url_name="members:rename-group", field="group", shape="word"),
    ),
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
    ),
    exits=("hedgerow.rooms.members.doors.end_visit",),
)
