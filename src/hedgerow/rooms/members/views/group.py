# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open groups, join further ones, show a group's first page, rename, erase, leave."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.kernel.errors import BadInput, Conflict, Refused
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.members import rows, selectors, services
from hedgerow.rooms.members.doors import form_for, member_page, show
from hedgerow.rooms.members.forms import (
    AcceptForm,
    ConfirmForm,
    OpenGroupForm,
    RenameGroupForm,
    WelcomeForm,
)
from hedgerow.rooms.members.records import Page, SharedFile
from hedgerow.rooms.members.sentences import add_sentence, said_in
from hedgerow.rooms.members.views.conflicts import both_texts
from hedgerow.store.visit import Space, Visit

LATEST = 5
NEWS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def open_group(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Open a new group, whose first coordinator one becomes."""
    form = form_for(request, OpenGroupForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_in(form):
            space = visit.open_space(data["group"], as_name=data["name"])
            return redirect("members:group", space=space.id)
    return show(request, "open_group", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def accept(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Take the words of an invitation from somebody who has words of their own already."""
    form = form_for(request, AcceptForm)
    if request.method == "POST" and form.is_valid():
        try:
            space = visit.accept_invitation(
                form.cleaned_data["words"], as_name=form.cleaned_data["name"]
            )
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            return redirect("members:group", space=space.id)
    return show(request, "accept", {"form": form})


def _parts(group: Space) -> list[rows.Row]:
    """Return the latest of each part of a group."""
    latest = [
        (
            "pages",
            _("Notebook"),
            group.entries(Page, by_change=True),
            "new-page",
            _("Write a page"),
            _("No page yet."),
        ),
        (
            "threads",
            _("Threads"),
            selectors.threads_of(group),
            "new-thread",
            _("Begin a thread"),
            _("No thread yet."),
        ),
        (
            "files",
            _("Files"),
            group.entries(SharedFile),
            "new-file",
            _("Put a file on the shelf"),
            _("No file yet."),
        ),
    ]
    return [
        {
            "id": f"{name}-heading",
            "url": reverse(f"members:{name}", kwargs={"space": group.id}),
            "title": title,
            "rows": rows.entry_rows(group, entries[:LATEST]),
            "new_url": reverse(f"members:{new_name}", kwargs={"space": group.id}),
            "new_label": new_label,
            "empty": empty,
        }
        for name, title, entries, new_name, new_label, empty in latest
    ]


@require_safe
@member_page
def front(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """Show the first page of a group; what is new on it counts as seen from then on."""
    group = visit.space(space)
    parts = _parts(group)
    welcome_record = selectors.welcome(group)
    context = {
        "space": group,
        "welcome": welcome_record
        and {"html": rows.html_of(welcome_record.value.text, first_level=3)},
        "news": [rows.news_row(line) for line in group.news()[:NEWS]],
        "parts": parts,
        "is_bare": not any(part["rows"] for part in parts),
        "new_page_url": reverse("members:new-page", kwargs={"space": space}),
    }
    response = show(request, "group", context)
    group.mark_seen()
    return response


@require_POST
@member_page
def seen(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Mark all that is new in a group as seen."""
    visit.space(space).mark_seen()
    return redirect("members:me")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def welcome(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Write what the group tells its new members."""
    group = visit.space(space)
    group.demand_writer()
    present = selectors.welcome(group)
    initial = {"text": present.value.text, "base": present.entry.version} if present else {}
    form = form_for(request, WelcomeForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            with said_in(form):
                services.write_welcome(group, text=data["text"], base_version=data["base"] or 0)
                return redirect("members:group", space=space)
        except Conflict:
            theirs = selectors.welcome(group)
            if theirs is not None:
                return both_texts(request, group, "welcome", form, theirs=theirs)
            raise
    return show(request, "welcome", {"space": group, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def rename(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Give the group another name."""
    group = visit.space(space)
    group.demand_keeper()
    form = form_for(request, RenameGroupForm, initial={"group": group.name})
    if request.method == "POST" and form.is_valid():
        group.rename(form.cleaned_data["group"])
        return redirect("members:group", space=space)
    return show(request, "rename_group", {"space": group, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def leave(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Ask once more, then leave the group."""
    group = visit.space(space)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        try:
            group.leave()
        except Refused as error:
            add_sentence(form, None, error)
        else:
            return redirect("members:me")
    return show(request, "leave_group", {"space": group, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponseBase:
    """Ask once more, then erase a page, a thread, an answer or a file."""
    group = visit.space(space)
    group.demand_writer()
    entry = group.entry(record)
    if not rows.may_erase(group, entry):
        raise Refused("space.may_not")
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        group.erase(record)
        return redirect("members:group", space=space)
    return show(request, "erase", {"space": group, "form": form, "entry": entry})
