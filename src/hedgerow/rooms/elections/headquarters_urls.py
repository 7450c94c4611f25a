# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the headquarters' pages their addresses, below those of its group."""

from typing import Final

from django.urls import path

from hedgerow.rooms.elections.views import (
    covering,
    headquarters,
    observers,
    pasting,
    second,
    shifts,
    stations,
)

_HERE: Final = "groups/<id:space>/elections/<slug:address>/"
_CODE: Final = f"{_HERE}cards/<int:code>/"
_FILE: Final = f"{_CODE}<int:number>/<int:index>/"
_SHEET: Final = f"{_HERE}stations/<int:station>/<slug:contest>/"

urlpatterns = [
    path(f"{_HERE}watch/", headquarters.begin, name="begin"),
    path(f"{_HERE}watch/stop/", headquarters.stop, name="stop"),
    path(f"{_HERE}now/", headquarters.watch, name="watch"),
    path(f"{_HERE}cards/", headquarters.codes, name="codes"),
    path(f"{_HERE}cards/new/", headquarters.cards, name="cards"),
    path(f"{_HERE}silent/", headquarters.silent, name="silent"),
    path(f"{_HERE}coverage/", headquarters.coverage, name="coverage"),
    path(f"{_HERE}text/", pasting.paste, name="paste"),
    path(f"{_HERE}shifts/", shifts.shifts, name="shifts"),
    path(f"{_HERE}shifts/send/", shifts.send, name="send-on"),
    path(_CODE, observers.code, name="code"),
    path(f"{_CODE}holder/", observers.holder, name="holder"),
    path(f"{_CODE}holder/erase/", observers.forget, name="forget"),
    path(f"{_CODE}hours/", shifts.hours, name="hours"),
    path(f"{_CODE}place/", observers.place, name="place"),
    path(f"{_CODE}hold/", observers.hold, name="hold"),
    path(f"{_CODE}withdraw/", observers.withdraw, name="withdraw"),
    path(f"{_FILE}picture/", observers.picture, name="picture"),
    path(f"{_FILE}original/", observers.original, name="original"),
    path(f"{_FILE}covered/", covering.covered, name="covered"),
    path(f"{_FILE}show/", covering.publish, name="publish"),
    path(
        f"{_HERE}stations/<int:station>/photographs/",
        covering.withdraw,
        name="withdraw-photograph",
    ),
    path(f"{_HERE}stations/<int:station>/", stations.station, name="watched-station"),
    path(f"{_SHEET}second/", second.second, name="second"),
    path(f"{_SHEET}look/", second.look, name="look"),
    path(f"{_SHEET}<slug:what>/", stations.rule, name="rule"),
]
