# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the tests of the store an open instance."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.instances import Vault, open_vault


@pytest.fixture
def vault(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vault]:
    """Return an open instance on a file of its own."""
    monkeypatch.setenv("HEDGEROW_HOME", str(tmp_path))
    with django_db_blocker.unblock(), open_vault(tmp_path / "home") as vault:
        yield vault
