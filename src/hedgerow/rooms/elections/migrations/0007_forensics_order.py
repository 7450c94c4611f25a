# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a report on official results be asked for, and made later."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Add the table."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("elections", "0006_tiles")]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="ForensicsOrder",
            fields=[
                (
                    "contest",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="elections.contest",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=160)),
                ("details", models.JSONField(default=dict)),
            ],
            options={"db_table": "election_forensics_order"},
        ),
    ]
