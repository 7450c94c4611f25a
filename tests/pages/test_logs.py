# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check that a log line says where something broke, and nothing of what was typed."""

import logging
import re
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.conf import settings as django_settings
from gunicorn.config import Config

from hedgerow.cli.gunicorn_conf import QuietLogger
from hedgerow.site.logs import PlaceFormatter
from tests.pages.client import InspectingClient

SECRET = "heron lantern"
WORD, ID = "heronlantern", "PiYOjjx0wMM"
QUERY = f"?query={WORD}"
# What each line may be made of: a level, a logger, a status, a class, and places in the code.
LINE = re.compile(r"(WARNING|ERROR) [A-Za-z_.]+( \d{3})?( [A-Za-z]+)?( \w+\.py:\d+)+")
QUIET = ("django.request", "django.security.csrf")
ASKED: dict[int, Callable[[InspectingClient], Any]] = {
    400: lambda who: who.get(f"/{WORD}/", headers={"host": f"{WORD}.example"}),
    403: lambda who: who.post(f"/language/{QUERY}", {"next": WORD}),
    404: lambda who: who.get(f"/groups/{ID}/{WORD}/{QUERY}"),
    405: lambda who: who.put(f"/about/{QUERY}", data=WORD),
    413: lambda who: who.submit("/language/", {"next": WORD * 60_000}),
    503: lambda who: who.get(f"/groups/{ID}/pages/{ID}/{QUERY}"),
}


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


@pytest.mark.parametrize("status", ASKED)
def test_a_refusal_leaves_no_address_and_nothing_typed(
    pages: InspectingClient, settings: Any, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Whatever a request was refused for, its line holds no id, no query and no value."""
    settings.HEDGEROW_IS_OPEN = lambda: False
    for name in QUIET:
        caplog.set_level("WARNING", logger=name)
    assert ASKED[status](pages).status_code == status
    lines = [PlaceFormatter().format(record) for record in caplog.records]
    assert lines
    for one in lines:
        assert LINE.fullmatch(one), one


@pytest.mark.parametrize("status", [403, 404, 405])
def test_what_somebody_mistyped_leaves_no_line(
    pages: InspectingClient, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """A journal does not tell when people were here, and a flood of bad forms does not fill it."""
    assert ASKED[status](pages).status_code == status
    assert not caplog.records


def test_every_line_goes_through_the_formatter_of_places() -> None:
    """The one handler there is has it; no library brings a handler of its own."""
    ours = [one for one in logging.root.handlers if isinstance(one.formatter, PlaceFormatter)]
    assert [type(one) for one in ours] == [logging.StreamHandler]
    others = [one for one in logging.root.manager.loggerDict if one.startswith("django")]
    assert not [one for one in others if logging.getLogger(one).handlers]


def test_gunicorn_says_nothing_of_a_request() -> None:
    """Neither a broken request nor a failure around one is quoted."""
    log = QuietLogger(Config())
    written = StringIO()
    for handler in log.error_log.handlers:
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(written)
    log.warning("Invalid request from ip=%s: %s", "192.0.2.1", SECRET)
    assert written.getvalue() == ""
    try:
        int(SECRET)
    except ValueError:
        log.exception("Error handling request %s", f"/{SECRET}/")
    assert SECRET not in written.getvalue()
    assert "failed outside of the pages" in written.getvalue()
    assert log.cfg.accesslog is None
