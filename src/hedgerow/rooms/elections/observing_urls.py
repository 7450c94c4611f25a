# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give observers' pages their addresses: short ones, that name nothing."""

from django.urls import path

from hedgerow.rooms.elections.views import observing, queueing, reporting

# The token of a form lets photographs in by this name before any view runs.
_FORMS = {"address": reporting.FORMS}
_SHEET = "observe/sheet/<slug:contest>/"

OBSERVING = [
    path("observe/", observing.observe, name="observe"),
    path("observe/station/", observing.station, name="observe-station"),
    path("observe/training/", observing.training, name="observe-training"),
    path("observe/leave/", observing.leave, name="observe-leave"),
    # A worker at this address may serve what lies below "observe/" and nothing else.
    path("observe/worker.js", queueing.worker, name="observe-worker"),
    path("observe/waiting/", queueing.waiting, name="observe-waiting"),
    path("observe/queue/", queueing.queue, name="observe-queue"),
    path("observe/look/", queueing.look, name="observe-look"),
    path("observe/turnout/", reporting.turnout, name="observe-turnout"),
    path(
        "observe/turnout/<slug:token>/",
        reporting.send_turnout,
        _FORMS,
        name="observe-turnout-send",
    ),
    path("observe/happened/", reporting.happened, name="observe-happened"),
    path(
        "observe/happened/<slug:token>/",
        reporting.send_happened,
        _FORMS,
        name="observe-happened-send",
    ),
    path(_SHEET, reporting.sheet, name="observe-sheet"),
    path(f"{_SHEET}<slug:token>/", reporting.send_sheet, _FORMS, name="observe-sheet-send"),
    path("observe/sent/<int:number>/", observing.sent, name="observe-sent"),
    path("observe/complaint/<int:number>/", observing.complaint, name="observe-complaint"),
]
