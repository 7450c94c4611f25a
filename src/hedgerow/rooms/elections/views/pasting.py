# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let the headquarters paste a sealed text that came by a messenger."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from hedgerow.rooms.elections import headquarters_rows as rows
from hedgerow.rooms.elections import pasting
from hedgerow.rooms.elections.doors import headquarters_page, show
from hedgerow.rooms.elections.headquarters import Headquarters
from hedgerow.rooms.elections.paste_forms import PasteForm
from hedgerow.rooms.elections.views.headquarters import context_of
from hedgerow.rooms.members.doors import form_for
from hedgerow.rooms.members.sentences import said_in


@require_http_methods(["GET", "HEAD", "POST"])
@headquarters_page(writes=True)
def paste(request: HttpRequest, headquarters: Headquarters) -> HttpResponseBase:
    """Take a sealed text; the page says what it was, and asks for the next one."""
    form = form_for(request, PasteForm)
    pasted: pasting.Pasted | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_in(form):
            pasted = pasting.take(
                headquarters, data["text"], is_paper=data["paper"], is_newest=data["newest"]
            )
            form = PasteForm() if pasted.number is not None else form
            form.ask(pasted)
    context = {
        "form": form,
        "pasted": pasted,
        "card": rows.address("code", headquarters, code=pasted.code) if pasted else "",
        "cancel_url": rows.address("watch", headquarters),
    }
    return show(request, "paste", context_of(headquarters, "paste") | context)
