# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name the store as a Django application."""

from datetime import UTC, datetime
from typing import Final

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate

#: Stands in place of the clock times by which Django notes its migrations.
RELEASE_DAY: Final = datetime(2026, 11, 24, tzinfo=UTC)


def _forget_times(*, using: str, **_keywords: object) -> None:
    """Replace the times of all migrations: they tell when an instance was made or renewed."""
    from django.db import connections  # noqa: PLC0415 -- not before the applications are ready
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415 -- as above

    recorder = MigrationRecorder(connections[using])
    if recorder.has_table():
        recorder.migration_qs.update(applied=RELEASE_DAY)


class StoreConfig(AppConfig):
    """Configure the application of the sealed tables."""

    name = "hedgerow.store"
    label = "store"

    def ready(self) -> None:
        """Refuse to run where errors would be shown with what people typed.

        Raises:
            ImproperlyConfigured: DEBUG is on.
        """
        if settings.DEBUG:
            message = "DEBUG shows phrases and texts in its error pages; Hedgerow does not run so."
            raise ImproperlyConfigured(message)
        post_migrate.connect(_forget_times, sender=self)
