# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the table of letter-boxes."""

from typing import ClassVar

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[migrations.CreateModel]] = [
        migrations.CreateModel(
            name="LetterBox",
            fields=[
                (
                    "address",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("is_open", models.BooleanField()),
                ("is_moderated", models.BooleanField()),
                (
                    "weeks",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(52),
                        ]
                    ),
                ),
                (
                    "day_limit",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(500),
                        ]
                    ),
                ),
                ("needed", models.JSONField()),
                ("texts", models.JSONField()),
            ],
            options={"db_table": "letter_box"},
        ),
    ]
