# SPDX-License-Identifier: AGPL-3.0-or-later
"""Count the photographs of an election that were taken back."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Add the column."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("elections", "0004_letter_box")]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            model_name="election",
            name="photographs_back",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
