# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the tests of pages a client that inspects them, and catalogues that are compiled."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test.signals import template_rendered

from hedgerow.site import harness
from tests.pages.client import InspectingClient
from tools.compile_translations import main as compile_translations

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    """Compile the catalogues that are newer than what was compiled of them."""
    sources = SOURCE.rglob("LC_MESSAGES/*.po")
    if any(_is_stale(path) for path in sources):
        assert compile_translations([str(SOURCE)]) == 0


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


@pytest.fixture(autouse=True)
def _no_public_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the front page without a database: these tests look at what all pages share."""
    monkeypatch.setattr("hedgerow.site.views.ways_in", list)


@pytest.fixture
def pages(settings: Any) -> InspectingClient:
    """Return a stranger's browser on an open instance that shows its parts."""
    settings.HEDGEROW_IS_OPEN = lambda: True
    settings.HEDGEROW_SHOW_PARTS = True
    return InspectingClient()


@contextmanager
def rendered_templates() -> Iterator[set[str]]:
    """Collect the names of the templates rendered inside the block."""
    names: set[str] = set()

    def note(template: Any, **_ignored: Any) -> None:
        names.add(template.name)

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


@pytest.fixture
def fresh_harness() -> Iterator[None]:
    """Let a test change what is registered."""
    caches = (harness.permissions, harness.sentences, harness.menu_items)
    for one in caches:
        one.cache_clear()
    yield
    for one in caches:
        one.cache_clear()
