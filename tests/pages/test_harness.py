# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that the lists which must stay complete are complete, over the site and every room."""

import ast
import operator
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import path, reverse
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.rooms.registration import ColumnRow, DeskItem, EntryPoint, MenuItem, Register
from hedgerow.site import harness, urls
from tests.instances import open_vault
from tests.pages.client import InspectingClient
from tests.pages.conftest import SOURCE, rendered_templates

CODED = SOURCE / "hedgerow"
# Only these reach a person with a sentence of their own: what is not found has one page for
# all, what is damaged or busy has the site's.
SPOKEN = frozenset({"BadInput", "Refused", "Conflict"})
SPEAKING_LAYERS = ("rooms", "store")
# These speak to whoever runs the machine, on a terminal.
OPERATORS_CODES = (
    "backup.",
    "boot.",
    "instance.",
    "memory.",
    "postgresql.",
    "restore.",
    "runtime.",
)


def test_every_address_has_a_permission_row() -> None:
    """No address exists that nobody declared, and none was declared that does not exist."""
    assert set(harness.permissions()) == harness.address_names()


def test_an_address_without_a_row_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list above fails when an address is added and not declared."""
    extra = path("new/", lambda request: request, name="new")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, extra])
    assert "new" in set(harness._names(urls.urlpatterns, prefix=""))


def test_every_page_and_canary_names_an_address() -> None:
    """Pages, fields to plant in, menu and entries lead to declared addresses."""
    named = {
        *(row.url_name for row in harness.pages()),
        *(row.url_name for row in harness.canaries()),
        *(row.url_name for row in harness.menu_items()),
        *(row.url_name for row in harness.entry_points()),
    }
    assert named <= set(harness.permissions())


def test_every_address_without_arguments_answers_a_stranger_as_declared(
    pages: InspectingClient,
) -> None:
    """Each declared status for strangers is the status they get from the site's own pages."""
    for row in harness.permissions().values():
        if row.url_name.startswith("site:") and row.url_name != "site:parts":
            status = row.roles.get("stranger", row.otherwise) if "GET" in row.methods else 405
            assert pages.get(reverse(row.url_name)).status_code == status, row.url_name


def test_every_template_of_the_site_is_rendered(pages: InspectingClient) -> None:
    """No template of the site is left that no page uses."""
    folder = SOURCE / "hedgerow" / "site" / "templates"
    files = {one.relative_to(folder).as_posix() for one in folder.rglob("*.html")}
    with rendered_templates() as rendered:
        for address in ("/", "/about/", "/limits/", "/language/", "/parts/", "/nowhere/"):
            pages.get(address)
        for form in ("paper", "form"):
            pages.get(f"/parts/?as={form}")
    assert files - rendered == set()


def test_every_column_is_declared(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column of the database is declared with its kind and a reason, and no other is."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with (
        django_db_blocker.unblock(),
        open_vault(tmp_path / "home"),
        connection.cursor() as cursor,
    ):
        tables = connection.introspection.table_names(cursor)
        # SQLite keeps it for tables that count their rows, and Django does not list it.
        if connection.vendor == "sqlite":
            tables.append("sqlite_sequence")
        found = {
            (table, column.name)
            for table in tables
            for column in connection.introspection.get_table_description(cursor, table)
        }
    declared = harness.columns()
    if connection.vendor != "sqlite":
        found |= {key for key in declared if key[0] == "sqlite_sequence"}
    assert found == set(declared)
    assert all(row.reason.endswith(".") for row in declared.values())


def test_every_error_people_can_meet_has_a_sentence() -> None:
    """Each code of bad input, refusal or conflict raised by store or rooms has its sentence."""
    codes = {
        code
        for layer in SPEAKING_LAYERS
        for file in (CODED / layer).rglob("*.py")
        for code in codes_raised(file.read_text("utf-8"))
    }
    spoken_to_people = {code for code in codes if not code.startswith(OPERATORS_CODES)}
    assert spoken_to_people - set(harness.sentences()) == set()


def codes_raised(source: str) -> Iterator[str]:
    """Yield the constant codes with which errors that need a sentence are made."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        code = node.args[0]
        if name in SPOKEN and isinstance(code, ast.Constant):
            yield str(code.value)


def test_a_code_without_a_sentence_would_be_seen() -> None:
    """The list above reads codes out of the code."""
    assert list(codes_raised('raise BadInput("a.b", n=1)\nraise NotFound("c.d")')) == ["a.b"]


def test_every_sentence_can_be_shown() -> None:
    """Every sentence has a status of an error and names its details as they are filled in."""
    for row in harness.sentences().values():
        assert 400 <= row.status < 600
        assert "{" not in str(row.sentence), row.code


def test_the_menu_shows_members_lines_to_members_only(
    pages: InspectingClient,
    monkeypatch: pytest.MonkeyPatch,
    fresh_harness: None,  # noqa: ARG001  # The caches are emptied around the test.
) -> None:
    """A line for members is not shown to a stranger, one for everybody is."""
    menu = (
        MenuItem(label="For all", url_name="site:about", is_for_everybody=True),
        MenuItem(label="For members", url_name="site:language"),
    )
    monkeypatch.setattr(harness, "room_registers", lambda: [Register(menu=menu)])
    html = pages.get("/").content.decode()
    assert "For all" in html
    assert "For members" not in html


def test_registered_functions_are_found_by_their_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a room names for the quick exit is imported, and a wrong path is noticed."""
    monkeypatch.setattr(harness, "room_registers", lambda: [Register(exits=("operator.setitem",))])
    assert harness.exits() == [operator.setitem]
    monkeypatch.setattr(harness, "room_registers", lambda: [Register(exits=("operator.none",))])
    with pytest.raises(ImportError):
        harness.exits()


def test_what_waits_for_a_member_is_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items of the member's page and ways in stand in the order their rooms ask for."""
    desk = (DeskItem(name="b", lines="x.y"), DeskItem(name="a", lines="x.y", order=200))
    entries = (
        EntryPoint(label="second", hint="", url_name="site:about", order=2),
        EntryPoint(label="first", hint="", url_name="site:front", order=1),
    )
    monkeypatch.setattr(harness, "room_registers", lambda: [Register(desk=desk, entries=entries)])
    assert [one.name for one in harness.desk_items()] == ["b", "a"]
    assert [one.label for one in harness.entry_points()] == ["first", "second"]


def test_the_stores_columns_are_taken_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    """The store's plain list becomes rows like all others."""
    assert settings.HEDGEROW_HOME
    (tmp_path / "stand_in_columns.py").write_text(
        'COLUMNS = (("body", "box", "sealed", "It is."),)\n', "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(harness, "STORE_COLUMNS", "stand_in_columns")
    row = ColumnRow(table="body", column="box", kind="sealed", reason="It is.")
    assert harness.columns()["body", "box"] == row
