# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows that every report reads: found by statements built once, and never kept."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from hedgerow.rooms.elections.models import Contest, District, Election, Station
from hedgerow.rooms.elections.observing_rows import NOT_HERE
from hedgerow.rooms.elections.single_rows import single_row
from tests.rooms.elections.observers import GOOD, figures, send
from tests.rooms.elections.watched_election import NAME, World
from tests.rooms.members.browsers import Somebody


def test_a_row_is_what_the_orm_would_read(world: World) -> None:
    """Dates, truth values and mappings come as the ORM gives them, each in one statement."""
    for one in (world.election, world.contest, world.stations[2]):
        with CaptureQueriesContext(connection) as asked:
            found = single_row(type(one), **{type(one)._meta.pk.attname: one.pk})
        assert len(asked) == 1
        same = type(one).objects.get(pk=one.pk)
        names = [field.attname for field in one._meta.concrete_fields]
        assert [getattr(found, name) for name in names] == [getattr(same, name) for name in names]


def test_a_row_of_another_election_is_not_found(world: World) -> None:
    """Every named column must have its value."""
    station = world.stations[0]
    assert single_row(Station, election_id=NAME, id=station.pk) == station
    assert single_row(Station, id=station.pk, election_id=NAME) == station
    assert single_row(Station, election_id="other", id=station.pk) is None
    assert single_row(Contest, election_id=NAME, key="no-such") is None


def test_what_changes_between_two_reports_is_obeyed_at_once(world: World, who: Somebody) -> None:
    """Closed and opened again by another process, as each next report says."""
    path = f"/observe/sheet/{world.contest.key}/"
    page, again = who.open(path), who.open(path)
    assert send(who, page, **figures(*GOOD)).path == "/observe/sent/1/"
    Election.objects.filter(address=NAME).update(is_taking=False)
    refused = send(who, again, **figures(*GOOD))
    assert "takes no reports any more" in refused.text
    Election.objects.filter(address=NAME).update(is_taking=True)
    assert send(who, refused, **figures(*GOOD)).path == "/observe/sent/2/"


def test_a_ballot_paper_that_was_moved_is_refused_at_once(world: World, who: Somebody) -> None:
    """Between opening a form and sending it the contest became one of another district."""
    page = who.open(f"/observe/sheet/{world.contest.key}/")
    other = District.objects.get(key="south")
    Contest.objects.filter(pk=world.contest.pk).update(district=other)
    refused = send(who, page, **figures(*GOOD))
    assert refused.status == 422
    assert str(NOT_HERE) in refused.text
