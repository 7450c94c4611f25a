# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search a group; the words come by POST, so that they stand in no address and no history."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.members import rows
from hedgerow.rooms.members.doors import form_for, member_page, show
from hedgerow.rooms.members.forms import SearchForm
from hedgerow.store.visit import Visit


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def search(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """Look for words in titles and texts."""
    group = visit.space(space)
    form = form_for(request, SearchForm)
    context: dict[str, object] = {"space": group, "form": form}
    if request.method == "POST" and form.is_valid():
        context["query"] = form.cleaned_data["query"]
        context["hits"] = [
            {**rows.entry_row(group, hit.entry), "excerpt": hit.excerpt}
            for hit in group.search(form.cleaned_data["query"])
        ]
    return show(request, "search", context)
