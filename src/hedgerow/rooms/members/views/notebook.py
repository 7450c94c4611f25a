# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show and write the pages of a group's notebook, with their versions."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import Conflict
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.members import rows, selectors, services
from hedgerow.rooms.members.doors import form_for, member_page, show
from hedgerow.rooms.members.forms import NewPageForm, PageForm
from hedgerow.rooms.members.records import Page, SharedFile
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.conflicts import both_texts
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store.visit import Visit


@require_safe
@member_page
def pages(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """List the pages of the notebook, the last changed first."""
    group = visit.space(space)
    entries = group.entries(Page, by_change=True)
    leaf = selectors.leaf_of(entries, number=leaf_number(request))
    context = {"rows": rows.entry_rows(group, leaf.rows), "leaf": rows.leaf_links(leaf)}
    return show(request, "pages", {"space": group, **context})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Write a new page."""
    group = visit.space(space)
    group.demand_writer()
    form = form_for(request, NewPageForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_in(form):
            record = services.write_page(group, title=data["title"], text=data["text"])
            return redirect("members:page", space=space, record=record)
    return show(request, "page_form", {"space": group, "form": form})


@require_safe
@member_page
def page(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponse:
    """Show a page."""
    group = visit.space(space)
    present = group.read(Page, record)
    context = {
        "space": group,
        "record": present,
        "byline": rows.byline(present),
        "html": rows.html_of(present.value.text),
        "versions": len(selectors.history_of(group, record)),
        "files": rows.entry_rows(group, group.entries(SharedFile, parent=record)),
        "may_erase": rows.may_erase(group, present.entry),
    }
    return show(request, "page", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponseBase:
    """Write a new version of a page; when somebody was quicker, show both texts."""
    group = visit.space(space)
    group.demand_writer()
    present = group.read(Page, record)
    initial = {
        "title": present.entry.title,
        "text": present.value.text,
        "base": present.entry.version,
    }
    form = form_for(request, PageForm, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        written = {name: data[name] for name in ("title", "text", "change")}
        try:
            with said_in(form):
                services.edit_page(group, record, base_version=data["base"] or 0, **written)
                return redirect("members:page", space=space, record=record)
        except Conflict:
            return both_texts(request, group, "page_form", form, theirs=group.read(Page, record))
    return show(request, "page_form", {"space": group, "form": form})


@require_safe
@member_page
def history(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponse:
    """List the versions of a page: who wrote them, and when."""
    group = visit.space(space)
    versions = selectors.history_of(group, record)
    present = versions[-1]
    lines = rows.version_rows(group, present, versions)
    leaf = selectors.leaf_of(lines, number=leaf_number(request))
    context = {
        "space": group,
        "record": present,
        "rows": leaf.rows,
        "leaf": rows.leaf_links(leaf),
        "page_url": rows.address_of(group, present.entry),
    }
    return show(request, "history", context)


@require_safe
@member_page
def version(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId, number: int
) -> HttpResponse:
    """Show one version of a page and what it changed."""
    group = visit.space(space)
    shown = selectors.version_of(group, record, number)
    context = {
        "space": group,
        "version": shown,
        "byline": rows.byline(shown.record),
        "html": rows.html_of(shown.record.value.text, first_level=3),
        "history_url": reverse("members:history", kwargs={"space": space, "record": record}),
    }
    return show(request, "version", context)
