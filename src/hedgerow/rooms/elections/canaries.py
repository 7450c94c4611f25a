# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name the fields into which the drill types.

What is written about an election is for everybody to read; a file that is refused is for nobody.
"""

from hedgerow.rooms.registration import CanaryRow

_LANGUAGES = ("en", "ru", "uk")
_COLUMNS = 30


def _public(url_name: str, *fields: str) -> tuple[CanaryRow, ...]:
    """Declare fields whose content everybody reads."""
    return tuple(
        CanaryRow(url_name=f"elections:{url_name}", field=field, shape="public") for field in fields
    )


def _in_languages(*names: str) -> tuple[str, ...]:
    """Name fields that there are in each language."""
    return tuple(f"{name}_{language}" for name in names for language in _LANGUAGES)


_ELECTION = ("day", "opens", "closes", "utc_offset", "hours", *_in_languages("title", "about"))
_CONTEST = ("keys", *_in_languages("title", "options"))
_NUMBERS = ("nominations_needed", "nominations", "target_amount", "target_currency")
_CANDIDATE = ("name", *_NUMBERS, *_in_languages("page", "programme"))
_IMPORT = tuple(f"column_{number}" for number in range(_COLUMNS))

CANARIES = (
    *_public("new", "address", *_ELECTION),
    *_public("edit", *_ELECTION),
    *_public("new-contest", "key", *_CONTEST),
    *_public("edit-contest", *_CONTEST),
    *_public("districts", "districts"),
    *_public("edit-candidate", *_CANDIDATE),
    *_public("import-stations", *_IMPORT),
    *_public("import-official", *_IMPORT),
    CanaryRow(url_name="elections:station-list", field="q", shape="word"),
    CanaryRow(url_name="elections:import-stations", field="file", shape="file"),
    CanaryRow(url_name="elections:import-official", field="file", shape="file"),
    *_public("begin", "weeks"),
    *_public("cards", "count", "names", "part"),
    *_public("place", "station"),
    *_public("publish", "station"),
    CanaryRow(url_name="elections:holder", field="name", shape="word"),
    CanaryRow(url_name="elections:holder", field="contact"),
    CanaryRow(url_name="elections:holder", field="note"),
    CanaryRow(url_name="elections:hours", field="hours"),
    CanaryRow(url_name="elections:code", field="text"),
    CanaryRow(url_name="elections:hold", field="reason"),
    CanaryRow(url_name="elections:paste", field="text"),
    CanaryRow(url_name="elections:rule", field="reason"),
    *_public("second", *(f"line_{number}" for number in range(_COLUMNS))),
    CanaryRow(url_name="elections:observe", field="words", shape="code"),
    *_public("observe-turnout", "voted"),
    *_public("observe-sheet", *(f"c{number}" for number in range(_COLUMNS))),
    CanaryRow(url_name="elections:observe-happened", field="text"),
    CanaryRow(url_name="elections:observe-happened", field="photographs", shape="file"),
    CanaryRow(url_name="elections:observe-sheet", field="photographs", shape="file"),
)
