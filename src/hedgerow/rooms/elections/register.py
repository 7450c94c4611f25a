# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the room's addresses, pages, columns, fields to plant in, and sentences for errors."""

from django.utils.translation import gettext_lazy as _

from hedgerow.rooms.elections.canaries import CANARIES
from hedgerow.rooms.elections.columns import COLUMNS
from hedgerow.rooms.elections.permissions import PERMISSIONS
from hedgerow.rooms.elections.said import SENTENCES
from hedgerow.rooms.registration import (
    MenuItem,
    PageRow,
    RecordRow,
    Register,
    TabItem,
)

REGISTER = Register(
    permissions=PERMISSIONS,
    columns=COLUMNS,
    pages=(PageRow(url_name="elections:list"),),
    canaries=CANARIES,
    sentences=SENTENCES,
    menu=(
        MenuItem(label=_("Elections"), url_name="elections:list", is_for_everybody=True, order=50),
    ),
    tabs=(TabItem(label=_("Elections"), url_name="elections:group", order=20),),
    records=(
        RecordRow(
            kind="hedgerow.rooms.elections.records.Running",
            label=_("an election that this group runs"),
        ),
        RecordRow(
            kind="hedgerow.rooms.elections.records.Observer",
            label=_("who holds an observer’s card"),
        ),
        RecordRow(
            kind="hedgerow.rooms.elections.records.Shifts",
            label=_("when an observer is where"),
        ),
        RecordRow(
            kind="hedgerow.rooms.elections.records.Reason",
            label=_("a ruling of the headquarters"),
        ),
    ),
    jobs=(
        "hedgerow.rooms.elections.counting.tick",
        "hedgerow.rooms.elections.forensics_desk.tick",
    ),
    exits=("hedgerow.rooms.elections.observing_doors.end_device",),
    planting="hedgerow.drill.rooms.elections.plant",
)
