# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the tests of the room an open instance, and a group that somebody opened in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.instances import Vault, open_vault
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


@pytest.fixture
def world(vault: Vault) -> World:
    """Return a group with one person for every role, and another group with one of everything."""
    return build_world(vault)
