# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show a group's letters and take answers and notes."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.intake import desk, rows, selectors, services
from hedgerow.rooms.intake.doors import Attached, hand_out, show
from hedgerow.rooms.intake.records import LetterCopy, LetterNote
from hedgerow.rooms.intake.team_forms import AnswerForm, NoteForm
from hedgerow.rooms.members.doors import form_for, member_page
from hedgerow.rooms.members.rows import byline, erase_address, leaf_links
from hedgerow.rooms.members.selectors import leaf_of
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store.visit import Visit

_SHOW: Final = "show"


@require_safe
@member_page
def everywhere(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what is new in all of one's groups, and where their letters are."""
    context = {
        "rows": desk.lines(visit, visit.desk()),
        "groups": [
            {"url": reverse("intake:letters", kwargs={"space": line.id}), "title": line.name}
            for line in visit.spaces()
            if line.role is not None
        ],
    }
    return show(request, "everywhere", context)


@require_safe
@member_page
def letters(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """List a group's letters, after taking in those that wait."""
    group = visit.space(space)
    services.take_in(group)
    found = selectors.conversations(group)
    which = request.GET.get(_SHOW, "")
    mine = desk.mine(visit, group)
    if which not in {*selectors.FILTERS, selectors.WAITING, selectors.ALL}:
        which = selectors.ALL
    chosen = selectors.shown(found, which=which, mine=mine)
    leaf = leaf_of(chosen, number=leaf_number(request))
    links = leaf_links(leaf)
    if which != selectors.ALL:
        links |= {
            name: links[name].replace("?", f"?{_SHOW}={which}&") for name in ("newer", "older")
        }
    context = {
        "space": group,
        "rows": rows.conversation_rows(group, leaf.rows),
        "leaf": links,
        "filters": rows.filter_tabs(group, found, which=which, mine=mine),
        "boxes": rows.box_rows(group, selectors.box_rows(group)),
        "copies": rows.copy_rows(group),
        "is_bare": not found,
    }
    return show(request, "letters", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def letter(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Show a conversation, and take an answer."""
    group = visit.space(space)
    if request.method == "POST":
        group.demand_writer()
    conversation = selectors.conversation(group, record)
    attached = Attached(request)
    form = form_for(request, AnswerForm)
    if attached.refusal:
        form.refuse_file(attached.refusal)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            text = form.cleaned_data["text"]
            services.answer(group, conversation, text=text, uploads=attached.uploads)
            return redirect(f"{reverse('intake:letter', args=[space, record])}#last")
    context = {
        "space": group,
        "form": form,
        "conversation": conversation,
        "record": record,
        "title": rows.title_of(conversation.entry),
        "status": rows.STATUSES[conversation.status],
        "messages": rows.team_messages(group, record, group.conversation(record).messages()),
        "notes": rows.note_rows(
            group.read_many(
                LetterNote, group.entries(LetterNote, parent=record, newest_first=False)
            )
        ),
        "ends": rows.ends_sentence(conversation.entry.until_week),
        "carers": desk.carers(group, record),
    }
    return show(request, "letter", context | attached.context())


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def note(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponseBase:
    """Keep a note that only the group sees."""
    group = visit.space(space)
    group.demand_writer()
    conversation = selectors.conversation(group, record)
    form = form_for(request, NoteForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.note(group, conversation, text=form.cleaned_data["text"])
            return redirect("intake:letter", space=space, record=record)
    cancel_url = reverse("intake:letter", args=[space, record])
    return show(request, "note", {"space": group, "form": form, "cancel_url": cancel_url})


@require_safe
@member_page
def file(
    _request: HttpRequest,
    visit: Visit,
    space: SpaceId,
    record: RecordId,
    number: int,
    index: int,
) -> HttpResponseBase:
    """Hand out a file of either side."""
    group = visit.space(space)
    selectors.conversation(group, record)
    return hand_out(group.conversation(record).file(number, index))


@require_safe
@member_page
def copy(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponse:
    """Show a conversation that another group handed over as a copy."""
    group = visit.space(space)
    kept = group.read(LetterCopy, record)
    context = {
        "space": group,
        "record": kept,
        "byline": byline(kept),
        "messages": rows.copy_messages(kept.value),
        "files": rows.copy_files(group, record),
        "erase_url": erase_address(group, kept.entry),
    }
    return show(request, "copy", context)


@require_safe
@member_page
def copy_file(
    _request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId, index: int
) -> HttpResponseBase:
    """Hand out a file of a copied conversation."""
    group = visit.space(space)
    group.read(LetterCopy, record)
    return hand_out(group.file(record, index))
