# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let an election name a letter-box for people who want to observe."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Add the column."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("elections", "0003_forensics")]

    operations: ClassVar[list[Operation]] = [
        migrations.AddField(
            model_name="election",
            name="letter_box",
            field=models.SlugField(blank=True, db_index=False, default="", max_length=40),
        ),
    ]
