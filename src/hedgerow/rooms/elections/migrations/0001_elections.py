# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the tables of elections, all of them public."""

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Make the tables."""

    initial = True

    dependencies: ClassVar[list[tuple[str, str]]] = []

    operations: ClassVar[list[Operation]] = [
        migrations.CreateModel(
            name="Contest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(db_index=False, max_length=40)),
                ("titles", models.JSONField()),
                ("form", models.CharField(max_length=40)),
                ("options", models.JSONField()),
            ],
            options={
                "db_table": "election_contest",
            },
        ),
        migrations.CreateModel(
            name="District",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(db_index=False, max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("region", models.CharField(blank=True, max_length=160)),
            ],
            options={
                "db_table": "election_district",
            },
        ),
        migrations.CreateModel(
            name="Election",
            fields=[
                ("address", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                (
                    "opens_minute",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(1440)]
                    ),
                ),
                (
                    "closes_minute",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(1440)]
                    ),
                ),
                ("utc_offset_minutes", models.SmallIntegerField()),
                ("hours", models.JSONField()),
                ("texts", models.JSONField()),
                ("is_shown", models.BooleanField(default=False)),
                ("is_taking", models.BooleanField(default=False)),
                ("rules", models.JSONField(default=list)),
            ],
            options={
                "db_table": "election",
            },
        ),
        migrations.CreateModel(
            name="Count",
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
                ("minute", models.PositiveIntegerField()),
                ("result", models.JSONField()),
            ],
            options={
                "db_table": "election_count",
            },
        ),
        migrations.AddField(
            model_name="contest",
            name="district",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, to="elections.district"
            ),
        ),
        migrations.AddField(
            model_name="district",
            name="election",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="elections.election"
            ),
        ),
        migrations.AddField(
            model_name="contest",
            name="election",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="elections.election"
            ),
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("region", models.CharField(blank=True, max_length=160)),
                ("commission", models.CharField(blank=True, max_length=160)),
                ("registered", models.PositiveIntegerField()),
                ("place", models.CharField(blank=True, max_length=200)),
                ("is_remote", models.BooleanField(default=False)),
                (
                    "district",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="elections.district",
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.election"
                    ),
                ),
            ],
            options={
                "db_table": "election_station",
            },
        ),
        migrations.CreateModel(
            name="ReleasedSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("values", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "by",
                    models.CharField(choices=[("rule", "rule"), ("hand", "hand")], max_length=4),
                ),
                ("versions", models.PositiveSmallIntegerField()),
                ("hour", models.PositiveIntegerField()),
                (
                    "contest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.contest"
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.station"
                    ),
                ),
            ],
            options={
                "db_table": "election_sheet",
            },
        ),
        migrations.CreateModel(
            name="OfficialResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("values", models.JSONField()),
                (
                    "contest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.contest"
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.station"
                    ),
                ),
            ],
            options={
                "db_table": "election_official",
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("option", models.SlugField(db_index=False, max_length=40)),
                ("name", models.CharField(max_length=160)),
                ("texts", models.JSONField()),
                ("nominations_needed", models.PositiveIntegerField(default=0)),
                ("nominations", models.PositiveIntegerField(default=0)),
                ("target_amount", models.PositiveIntegerField(default=0)),
                ("target_currency", models.CharField(blank=True, max_length=3)),
                ("is_shown", models.BooleanField(default=False)),
                (
                    "contest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="elections.contest"
                    ),
                ),
            ],
            options={
                "db_table": "election_candidate",
                "constraints": [
                    models.UniqueConstraint(fields=("contest", "option"), name="candidate_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="district",
            constraint=models.UniqueConstraint(
                fields=("election", "key"), name="district_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="contest",
            constraint=models.UniqueConstraint(fields=("election", "key"), name="contest_key_once"),
        ),
        migrations.AddConstraint(
            model_name="station",
            constraint=models.UniqueConstraint(
                fields=("election", "name"), name="station_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="releasedsheet",
            constraint=models.UniqueConstraint(fields=("contest", "station"), name="sheet_once"),
        ),
        migrations.AddConstraint(
            model_name="officialresult",
            constraint=models.UniqueConstraint(fields=("contest", "station"), name="official_once"),
        ),
    ]
