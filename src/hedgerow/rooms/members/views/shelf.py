# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show a group's files, take new ones, hand them out."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.members import rows, selectors, services
from hedgerow.rooms.members.doors import COOKIE, form_for, member_page, refusal_of, show
from hedgerow.rooms.members.forms import FileForm
from hedgerow.rooms.members.records import SharedFile
from hedgerow.rooms.members.sentences import said_in, sentence_of
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store import carried
from hedgerow.store.uploads import SealedUpload
from hedgerow.store.visit import Space, Visit


@require_safe
@member_page
def files(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """List the files, the newest first."""
    group = visit.space(space)
    leaf = selectors.leaf_of(group.entries(SharedFile), number=leaf_number(request))
    context = {"rows": rows.entry_rows(group, leaf.rows), "leaf": rows.leaf_links(leaf)}
    return show(request, "files", {"space": group, **context})


def _take(
    request: HttpRequest, group: Space, *, parent: RecordId | None, back: HttpResponseBase
) -> HttpResponseBase:
    """Show the form for a file, and take what it brings."""
    group.demand_writer()
    form = form_for(request, FileForm)
    received = _received(request)
    form.is_received = received is not None
    refusal = refusal_of(request)
    if refusal is not None:
        form.refuse_file(sentence_of(refusal))
    elif request.method == "POST" and form.is_valid():
        upload = cast("SealedUpload", form.cleaned_data["file"] or received)
        with said_in(form):
            services.share_file(group, upload, about=form.cleaned_data["about"], parent=parent)
            return back
    context = {"space": group, "form": form, "received": received}
    if received is not None:
        context["received_box"] = carried.hold(received, cookie=request.COOKIES.get(COOKIE, ""))
    return show(request, "file_form", context)


def _received(request: HttpRequest) -> SealedUpload | None:
    """Return a file that came before the session was over, or with an earlier try."""
    files: tuple[SealedUpload, ...] = getattr(request, "carried_files", ())
    if files:
        return files[0]
    sent = request.FILES.get("file")
    if isinstance(sent, SealedUpload):
        return sent
    return carried.held(request.POST.get("received", ""), cookie=request.COOKIES.get(COOKIE, ""))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def new(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Put a file on the shelf."""
    back = redirect("members:files", space=space)
    return _take(request, visit.space(space), parent=None, back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def attach(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Hang a file on a page or a thread."""
    group = visit.space(space)
    group.demand_writer()
    back = redirect(rows.address_of(group, group.entry(record)))
    return _take(request, group, parent=record, back=back)


@require_safe
@member_page
def file(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponse:
    """Show what is known of a file."""
    group = visit.space(space)
    shared = group.read(SharedFile, record)
    entry, stream = shared.entry, group.file(record)
    parent = rows.parent_of(group, entry)
    context = {
        "space": group,
        "record": shared,
        "facts": [
            (_("Put here by"), rows.byline(shared)),
            (_("Size"), rows.size_text(stream.length)),
        ],
        "parent_url": rows.address_of(group, parent) if parent else "",
        "may_erase": rows.may_erase(group, entry),
    }
    return show(request, "file", context)


@require_safe
@member_page
def download(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Hand a file out; it is always saved, never shown by the browser as a page."""
    stream = visit.space(space).file(record)
    response = StreamingHttpResponse(stream.chunks(), content_type="application/octet-stream")
    name = content_disposition_header(as_attachment=True, filename=stream.name)
    response["Content-Disposition"] = name or "attachment"
    response["Content-Length"] = str(stream.length)
    return response
