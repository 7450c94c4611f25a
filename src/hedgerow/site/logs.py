# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write logs that say what broke and where, and never with what values.

An exception's message, a request's path and a query's parameters can hold what a person
typed. So a line holds the level, the logger, a status, the class of the exception and the
places in the code; for Hedgerow's own loggers also the constant message, without arguments.
"""

import logging
import logging.config
import traceback
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType
from typing import Any

OWN = "hedgerow"
MOST_PLACES = 12


class PlaceFormatter(logging.Formatter):
    """Format a record without any value in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line for the record."""
        return " ".join(_words(record))


def _words(record: logging.LogRecord) -> Iterator[str]:
    yield record.levelname
    yield record.name
    if record.name.partition(".")[0] == OWN and isinstance(record.msg, str):
        yield record.msg
    status = getattr(record, "status_code", None)
    if isinstance(status, int):
        yield str(status)
    if record.exc_info and record.exc_info[0]:
        yield record.exc_info[0].__name__
        yield from _places(record.exc_info[2])
    else:
        yield f"{PurePath(record.pathname).name}:{record.lineno}"


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame, line in list(traceback.walk_tb(trace))[-MOST_PLACES:]:
        yield f"{PurePath(frame.f_code.co_filename).name}:{line}"


def configure(config: dict[str, Any]) -> None:
    """Set logging up from the settings, and silence the traces of logging itself."""
    logging.config.dictConfig(config)
    logging.raiseExceptions = False
