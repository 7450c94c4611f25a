# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say how the database is opened, so that it keeps what was acknowledged and no more."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = "HEDGEROW_DATABASE_URL must begin with postgresql://"
        raise ImproperlyConfigured(message)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": None,
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
