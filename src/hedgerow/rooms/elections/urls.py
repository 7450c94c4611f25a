# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the room's pages their addresses: short public ones, and those of a group."""

from django.urls import path

import hedgerow.rooms.members.addresses  # noqa: F401 -- it registers the converter of ids
from hedgerow.rooms.elections import headquarters_urls
from hedgerow.rooms.elections.observing_urls import OBSERVING
from hedgerow.rooms.elections.views import campaign, downloads, forensics, importing, public, setup

app_name = "elections"

_GROUP = "groups/<id:space>/elections/"
_ELECTION = f"{_GROUP}<slug:election>/"
_SHOWN = "elections/<slug:election>/"
_COUNT = f"{_SHOWN}<slug:contest>/"
_CONTEST = f"{_ELECTION}contests/<slug:contest>/"

urlpatterns = [
    path("elections/", public.elections, name="list"),
    path(_SHOWN, public.election, name="election"),
    # What stands before the contests is in `forms.RESERVED`: no contest has such a short name.
    path(f"{_SHOWN}stations/", public.stations, name="station-list"),
    path(f"{_SHOWN}stations/<int:station>/", public.station, name="station"),
    path(
        f"{_SHOWN}stations/<int:station>/<int:photograph>.jpg",
        downloads.photograph,
        name="photograph",
    ),
    path(f"{_SHOWN}record/", public.record, name="record"),
    path(_COUNT, public.contest, name="contest"),
    path(f"{_COUNT}comparison/", public.comparison, name="comparison"),
    path(f"{_COUNT}remote/", public.remote, name="remote"),
    path(f"{_COUNT}statistics/", forensics.page, name="forensics"),
    path(f"{_COUNT}statistics/<str:part>", forensics.file, name="forensics-file"),
    path(f"{_COUNT}candidates/<slug:option>/", campaign.candidate, name="candidate"),
    path(f"{_COUNT}files/<str:name>", downloads.file, name="file"),
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
    path(f"{_ELECTION}importing/", importing.progress, name="importing"),
    path(f"{_ELECTION}contests/new/", setup.new_contest, name="new-contest"),
    path(_CONTEST, setup.edit_contest, name="edit-contest"),
    path(f"{_CONTEST}erase/", setup.erase_contest, name="erase-contest"),
    path(f"{_CONTEST}candidates/", campaign.candidates, name="candidates"),
    path(f"{_CONTEST}candidates/<slug:option>/", campaign.edit_candidate, name="edit-candidate"),
    path(f"{_CONTEST}statistics/", forensics.make, name="make-forensics"),
    path(f"{_CONTEST}official/", importing.official, name="import-official"),
]
