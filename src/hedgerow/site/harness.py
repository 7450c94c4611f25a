# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collect what the site and every room declared, and answer questions about the whole."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TypeVar

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from hedgerow.rooms.registration import (
    CanaryRow,
    ColumnRow,
    DeskItem,
    EntryPoint,
    ErrorSentence,
    MenuItem,
    PageRow,
    PermissionRow,
    PublisherRow,
    Register,
    WayIn,
    room_registers,
)
from hedgerow.site.register import REGISTER

Row = TypeVar("Row")
STORE_COLUMNS = "hedgerow.store.columns"


def registers() -> list[Register]:
    """Return the site's own register and that of every installed room."""
    return [REGISTER, *room_registers()]


def _rows(pick: Callable[[Register], Iterable[Row]]) -> list[Row]:
    return [row for register in registers() for row in pick(register)]


@cache
def permissions() -> dict[str, PermissionRow]:
    """Return the permission row of every address, by the address's name."""
    return {row.url_name: row for row in _rows(lambda one: one.permissions)}


@cache
def sentences() -> dict[str, ErrorSentence]:
    """Return the sentence of every error code."""
    return {row.code: row for row in _rows(lambda one: one.sentences)}


def pages() -> list[PageRow]:
    """Return one example of every page."""
    return _rows(lambda one: one.pages)


def canaries() -> list[CanaryRow]:
    """Return every field the drill plants something in."""
    return _rows(lambda one: one.canaries)


def desk_items() -> list[DeskItem]:
    """Return what can wait for a member, in the order of the member's page."""
    return sorted(_rows(lambda one: one.desk), key=lambda item: (item.order, item.name))


@cache
def menu_items() -> list[MenuItem]:
    """Return the lines of the menu in their order."""
    return sorted(_rows(lambda one: one.menu), key=lambda item: (item.order, item.url_name))


def entry_points() -> list[EntryPoint]:
    """Return the ways in that the front page offers, in their order."""
    return sorted(_rows(lambda one: one.entries), key=lambda item: (item.order, item.url_name))


def ways_in() -> list[WayIn]:
    """Return the ways in that rooms find in their public rows."""
    paths = [one.ways_in for one in room_registers() if one.ways_in]
    return [way for path in paths for way in import_string(path)()]


def exits() -> list[Callable[..., None]]:
    """Return the functions the quick exit calls with the request and its response."""
    return [import_string(path) for path in _rows(lambda one: one.exits)]


def log_outs() -> list[Callable[..., None]]:
    """Return the functions that logging out calls with the request and its response."""
    return [import_string(path) for path in _rows(lambda one: one.log_outs)]


def plantings() -> list[Callable[..., None]]:
    """Return the functions by which the drill plants, of every room that has one."""
    return [import_string(one.planting) for one in room_registers() if one.planting]


def publishers() -> list[PublisherRow]:
    """Return what makes public rows of released texts, one for each kind."""
    return _rows(lambda one: one.publishers)


def jobs() -> list[Callable[[], None]]:
    """Return what the caretaker does for the rooms every few seconds."""
    return [import_string(path) for path in _rows(lambda one: one.jobs)]


def columns() -> dict[tuple[str, str], ColumnRow]:
    """Return the declaration of every column, the store's own ones included."""
    rows = [*_rows(lambda one: one.columns), *_store_columns()]
    return {(row.table, row.column): row for row in rows}


def _store_columns() -> list[ColumnRow]:
    """Read the store's list, which is plain tuples because the store stands below the rooms."""
    if find_spec(STORE_COLUMNS) is None:
        return []
    return [
        ColumnRow(table=table, column=column, kind=kind, reason=reason)
        for table, column, kind, reason in import_module(STORE_COLUMNS).COLUMNS
    ]


def address_names() -> set[str]:
    """Return the full name of every address, and the pattern itself where it has none."""
    return set(_names(get_resolver().url_patterns, prefix=""))


def _names(patterns: Iterable[URLPattern | URLResolver], *, prefix: str) -> Iterable[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or pattern.pattern}"
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern.url_patterns, prefix=inner)
