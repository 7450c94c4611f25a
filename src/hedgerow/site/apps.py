# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell Django about the site, and refuse to start where it would betray people."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SiteConfig(AppConfig):
    """Install the site's templates, tags and catalogues."""

    name = "hedgerow.site"
    label = "site"

    def ready(self) -> None:
        """Refuse debug mode: its pages and traces show what people typed.

        Raises:
            ImproperlyConfigured: When DEBUG is on.
        """
        if settings.DEBUG:
            message = "DEBUG shows what people typed; Hedgerow does not start with it."
            raise ImproperlyConfigured(message)
