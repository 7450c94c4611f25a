# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say how the database is opened, so that it keeps what was acknowledged and no more."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Full synchronisation keeps what was acknowledged; secure_delete writes zeros over what was
# deleted; temporary tables stay in memory, so that sorting never spills text onto the disk.
# The log is copied into the file by whoever finds it longer than 2,000 pages: during a night
# that is the night itself, between two of its transactions, and not a writer who waits.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA wal_autocheckpoint=2000",
)
SQLITE_WAIT_S = 20
# psycopg's number of the level at which each statement sees what was committed before it.
READ_COMMITTED = 2


def database(home: Path, *, url: str) -> dict[str, Any]:
    """Return Django's description of the database.

    Args:
        home: The instance's folder, whose `data` holds the SQLite file.
        url: `postgresql://user:password@host:port/name`, or nothing for SQLite.

    Raises:
        ImproperlyConfigured: When the address names another kind of database.
    """
    if not url:
        return sqlite(home / "data" / "hedgerow.sqlite3")
    return postgresql(url)


def postgresql(url: str) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL database.

    Values travel apart from the statements, so that no log of statements can hold them. A
    connection is looked at before its first use in a request, so that a restart of the
    database costs nobody a page.

    Raises:
        ImproperlyConfigured: When the address names another kind of database.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = "HEDGEROW_DATABASE_URL must begin with postgresql://"
        raise ImproperlyConfigured(message)
    more = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": more.pop("host", "") or parts.hostname or "",
        "PORT": more.pop("port", "") or str(parts.port or ""),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **more,
            "server_side_binding": True,
            "isolation_level": READ_COMMITTED,
        },
    }


def sqlite(path: Path) -> dict[str, Any]:
    """Return Django's description of one SQLite file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_WAIT_S,
            "init_command": "; ".join(SQLITE_PRAGMAS),
        },
    }
