# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the three sealed tables and the one counter beside them.

No column says kind, space, author or day; see docs/spec-vault.md. Nothing outside the
store may import this module.
"""

from django.db import models

from hedgerow.store.fields import GivenKeyField


class Small(models.Model):
    """Hold a small locker: pending changes, codes, letter-boxes, released items, dummies."""

    id = GivenKeyField(primary_key=True)
    box = models.BinaryField()

    class Meta:
        """Name the table."""

        db_table = "small"


class Large(models.Model):
    """Hold a large locker: keyrings and pages of spaces, which look the same; dummies."""

    id = GivenKeyField(primary_key=True)
    box = models.BinaryField()

    class Meta:
        """Name the table."""

        db_table = "large"


class Body(models.Model):
    """Hold the text of a record or a piece of a file."""

    id = GivenKeyField(primary_key=True)
    until = models.PositiveSmallIntegerField(null=True)
    box = models.BinaryField()

    class Meta:
        """Name the table."""

        db_table = "body"


class Night(models.Model):
    """Count the changes of the ring; one row, changed by UPDATE only."""

    seq = GivenKeyField(primary_key=True)

    class Meta:
        """Name the table."""

        db_table = "night"
