# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the table of photographs that everybody sees."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Make the table."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("elections", "0001_elections")]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="PublishedPhotograph",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("original_digest", models.CharField(max_length=64)),
                ("hour", models.PositiveIntegerField()),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.station"
                    ),
                ),
            ],
            options={
                "db_table": "election_photograph",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "original_digest"), name="photograph_once"
                    )
                ],
            },
        ),
    ]
