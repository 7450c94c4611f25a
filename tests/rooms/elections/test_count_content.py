# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the page of a count says is kept, and drawn anew as soon as any row of it changes."""

import errno
import os

import pytest
from django.template.loader import render_to_string

from hedgerow.kernel.errors import Busy
from hedgerow.rooms.elections import count_content, counting
from hedgerow.rooms.elections.models import Contest, Count, District, Election
from hedgerow.rooms.elections.tile_places import set_places
from hedgerow.store import sharing
from tests.instances import Vault
from tests.rooms.elections.observers import GOOD
from tests.rooms.elections.watched_election import NAME, World
from tests.rooms.members.browsers import Somebody

Drawn = list[str]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """Return a list that grows with each drawing."""
    times: Drawn = []

    def noted(template: str, page: dict[str, object]) -> str:
        times.append(template)
        return render_to_string(template, page)

    monkeypatch.setattr(f"{count_content.__name__}.render_to_string", noted)
    return times


@pytest.fixture
def path(world: World) -> str:
    """Return the page of a count to which one sheet came."""
    world.sheet(world.codes(0)[0], *GOOD, at=0)
    counting.tick(is_hurried=True)
    return f"/elections/{NAME}/{world.contest.key}/"


def test_a_page_is_drawn_once_while_nothing_changes(path: str, drawn: Drawn) -> None:
    """Once a language, and once for those who keep it still; every reader gets the same."""
    first = Somebody().open(path).text
    assert "400" in first
    assert Somebody().open(path).text == first
    assert len(drawn) == 1
    assert "Keep it still" not in Somebody().open(f"{path}?still=1").text
    assert "Мандаты" not in Somebody("ru").open(path).text
    assert len(drawn) == 3


def test_what_was_asked_for_lately_is_drawn_before_the_count_is_written(
    world: World, path: str, drawn: Drawn, vault: Vault
) -> None:
    """Whoever reads a new count waits for no drawing, in the language that was read before."""
    Somebody().open(path)
    world.sheet(world.codes(1)[0], *GOOD, at=1)
    counting.tick(is_hurried=True)
    assert len(drawn) == 2
    assert "800" in Somebody().open(path).text
    assert len(drawn) == 2
    assert "800" in Somebody("uk").open(path).text
    assert len(drawn) == 3
    vault.clock.advance(minutes=11)
    world.sheet(world.codes(2)[0], *GOOD, at=2)
    counting.tick(is_hurried=True)
    assert len(drawn) == 3


def test_what_was_drawn_of_other_rows_is_not_shown(world: World, path: str) -> None:
    """A title changed since: what the counting process drew is of the old one."""
    Somebody().open(path)
    world.sheet(world.codes(1)[0], *GOOD, at=1)
    counting.tick(is_hurried=True)
    District.objects.filter(key="north").update(title="Hills")
    text = Somebody().open(path).text
    assert "800" in text
    assert "Hills" in text


def test_no_more_than_some_are_drawn_ahead(
    world: World, path: str, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts are written in time also where pages of hundreds of contests are read."""
    monkeypatch.setattr(counting, "_MOST_AHEAD", 1)
    for language in ("en", "ru"):
        Somebody(language).open(path)
    world.sheet(world.codes(1)[0], *GOOD, at=1)
    counting.tick(is_hurried=True)
    assert len(drawn) == 3


def test_a_full_memory_keeps_no_count_and_no_page_back(
    world: World, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be noted or handed over is drawn by whoever needs it."""

    def is_full(*_values: object, **_named: object) -> None:
        raise Busy("store.full")

    def has_no_room(name: str, content: bytes) -> None:
        if name.startswith("count page"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        share(name, content)

    share = sharing.share
    monkeypatch.setattr(sharing, "ask", is_full)
    assert "400" in Somebody().open(path).text
    monkeypatch.undo()
    Somebody("uk").open(path)
    monkeypatch.setattr(sharing, "share", has_no_room)
    world.sheet(world.codes(1)[0], *GOOD, at=1)
    counting.tick(is_hurried=True)
    assert "800" in Somebody("uk").open(path).text
    monkeypatch.setattr(sharing, "asked", is_full)
    world.sheet(world.codes(2)[0], *GOOD, at=2)
    counting.tick(is_hurried=True)
    assert "1,200" in Somebody().open(path).text


def test_whatever_the_page_is_made_of_draws_it_anew(world: World, path: str, drawn: Drawn) -> None:
    """The count, the ballot paper, districts, tiles and the first official result."""
    Somebody().open(path)
    world.sheet(world.codes(1)[0], *GOOD, at=1)
    counting.tick(is_hurried=True)
    assert "800" in Somebody().open(path).text
    contest = Contest.objects.get(pk=world.contest.pk)
    contest.options[0]["titles"]["en"] = "Lamps"
    contest.save()
    assert "Lamps" in Somebody().open(path).text
    District.objects.filter(key="north").update(title="Hills")
    assert "Hills" in Somebody().open(path).text
    set_places(Election.objects.get(), "region", {"Town": (0, 0)})
    Somebody().open(path)
    world.official(at=0)
    assert "Beside the official figures" in Somebody().open(path).text
    assert len(drawn) == 6


def test_an_election_that_is_hidden_or_whose_count_is_gone_shows_nothing_kept(path: str) -> None:
    """The next request is obeyed, whatever was drawn before."""
    assert "400" in Somebody().open(path).text
    Count.objects.all().delete()
    assert "No count yet" in Somebody().open(path).text
    Election.objects.update(is_shown=False)
    assert Somebody().open(path).status == 404


def test_no_more_than_some_contents_are_kept(
    path: str, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that nobody asked for longest goes first."""
    monkeypatch.setattr(count_content, "_MOST_KEPT", 1)
    Somebody().open(path)
    Somebody("ru").open(path)
    Somebody().open(path)
    assert len(drawn) == 3
