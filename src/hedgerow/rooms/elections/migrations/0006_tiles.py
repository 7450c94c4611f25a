# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let an election say where its regions, districts and commissions lie in a grid."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Add the table."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("elections", "0005_photographs_back")]

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="TilePlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=160)),
                ("tile_row", models.PositiveSmallIntegerField()),
                ("tile_column", models.PositiveSmallIntegerField()),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.election"
                    ),
                ),
            ],
            options={"db_table": "election_tile"},
        ),
        migrations.AddConstraint(
            model_name="tileplace",
            constraint=models.UniqueConstraint(
                fields=("election", "kind", "name"), name="tile_of_a_part_once"
            ),
        ),
    ]
