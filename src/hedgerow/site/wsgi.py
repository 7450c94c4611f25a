# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offer the site to a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hedgerow.site.settings")
application = get_wsgi_application()
