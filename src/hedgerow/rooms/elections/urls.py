# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the room's pages their addresses: short public ones, and those of a group."""

from django.urls import path

import hedgerow.rooms.members.addresses  # noqa: F401 -- it registers the converter of ids
from hedgerow.rooms.elections import headquarters_urls
from hedgerow.rooms.elections.views import public, setup

app_name = "elections"

_GROUP = "groups/<id:space>/elections/"

urlpatterns = [
    path("elections/", public.elections, name="list"),
    path(_GROUP, setup.elections, name="group"),
    *headquarters_urls.urlpatterns,
]
