# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the room's pages their addresses; they hold random ids and nothing that means anything."""

from django.urls import path

import hedgerow.rooms.members.addresses  # noqa: F401 -- it registers the converter of ids
from hedgerow.rooms.members.views import (
    account,
    group,
    joining,
    notebook,
    pausing,
    people,
    searching,
    shelf,
    threads,
)

app_name = "members"

urlpatterns = [
    path("join/", joining.invitation, name="join"),
    path("join/words/", joining.words, name="join-words"),
    path("join/finish/", joining.finish, name="join-finish"),
    path("enter/", account.enter, name="enter"),
    path("pause/", pausing.pause, name="pause"),
    path("pause/end/", pausing.unpause, name="unpause"),
    path("me/", account.my_page, name="me"),
    path("me/friend/", pausing.friend_words, name="friend-words"),
    path("me/journey/", pausing.journey, name="journey"),
    path("me/sessions/", account.sessions, name="sessions"),
    path("me/words/", account.change_words, name="change-words"),
    path("me/words/new/", account.confirm_words, name="confirm-words"),
    path("groups/new/", group.open_group, name="open-group"),
    path("groups/join/", group.accept, name="accept"),
    path("groups/<id:space>/", group.front, name="group"),
    path("groups/<id:space>/welcome/", group.welcome, name="welcome"),
    path("groups/<id:space>/name/", group.rename, name="rename-group"),
    path("groups/<id:space>/leave/", group.leave, name="leave-group"),
    path("groups/<id:space>/seen/", group.seen, name="seen"),
    path("groups/<id:space>/pages/", notebook.pages, name="pages"),
    path("groups/<id:space>/pages/new/", notebook.new, name="new-page"),
    path("groups/<id:space>/pages/<id:record>/", notebook.page, name="page"),
    path("groups/<id:space>/pages/<id:record>/edit/", notebook.edit, name="edit-page"),
    path("groups/<id:space>/pages/<id:record>/history/", notebook.history, name="history"),
    path(
        "groups/<id:space>/pages/<id:record>/history/<int:number>/",
        notebook.version,
        name="version",
    ),
    path("groups/<id:space>/threads/", threads.threads, name="threads"),
    path("groups/<id:space>/threads/new/", threads.new, name="new-thread"),
    path("groups/<id:space>/threads/<id:record>/", threads.thread, name="thread"),
    path("groups/<id:space>/files/", shelf.files, name="files"),
    path("groups/<id:space>/files/new/", shelf.new, name="new-file"),
    path("groups/<id:space>/files/<id:record>/", shelf.file, name="file"),
    path("groups/<id:space>/files/<id:record>/open/", shelf.download, name="download"),
    path("groups/<id:space>/attach/<id:record>/", shelf.attach, name="attach"),
    path("groups/<id:space>/erase/<id:record>/", group.erase, name="erase"),
    path("groups/<id:space>/search/", searching.search, name="search"),
    path("groups/<id:space>/people/", people.people, name="people"),
    path("groups/<id:space>/people/me/", people.own_name, name="own-name"),
    path("groups/<id:space>/people/invite/", people.invite, name="invite"),
    path("groups/<id:space>/people/confirm/", people.confirm, name="confirm"),
    path("groups/<id:space>/people/much/", people.much, name="much"),
    path("groups/<id:space>/people/<id:member>/role/", people.role, name="role"),
    path("groups/<id:space>/people/<id:member>/remove/", people.remove, name="remove"),
    path("groups/<id:space>/invitations/<id:invitation>/revoke/", people.revoke, name="revoke"),
]
