# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the room's pages their addresses.

A letter-box has a short public one; everything about letters holds random ids alone.
"""

from django.urls import path

import hedgerow.rooms.members.addresses  # noqa: F401 -- it registers the converter of ids
from hedgerow.rooms.intake.views import boxes, handling, letters, returning, writing

app_name = "intake"

_LETTERS = "groups/<id:space>/letters/"
_LETTER = f"{_LETTERS}<id:record>/"
_BOX = "groups/<id:space>/letter-boxes/"

urlpatterns = [
    path("write/", writing.front, name="write"),
    path("write/<slug:address>/", writing.box, name="box"),
    path("write/<slug:address>/<slug:token>/", writing.send, name="send"),
    path("answer/", returning.come_back, name="return"),
    path("answer/letter/", returning.own, name="own"),
    path("answer/letter/<slug:token>/more/", returning.add, name="add"),
    path("answer/files/<int:number>/<int:index>/", returning.file, name="own-file"),
    path("answer/forget/", returning.forget, name="forget"),
    path("answer/close/", returning.leave, name="leave"),
    path("letters/", letters.everywhere, name="everywhere"),
    path(_LETTERS, letters.letters, name="letters"),
    path(f"{_BOX}new/", boxes.open_box, name="open-box"),
    path(f"{_BOX}<slug:address>/", boxes.edit_box, name="edit-box"),
    path(f"{_BOX}<slug:address>/close/", boxes.close_box, name="close-box"),
    path(f"{_BOX}<slug:address>/poster/", boxes.poster, name="poster"),
    path("groups/<id:space>/letter-copies/<id:record>/", letters.copy, name="copy"),
    path(
        "groups/<id:space>/letter-copies/<id:record>/files/<int:index>/",
        letters.copy_file,
        name="copy-file",
    ),
    path(_LETTER, letters.letter, name="letter"),
    path(f"{_LETTER}note/", letters.note, name="note"),
    path(f"{_LETTER}state/", handling.state, name="state"),
    path(f"{_LETTER}title/", handling.rename, name="rename"),
    path(f"{_LETTER}person/", handling.assign, name="assign"),
    path(f"{_LETTER}person/none/", handling.unassign, name="unassign"),
    path(f"{_LETTER}forward/", handling.forward, name="forward"),
    path(f"{_LETTER}erase/", handling.erase, name="erase"),
    path(f"{_LETTER}block/", handling.block, name="block"),
    path(f"{_LETTER}<int:number>/erase/", handling.erase_message, name="erase-message"),
    path(f"{_LETTER}<int:number>/files/<int:index>/", letters.file, name="file"),
]
