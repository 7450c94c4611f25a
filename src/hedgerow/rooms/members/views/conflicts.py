# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show both texts where two people changed one."""

from django.http import HttpRequest, HttpResponse

from hedgerow.rooms.members import rows
from hedgerow.rooms.members.differences import differences
from hedgerow.rooms.members.doors import show
from hedgerow.rooms.members.forms import PageForm, WelcomeForm
from hedgerow.rooms.members.records import Page, Welcome
from hedgerow.rooms.members.sentences import conflict_note
from hedgerow.store.visit import Record, Space


def both_texts(
    request: HttpRequest,
    group: Space,
    template: str,
    form: PageForm | WelcomeForm,
    *,
    theirs: Record[Page] | Record[Welcome],
) -> HttpResponse:
    """Show one's own text in the form and the other one beside it.

    What is sent next replaces the version that is shown, and no later one.
    """
    again = type(form)({**form.cleaned_data, "base": theirs.entry.version})
    again.add_error(None, conflict_note())
    context = {
        "space": group,
        "form": again,
        "theirs": theirs,
        "theirs_html": rows.html_of(theirs.value.text, first_level=3),
        "changes": differences(theirs.value.text, form.cleaned_data["text"]),
    }
    return show(request, template, context)
