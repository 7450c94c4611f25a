# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name the store as a Django application."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Configure the application of the sealed tables."""

    name = "hedgerow.store"
    label = "store"
