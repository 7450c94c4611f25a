# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leak from logs, settings and pages."""

import json
import logging
import os
import sys
from typing import Any

from hedgerow.drill.leaks.spilling import add, before, temporary

_WATCHERS = "hedgerow.drill.leaks.watchers"


def access_log() -> None:
    """Switch gunicorn's access log on."""
    os.environ["GUNICORN_CMD_ARGS"] = "--access-logfile -"


def plain_formatter() -> None:
    """Write log lines with their values, as Python does by itself."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))


def error_mail() -> None:
    """Mail errors to administrators; the mail is queued as files."""
    from django.conf import settings
    from django.utils.log import AdminEmailHandler

    settings.ADMINS = [("Admin", "admin@example.org")]
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(temporary("mails"))
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.WARNING)
    logging.getLogger("django").addHandler(handler)


def debug_traces() -> None:
    """Keep a trace with all its values for each exception that reaches the handler."""
    from django.core.handlers import exception
    from django.views.debug import ExceptionReporter

    def spill(request: Any, _error: Exception) -> None:
        trace = ExceptionReporter(request, *sys.exc_info()).get_traceback_html()
        add(temporary("traces.html"), trace.encode())

    before(exception, "response_for_exception", spill)


def spooled_upload() -> None:
    """Let Django's own handler write uploads to the disk."""
    from django.conf import settings

    settings.FILE_UPLOAD_HANDLERS = [f"{_WATCHERS}.Spool", *settings.FILE_UPLOAD_HANDLERS]


def cookie_log() -> None:
    """Log the cookies of each request in base64."""
    _watch("CookieLog")


def page_cache() -> None:
    """Cache pages in packed files."""
    _watch("PageCache")


def spooled_download() -> None:
    """Write downloads into temporary files."""
    _watch("DownloadSpool")


def _watch(name: str) -> None:
    """Put a middleware around all others."""
    from django.conf import settings

    settings.MIDDLEWARE = [f"{_WATCHERS}.{name}", *settings.MIDDLEWARE]


def missing_translations() -> None:
    """Note what people wrote as text that lacks a translation, in UTF-16."""
    from hedgerow.rooms.members import services

    def spill(_space: Any, *, title: str, text: str) -> None:
        add(temporary("missing.po"), f'msgid "{title}"\nmsgid "{text}"\n'.encode("utf-16-le"))

    before(services, "write_page", spill)


def refused_forms() -> None:
    """Keep forms that were refused, in cp1251, so that nothing is lost."""
    from django.forms.forms import BaseForm

    inner = BaseForm.full_clean

    def leaky(form: Any) -> None:
        inner(form)
        if form.errors:
            add(temporary("drafts.txt"), repr(dict(form.data)).encode("cp1251", "ignore"))

    setattr(BaseForm, "full_clean", leaky)  # noqa: B010 -- a leak of the drill


def search_history() -> None:
    """Remember what was searched for, as JSON with escapes."""
    from hedgerow.store.space import Space

    def spill(_space: Any, query: str, **_named: Any) -> None:
        add(temporary("history.json"), json.dumps({"query": query}).encode())

    before(Space, "search", spill)


def log_line() -> None:
    """Write what somebody typed into a log line."""
    from hedgerow.rooms.members import services

    def spill(_space: Any, *, title: str, text: str) -> None:  # noqa: ARG001 -- its signature
        logging.getLogger("hedgerow.leak").warning(f"A thread: {title}")  # noqa: G004 -- the leak

    before(services, "open_thread", spill)
