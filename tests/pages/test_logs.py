# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a log line says where something broke, and nothing of what was typed."""

import logging
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings

from hedgerow.site.logs import PlaceFormatter

SECRET = "heron lantern"


def line(name: str, message: str, *arguments: object, **extra: Any) -> str:
    """Return the line a record would leave, raised inside an exception that holds a secret."""
    info: Any = None
    try:
        int(SECRET)
    except ValueError:
        info = sys.exc_info()
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, info)
    record.__dict__.update(extra)
    return PlaceFormatter().format(record)


def test_a_line_names_class_and_place() -> None:
    """The class of the exception, the file and the status stand in the line."""
    text = line("django.request", "Internal Server Error: %s", f"/{SECRET}/", status_code=500)
    assert text.startswith("ERROR django.request 500 ValueError test_logs.py:")


@pytest.mark.parametrize("name", ["django.request", "django.security", "gunicorn.error", "other"])
def test_a_line_of_others_holds_no_message(name: str) -> None:
    """Messages of libraries are left out, because they are made of what was sent."""
    assert SECRET not in line(name, f"Invalid: {SECRET}", SECRET)


def test_our_own_message_stands_without_its_values() -> None:
    """A message of Hedgerow is printed as it is written in the code, unfilled."""
    text = line("hedgerow.site.middleware", "Damaged data in %s was met.", SECRET)
    assert "Damaged data in %s was met." in text
    assert SECRET not in text


def test_a_record_without_exception_names_its_place() -> None:
    """A plain warning says from which line of which file it came."""
    record = logging.LogRecord("django", logging.WARNING, "/a/b.py", 7, SECRET, (), None)
    assert PlaceFormatter().format(record) == "WARNING django b.py:7"


def test_no_logger_mails_anybody() -> None:
    """Django's own configuration, which mails errors, is not loaded."""
    assert django_settings.LOGGING_CONFIG is None
    assert not django_settings.ADMINS
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]
    handlers = {type(handler).__name__ for one in loggers for handler in one.handlers}
    assert "AdminEmailHandler" not in handlers
