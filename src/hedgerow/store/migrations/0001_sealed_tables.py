# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the three sealed tables and the counter of the ring's changes."""

from typing import ClassVar

from django.db import migrations, models

import hedgerow.store.fields

KEY = hedgerow.store.fields.GivenKeyField(primary_key=True, serialize=False)


class Migration(migrations.Migration):
    """Make the tables."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[migrations.CreateModel]] = [
        migrations.CreateModel(
            name="Small",
            fields=[("id", KEY.clone()), ("box", models.BinaryField())],
            options={"db_table": "small"},
        ),
        migrations.CreateModel(
            name="Large",
            fields=[("id", KEY.clone()), ("box", models.BinaryField())],
            options={"db_table": "large"},
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                ("id", KEY.clone()),
                ("until", models.PositiveSmallIntegerField(null=True)),
                ("box", models.BinaryField()),
            ],
            options={"db_table": "body"},
        ),
        migrations.CreateModel(
            name="Night",
            fields=[("seq", KEY.clone())],
            options={"db_table": "night"},
        ),
    ]
