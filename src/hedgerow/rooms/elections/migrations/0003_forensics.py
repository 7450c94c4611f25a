# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the table of reports on official results."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Make the table."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("elections", "0002_photographs")]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="ForensicsReport",
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
                ("hour", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("left_out", models.PositiveIntegerField()),
                ("sums", models.JSONField()),
                ("archive", models.BinaryField()),
            ],
            options={"db_table": "election_forensics"},
        ),
    ]
