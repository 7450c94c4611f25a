# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the tests of the room an open instance, and a group that somebody opened in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from hedgerow.store import machine as machines
from tests.instances import Vault, open_vault
from tests.keeping import Kept, keep
from tests.pages.conftest import _catalogues  # noqa: F401 -- compiles them once a run
from tests.rooms.members.browsers import Group, founder_of, open_group
from tests.rooms.members.matrix import World, build_world


@pytest.fixture
def vault(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vault]:
    """Return an open instance on a file of its own."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with django_db_blocker.unblock(), open_vault(tmp_path / "home") as vault:
        yield vault


@pytest.fixture
def group(vault: Vault) -> Group:
    """Return a group with one coordinator, opened through its pages."""
    return open_group(founder_of(vault), vault, name="Lantern makers", as_name="Willow")


@pytest.fixture(scope="session")
def kept_world(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[World, Kept]]:
    """Build a world once, and keep it as it is."""
    folder = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), open_vault(folder / "home") as vault:
        world = build_world(vault)
        kept = keep(vault, *world.people.values(), copy=folder / "copy")
    yield world, kept
    kept.forget()


@pytest.fixture
def world(
    kept_world: tuple[World, Kept],
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """Return a group with one person for every role, and another group with one of everything."""
    world, kept = kept_world
    monkeypatch.setenv("HEDGEROW_HOME", str(kept.vault.home))
    with django_db_blocker.unblock():
        kept.restore()
        yield world
        machines.close()
        connections["default"].close()
