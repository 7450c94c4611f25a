# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the public page shows of a count: released sheets alone, beside what lacks."""

import json

import numpy as np

from hedgerow.engines.tally.frame import Frame
from hedgerow.engines.tally.layout import MISSING, Layout
from hedgerow.engines.tally.protocols import Protocols, Ruling, protocols_of
from hedgerow.engines.tally.reports import reports_of
from hedgerow.rooms.elections import public_count
from hedgerow.rooms.elections.sheets import form_named

LAYOUT = Layout.of(form_named("plain"), ("oak", "elm"))
FRAME = Frame.of(
    ["1", "2", "3", "4", "5", "6"],
    np.array([100, 200, 300, 100, 100, 100]),
    groups={"region": ["N", "N", "S", "S", "S", "S"], "district": ["1", "2", "1", "2", "", ""]},
)
SHEETS = [
    (0, 1, [100, 60, 2, 58, 40, 18]),
    (1, 2, [200, 90, 0, 90, 50, 40]),
    # Of the third station two observers say different things.
    (2, 3, [300, 90, 0, 90, 50, 40]),
    (2, 4, [300, 90, 0, 90, 40, 50]),
    # The votes of the fourth are more than its valid ballots.
    (3, 5, [100, 60, 0, 58, 40, 20]),
    (4, 6, [100, 60, 0, MISSING, 40, 20]),
]


def _protocols(**more: object) -> Protocols:
    """Return the protocols of six stations, the last of which nobody saw."""
    stations, sources, values = zip(*SHEETS, strict=True)
    reports = reports_of(LAYOUT, np.array(values), station=stations, source=sources)
    return protocols_of(reports, layout=LAYOUT, stations=6, **more)  # type: ignore[arg-type]  # as given


def test_all_that_counts_is_added_up_where_nothing_else_is_said() -> None:
    """Votes, ballots, voters and stations; and each reason why others are not counted."""
    found = public_count.result_of(_protocols(), FRAME)
    assert [(one.key, one.votes) for one in found.options] == [("oak", 90), ("elm", 58)]
    assert (found.ballots, found.valid) == (150, 148)
    assert (found.stations, found.counted) == (6, 2)
    assert (found.registered, found.registered_counted) == (900, 300)
    assert (found.heard, found.waiting) == (5, 0)
    assert (found.conflicts, found.broken, found.incomplete, found.held) == (1, 1, 1, 0)


def test_only_released_sheets_are_added_up() -> None:
    """A sheet that would count and is not released waits, and no part shows its votes."""
    released = np.array([True, False, False, True, True, True])
    found = public_count.result_of(_protocols(), FRAME, released=released)
    assert [one.votes for one in found.options] == [40, 18]
    assert (found.counted, found.waiting, found.heard) == (1, 1, 5)
    north, south = found.regions
    assert (north.name, north.stations, north.counted, north.votes) == ("N", 2, 1, (40, 18))
    assert (south.name, south.counted, south.ballots, south.votes) == ("S", 0, 0, (0, 0))
    assert [(one.name, one.counted) for one in found.districts] == [("", 0), ("1", 1), ("2", 0)]


def test_what_was_accepted_counts_and_is_told() -> None:
    """A sheet that breaks a relation counts where an operator accepted it."""
    ruling = Ruling(number=1, station=3, column=None, value=1, by="0", reason="")
    found = public_count.result_of(_protocols(rulings=[ruling]), FRAME)
    assert (found.counted, found.accepted, found.broken) == (3, 1, 0)


def test_bounds_take_in_all_that_was_not_seen() -> None:
    """From none of the unseen voters to all of them; a leader is certain only beyond that."""
    found = public_count.result_of(_protocols(), FRAME)
    oak = found.options[0]
    assert oak.low is not None
    assert oak.high is not None
    assert round(oak.low, 6) == round(90 / 750, 6)
    assert round(oak.high, 6) == round(690 / 750, 6)
    assert found.certain_leader is None
    two = FRAME.where(np.array([0, 1]))
    sure = public_count.result_of(
        protocols_of(
            reports_of(
                LAYOUT,
                np.array([row for *_, row in SHEETS[:2]]),
                station=[0, 1],
                source=[1, 2],
            ),
            layout=LAYOUT,
            stations=2,
        ),
        two,
    )
    assert sure.certain_leader == "oak"


def test_nothing_at_all_has_no_bounds() -> None:
    """An election without a station shows noughts and no share."""
    frame = Frame.of([], np.array([], np.int64))
    nothing = np.zeros((0, len(LAYOUT.columns)), np.int64)
    found = public_count.result_of(
        protocols_of(reports_of(LAYOUT, nothing), layout=LAYOUT, stations=0), frame
    )
    assert [(one.votes, one.low, one.high) for one in found.options] == [(0, None, None)] * 2
    assert (found.regions, found.districts, found.turnout) == ((), (), ())


def test_turnout_is_that_of_stations_that_were_heard_of() -> None:
    """By the hour, with the voters of these stations alone."""
    said = {20: np.array([60, MISSING, 100, MISSING, MISSING, MISSING], np.int32)}
    said |= {10: np.array([10, MISSING, MISSING, MISSING, MISSING, MISSING], np.int32)}
    first, last = public_count.result_of(_protocols(), FRAME, turnout=said).turnout
    assert (first.hour, first.stations, first.registered, first.voted) == (10, 1, 100, 10)
    assert (last.hour, last.stations, last.registered, last.voted) == (20, 2, 400, 160)


def test_a_result_goes_through_a_row_unchanged() -> None:
    """What a column of JSON holds comes back as it was."""
    found = public_count.result_of(_protocols(), FRAME)
    assert public_count.decode(json.loads(json.dumps(public_count.encode(found)))) == found
