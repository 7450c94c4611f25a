# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the primary key of sealed rows: always given, never counted.

In SQLite the type must read "integer PRIMARY KEY", which makes the column the rowid
itself; any other declaration leaves a hidden rowid in the order of insertion. There is no
AUTOINCREMENT, whose table would keep the greatest id ever used.
"""

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    BigInteger = models.BigIntegerField[int, int]
else:
    BigInteger = models.BigIntegerField


class GivenKeyField(BigInteger):
    """Be a primary key that the program gives and the database never draws."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type that leaves no trace of the order of insertion."""
        return "integer" if connection.vendor == "sqlite" else "bigint"
