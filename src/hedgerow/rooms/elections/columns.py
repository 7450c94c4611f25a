# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare what each column of the room's tables gives away, and why it may."""

from hedgerow.rooms.registration import ColumnKind, ColumnRow

_NUMBER = "Counts the rows; they stand there for everybody to read."
_CONTEST = "Says which contest the row is about."
_STATION = "Says which station the row is about."
_ELECTION = "Says which election the row is about."

_PUBLIC: dict[str, dict[str, str]] = {
    "election": {
        "address": "Stands in the address of the election's public page; names no group.",
        "day": "The day of an election is in every newspaper.",
        "opens_minute": "When stations open is in every newspaper.",
        "closes_minute": "When stations close is in every newspaper.",
        "utc_offset_minutes": "Which clock the hours are told by.",
        "hours": "The hours at which turnout is asked for stand on the public page.",
        "texts": "Title and description, written for everybody to read.",
        "is_shown": "Whoever opens the address sees whether there is a page.",
        "is_taking": "Whoever opens the page sees whether observers may report.",
        "letter_box": "The public page leads to it; whoever chose it was told so.",
        "rules": "The public page says by which rule sheets are released.",
        "photographs_back": "The record says how many photographs were taken back; not which, nor"
        " of which station.",
    },
    "election_district": {
        "election_id": _ELECTION,
        "key": "Stands in public tables.",
        "title": "Stands in public tables.",
        "region": "Stands in public tables.",
    },
    "election_contest": {
        "election_id": _ELECTION,
        "key": "Stands in the address of the contest's public page.",
        "titles": "Titles, written for everybody to read.",
        "form": "Names a form that the software ships.",
        "options": "What stands on the ballot paper.",
        "district_id": "Says where the contest is held.",
    },
    "election_station": {
        "election_id": _ELECTION,
        "name": "Commissions publish the list of stations.",
        "region": "Commissions publish the list of stations.",
        "commission": "Commissions publish the list of stations.",
        "district_id": "Commissions publish the list of stations.",
        "registered": "Commissions publish the list of stations.",
        "place": "Where a station is, commissions publish.",
        "is_remote": "Says that remote votes are counted there, which is published.",
    },
    "election_tile": {
        "election_id": _ELECTION,
        "kind": "Says whether the row is about a region, a district or a commission.",
        "name": "Stands in public tables.",
        "tile_row": "Where the tile stands in a public picture.",
        "tile_column": "Where the tile stands in a public picture.",
    },
    "election_official": {
        "contest_id": _CONTEST,
        "station_id": _STATION,
        "values": "What the commission published.",
    },
    "election_sheet": {
        "contest_id": _CONTEST,
        "station_id": _STATION,
        "values": "Figures that the headquarters released for everybody.",
        "digest": "The sum by which anybody checks the figures; made of public values.",
        "by": "The public page says whether a rule or a person released the sheet.",
        "versions": "The public page says how many versions of the sheet there were.",
    },
    "election_photograph": {
        "station_id": _STATION,
        "content": "A photograph with covered parts, which a person showed to everybody.",
        "digest": "The sum by which anybody checks the photograph; made of public bytes.",
        "original_digest": "The sum of the photograph as it came: whoever has it can say later that"
        " it is this one; it gives away nothing of what is covered.",
    },
    "election_count": {
        "contest_id": _CONTEST,
        "minute": "Says how old the count is; it is made every minute whoever sends something.",
        "result": "Sums of released sheets, and how many stations lack; the public page shows it.",
    },
    "election_forensics_order": {
        "contest_id": _CONTEST,
        "code": "Says why a report on published figures could not be made.",
        "details": "Names the columns and lines of published figures that are at odds.",
    },
    "election_forensics": {
        "contest_id": _CONTEST,
        "digest": "The sum of the data that were tested, which the public page offers.",
        "left_out": "The public page says how many stations were not tested.",
        "sums": "The public page shows the sums of the files.",
        "archive": "A report on official results, and the official results it is about.",
    },
    "election_candidate": {
        "contest_id": _CONTEST,
        "option": "Says which line of the ballot paper the page is about.",
        "name": "Candidates are public persons.",
        "texts": "Page and programme, written for everybody to read.",
        "nominations_needed": "The law says how many are needed.",
        "nominations": "The public page says how many there are.",
        "target_amount": "The public page says what the campaign needs.",
        "target_currency": "The public page says what the campaign needs.",
        "is_shown": "Whoever opens the address sees whether there is a page.",
    },
}
_NUMBERED = (
    "election_district",
    "election_contest",
    "election_station",
    "election_tile",
    "election_official",
    "election_sheet",
    "election_photograph",
    "election_candidate",
)


def _row(table: str, column: str, reason: str, kind: ColumnKind = "public") -> ColumnRow:
    """Declare one column."""
    return ColumnRow(table=table, column=column, kind=kind, reason=reason)


COLUMNS = (
    *(_row(table, name, why) for table, names in _PUBLIC.items() for name, why in names.items()),
    *(_row(table, "id", _NUMBER, "count") for table in _NUMBERED),
    _row("election_sheet", "hour", "The whole hour of the release.", "coarse date"),
    _row("election_forensics", "hour", "The whole hour in which it was made.", "coarse date"),
    _row("election_photograph", "hour", "The whole hour in which it was shown.", "coarse date"),
)
