# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show threads and take answers."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.members import rows, selectors, services
from hedgerow.rooms.members.doors import form_for, member_page, show
from hedgerow.rooms.members.forms import MessageForm, ThreadForm
from hedgerow.rooms.members.records import Message, SharedFile, Thread
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store.visit import Visit


@require_safe
@member_page
def threads(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """List the threads, the last answered first."""
    group = visit.space(space)
    leaf = selectors.leaf_of(selectors.threads_of(group), number=leaf_number(request))
    context = {"rows": rows.entry_rows(group, leaf.rows), "leaf": rows.leaf_links(leaf)}
    return show(request, "threads", {"space": group, **context})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Open a thread."""
    group = visit.space(space)
    group.demand_writer()
    form = form_for(request, ThreadForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            record = services.open_thread(group, **form.cleaned_data)
            return redirect("members:thread", space=space, record=record)
    return show(request, "thread_form", {"space": group, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def thread(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Show a thread, and take an answer."""
    group = visit.space(space)
    if request.method == "POST":
        group.demand_writer()
    form = form_for(request, MessageForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.answer(group, record, text=form.cleaned_data["text"])
            address = reverse("members:thread", kwargs={"space": space, "record": record})
            return redirect(f"{address}#last")
    number = leaf_number(request) if "leaf" in request.GET else None
    first = group.read(Thread, record)
    leaf = selectors.answers_of(group, record, number=number)
    context = {
        "space": group,
        "form": form,
        "record": first,
        "begun": rows.moment(first.entry.made),
        "html": rows.html_of(first.value.text),
        "leaf": rows.leaf_links(leaf),
        "messages": rows.message_rows(group, group.read_many(Message, leaf.rows)),
        "files": rows.entry_rows(group, group.entries(SharedFile, parent=record)),
        "may_erase": rows.may_erase(group, first.entry),
    }
    return show(request, "thread", context)
