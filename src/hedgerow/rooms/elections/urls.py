# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the room's pages their addresses: short public ones, and those of a group."""

from django.urls import path

import hedgerow.rooms.members.addresses  # noqa: F401 -- it registers the converter of ids
from hedgerow.rooms.elections import headquarters_urls
from hedgerow.rooms.elections.observing_urls import OBSERVING
from hedgerow.rooms.elections.views import importing, public, setup

app_name = "elections"

_GROUP = "groups/<id:space>/elections/"
_ELECTION = f"{_GROUP}<slug:election>/"
_CONTEST = f"{_ELECTION}contests/<slug:contest>/"

urlpatterns = [
    path("elections/", public.elections, name="list"),
    path("elections/<slug:election>/", public.election, name="election"),
    path(_GROUP, setup.elections, name="group"),
    *headquarters_urls.urlpatterns,
    *OBSERVING,
    path(f"{_GROUP}new/", setup.new, name="new"),
    path(_ELECTION, setup.election, name="setup"),
    path(f"{_ELECTION}edit/", setup.edit, name="edit"),
    path(f"{_ELECTION}erase/", setup.erase, name="erase"),
    path(f"{_ELECTION}districts/", setup.districts, name="districts"),
    path(f"{_ELECTION}stations/", setup.stations, name="stations"),
    path(f"{_ELECTION}stations/file/", importing.stations, name="import-stations"),
    path(f"{_ELECTION}contests/new/", setup.new_contest, name="new-contest"),
    path(_CONTEST, setup.edit_contest, name="edit-contest"),
    path(f"{_CONTEST}erase/", setup.erase_contest, name="erase-contest"),
    path(f"{_CONTEST}official/", importing.official, name="import-official"),
]
