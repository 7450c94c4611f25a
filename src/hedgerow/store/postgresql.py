# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask a PostgreSQL server how it keeps, logs and journals, and refuse what loses or leaks.

Nothing else in the program speaks to a server without Django: the parent of a service asks
before it starts anything. docs/examples/postgresql.conf is a file that passes.
"""

from collections.abc import Callable, Mapping
from typing import Final

import psycopg

from hedgerow.kernel.errors import Refused

ACCEPT_WRITE_ORDER: Final = "HEDGEROW_ACCEPT_WRITE_ORDER"
#: What is said of a server whose journal is not the one of the example.
GIVES_AWAY: Final = (
    "This PostgreSQL keeps its journal of writes: whoever takes its disk or its archive can see"
    " at which microsecond each change was made and which rows it touched, for as long as files"
    " or blocks of the journal last. Who wrote, and what, stays sealed."
)
_ANSWER_S: Final = 10
_OLDEST: Final = 140_000

Fits = Callable[[str], bool]


def _is(wanted: str) -> Fits:
    """Return a check for one value."""
    return lambda found: found == wanted


def _at_most(wanted: int) -> Fits:
    """Return a check for a number with an upper bound."""
    return lambda found: int(found) <= wanted


#: Without these a power cut takes what was acknowledged.
KEEPS: Final[Mapping[str, Fits]] = {
    "fsync": _is("on"),
    "full_page_writes": _is("on"),
    # All other values also wait for the disk of this server.
    "synchronous_commit": lambda found: found != "off",
}
#: Without these the server's log may hold ids or sealed values, and when they came.
LOGS: Final[Mapping[str, Fits]] = {
    "log_statement": _is("none"),
    "log_min_error_statement": _is("panic"),
    "log_min_duration_statement": _is("-1"),
    "log_min_duration_sample": _is("-1"),
    "log_transaction_sample_rate": _is("0"),
    "log_parameter_max_length": _is("0"),
    "log_parameter_max_length_on_error": _is("0"),
    "log_error_verbosity": _is("terse"),
    "log_lock_waits": _is("off"),
    "debug_print_parse": _is("off"),
    "debug_print_rewritten": _is("off"),
    "debug_print_plan": _is("off"),
    "auto_explain.log_min_duration": _is("-1"),
}
#: Without these the journal tells the order and the time of writes for long. Sizes are MB.
JOURNAL: Final[Mapping[str, Fits]] = {
    "wal_level": _is("minimal"),
    "max_wal_senders": _is("0"),
    "max_wal_size": _at_most(64),
    "min_wal_size": _at_most(32),
    "wal_keep_size": _is("0"),
    "wal_recycle": _is("off"),
    "archive_mode": _is("off"),
    "track_commit_timestamp": _is("off"),
}


def settings_of(url: str) -> dict[str, str]:
    """Return the settings of a server as this database and role have them.

    Raises:
        Refused: "postgresql.no_answer"; "postgresql.old" for one before version 14.
    """
    try:
        with psycopg.connect(url, connect_timeout=_ANSWER_S) as line:
            if line.info.server_version < _OLDEST:
                raise Refused("postgresql.old")
            return dict(line.execute("SELECT name, setting FROM pg_settings").fetchall())
    except psycopg.Error:
        # The error names address and role, and may quote the address that was given.
        raise Refused("postgresql.no_answer") from None


def misfits(settings: Mapping[str, str], wanted: Mapping[str, Fits]) -> str:
    """Return the settings that are not as wanted, as one line; what a server lacks is right."""
    found = [
        f"{name} = {settings[name]}"
        for name, fits in wanted.items()
        if name in settings and not fits(settings[name])
    ]
    return ", ".join(found)


def demand_careful(settings: Mapping[str, str], *, accepts_order: bool) -> bool:
    """Refuse a server that loses or leaks; tell whether its journal gives the order away.

    Args:
        settings: Of the server.
        accepts_order: Whether a person accepts what `GIVES_AWAY` says.

    Raises:
        Refused: "postgresql.loses", "postgresql.logs" or "postgresql.journal"; the detail
            names the settings.
    """
    if lost := misfits(settings, KEEPS):
        raise Refused("postgresql.loses", settings=lost)
    if logged := misfits(settings, LOGS):
        raise Refused("postgresql.logs", settings=logged)
    journal = misfits(settings, JOURNAL)
    if journal and not accepts_order:
        raise Refused("postgresql.journal", settings=journal)
    return bool(journal)
