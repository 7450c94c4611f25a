# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find which rooms are installed; settings read this before Django is ready."""

from collections.abc import Iterable
from importlib.util import find_spec

from hedgerow.store.instance import ROOMS


def installed_rooms(wanted: Iterable[str]) -> tuple[str, ...]:
    """Return the wanted rooms that this version of Hedgerow has, in the order of the menu."""
    chosen = set(wanted)
    return tuple(room for room in ROOMS if room in chosen and _has(f"{room}.register"))


def room_apps(rooms: Iterable[str]) -> list[str]:
    """Return the Django applications of the rooms."""
    return [f"hedgerow.rooms.{room}" for room in rooms]


def room_middleware(rooms: Iterable[str]) -> list[str]:
    """Return each room's `middleware.RoomMiddleware`, where it has one."""
    return [
        f"hedgerow.rooms.{room}.middleware.RoomMiddleware"
        for room in rooms
        if _has(f"{room}.middleware")
    ]


def _has(module: str) -> bool:
    try:
        return find_spec(f"hedgerow.rooms.{module}") is not None
    except ModuleNotFoundError:
        return False
