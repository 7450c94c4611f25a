# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do what a group does with its elections; each act is one named function.

An election is opened public row first: its address is given once, and whoever fails to get it
seals nothing. It is erased sealed part last, so that a group never runs another's election.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from hedgerow.kernel.errors import BadInput, HedgerowError, Refused
from hedgerow.rooms.elections import selectors
from hedgerow.rooms.elections.models import DAYS_AFTER, Contest, District, Election
from hedgerow.rooms.elections.records import Running
from hedgerow.store.visit import Space


def _columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of an election from what was typed."""
    return {
        "day": fields["day"],
        "opens_minute": fields["opens"],
        "closes_minute": fields["closes"],
        "utc_offset_minutes": fields["utc_offset"],
        "hours": fields["hours"],
        "texts": fields["texts"],
        "rules": fields["rules"],
        "letter_box": fields["letter_box"],
        "is_shown": fields["is_shown"],
    }


def _title(fields: Mapping[str, Any]) -> str:
    """Return what the group's record of an election is called."""
    return str(next(iter(fields["texts"].values()))["title"])


def open_election(space: Space, *, address: str, fields: Mapping[str, Any]) -> None:
    """Open an election: its public row, then the record that this group runs it.

    Raises:
        BadInput: "elections.address_taken".
    """
    try:
        with transaction.atomic():
            Election.objects.create(address=address, **_columns(fields))
    except IntegrityError as error:
        raise BadInput("elections.address_taken") from error
    try:
        space.write(Running(address), title=_title(fields))
    except HedgerowError:
        Election.objects.filter(address=address).delete()
        raise


def change_election(space: Space, election: Election, *, fields: Mapping[str, Any]) -> None:
    """Change an election, and what the group's record of it is called."""
    Election.objects.filter(address=election.address).update(**_columns(fields))
    if any(one.name == election.address for one in space.watches()):
        last_day = day_number(fields["day"] + timedelta(days=DAYS_AFTER))
        space.set_watch_day(election.address, last_day=last_day)
    entry = selectors.running_entry(space, election.address)
    if entry is not None and entry.title != _title(fields):
        value = Running(election.address)
        space.edit(entry.id, value, title=_title(fields), base_version=entry.version)


def day_number(day: date) -> int:
    """Return a date as a day since the epoch."""
    return (day - date(1970, 1, 1)).days


def begin_watching(space: Space, election: Election, *, weeks: int) -> None:
    """Let observers report: the sealed side first, then the row that everybody sees.

    Args:
        space: The group that runs it.
        election: Which.
        weeks: How long reports can be read after the election's day.
    """
    until = day_number(election.day + timedelta(weeks=weeks))
    last_day = day_number(election.last_day)
    if all(one.name != election.address for one in space.watches()):
        space.open_watch(election.address, last_day=last_day, until_day=until)
    Election.objects.filter(address=election.address).update(is_taking=True)


def stop_taking(election: Election) -> None:
    """Take no more reports; what came stays, and taking can begin again."""
    Election.objects.filter(address=election.address).update(is_taking=False)


def erase_election(space: Space, election: Election) -> None:
    """Erase an election that nobody saw: its rows, then the group's record of it.

    Raises:
        Refused: "elections.is_public" where it has a public page or figures.
    """
    has_figures = any(map(selectors.has_figures, selectors.contests_of(election)))
    if election.is_shown or election.is_taking or has_figures:
        raise Refused("elections.is_public")
    election.delete()
    entry = selectors.running_entry(space, election.address)
    if entry is not None:
        space.erase(entry.id)


def _contest_columns(election: Election, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a contest from what was typed."""
    return {
        "titles": fields["titles"],
        "form": fields["form"],
        "options": fields["choices"],
        "district": election.district_set.filter(key=fields["district"]).first(),
    }


def add_contest(election: Election, *, fields: Mapping[str, Any]) -> None:
    """Add a contest to an election."""
    columns = _contest_columns(election, fields)
    Contest.objects.create(election=election, key=fields["key"], **columns)


def change_contest(election: Election, contest: Contest, *, fields: Mapping[str, Any]) -> None:
    """Change a contest; what figures hang on stays as it is.

    Raises:
        Refused: "elections.has_figures" for another form or other options where there are any.
    """
    columns = _contest_columns(election, fields)
    keys = tuple(one["key"] for one in columns["options"])
    is_other = columns["form"] != contest.form or keys != contest.option_keys
    if is_other and selectors.has_figures(contest):
        raise Refused("elections.has_figures")
    for name, value in columns.items():
        setattr(contest, name, value)
    contest.save(update_fields=list(columns))


def erase_contest(contest: Contest) -> None:
    """Erase a contest that has no figures.

    Raises:
        Refused: "elections.has_figures".
    """
    if selectors.has_figures(contest):
        raise Refused("elections.has_figures")
    contest.delete()


@transaction.atomic
def set_districts(election: Election, districts: Iterable[tuple[str, str, str]]) -> None:
    """Make an election's districts those of a list; what is not in it goes.

    Raises:
        Refused: "elections.district_used" with its key, where one that goes has stations or a
            contest.
    """
    wanted = {key: (title, region) for key, title, region in districts}
    for district in selectors.districts_of(election):
        if district.key in wanted:
            continue
        if district.station_set.exists() or district.contest_set.exists():
            raise Refused("elections.district_used", district=district.key)
        district.delete()
    District.objects.bulk_create(
        [
            District(election=election, key=key, title=title, region=region)
            for key, (title, region) in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["election", "key"],
        update_fields=["title", "region"],
    )
