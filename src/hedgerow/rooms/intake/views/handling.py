# SPDX-License-Identifier: AGPL-3.0-or-later
"""Do with a letter what a group does: name it, give it to somebody, hand it over, end it."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from hedgerow.kernel.errors import NotFound
from hedgerow.kernel.ids import RecordId, SpaceId
from hedgerow.rooms.intake import rows, selectors, services
from hedgerow.rooms.intake.doors import show
from hedgerow.rooms.intake.forms import NothingForm
from hedgerow.rooms.intake.records import CLOSED, OPEN
from hedgerow.rooms.intake.team_forms import WHOLE, AssignForm, ForwardForm, RenameForm
from hedgerow.rooms.members.doors import form_for, member_page
from hedgerow.rooms.members.forms import ConfirmForm
from hedgerow.rooms.members.rows import day
from hedgerow.rooms.members.sentences import said_in
from hedgerow.rooms.members.views.people import day_number
from hedgerow.store.roles import Role
from hedgerow.store.visit import SpaceLine, Visit


@require_POST
@member_page
def state(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponseBase:
    """Close a conversation, open it again, or show it to the others."""
    group = visit.space(space)
    group.demand_writer()
    conversation = selectors.conversation(group, record)
    wanted = request.POST.get("state", "")
    if conversation.status == selectors.WAITING:
        services.let_in(group, conversation)
    elif wanted == CLOSED:
        services.close(group, conversation)
    elif wanted == OPEN:
        services.set_state(group, conversation, OPEN)
    return redirect("intake:letter", space=space, record=record)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def rename(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Say what a conversation is called in the group's list."""
    group = visit.space(space)
    group.demand_writer()
    conversation = selectors.conversation(group, record)
    form = form_for(request, RenameForm, initial={"title": conversation.entry.title})
    if request.method == "POST" and form.is_valid():
        with said_in(form, field="title"):
            group.conversation(record).rename(form.cleaned_data["title"])
            return redirect("intake:letter", space=space, record=record)
    return show(request, "rename", {"space": group, "form": form, **_back(space, record)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def assign(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Put a letter on the page of somebody who takes care of it."""
    group = visit.space(space)
    group.demand_writer()
    conversation = selectors.conversation(group, record)
    members = [one for one in group.members() if one.role.can_write]
    form = form_for(request, AssignForm, members=members, today=day(visit.today()))
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            data = form.cleaned_data
            group.agenda_done(record)
            group.agenda_put(
                record,
                assignee_id=data["member"],
                due_day=day_number(data["day"]),
                title=rows.title_of(conversation.entry),
            )
            return redirect("intake:letter", space=space, record=record)
    return show(request, "assign", {"space": group, "form": form, **_back(space, record)})


@require_POST
@member_page
def unassign(
    _request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Take a letter off everybody's page."""
    group = visit.space(space)
    group.demand_writer()
    selectors.conversation(group, record)
    group.agenda_done(record)
    return redirect("intake:letter", space=space, record=record)


def _others(visit: Visit, space: SpaceId) -> list[SpaceLine]:
    """Return one's other groups in which one may write."""
    writers = {Role.KEEPER, Role.EDITOR}
    return [line for line in visit.spaces() if line.id != space and line.role in writers]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def forward(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId
) -> HttpResponseBase:
    """Hand a letter to another of one's groups, as a copy or with the whole conversation."""
    group = visit.space(space)
    group.demand_writer()
    conversation = selectors.conversation(group, record)
    groups = _others(visit, space)
    form = form_for(request, ForwardForm, groups=groups)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            other = visit.space(form.cleaned_data["group"])
            if form.cleaned_data["how"] == WHOLE:
                moved = group.forward_conversation(record, to=other)
                return redirect("intake:letter", space=other.id, record=moved)
            copy = services.copy_to(group, conversation, other=other)
            return redirect("intake:copy", space=other.id, record=copy)
    context = {"space": group, "form": form, "has_groups": bool(groups), **_back(space, record)}
    return show(request, "forward", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponseBase:
    """Ask once more, then erase a conversation; its words open nothing after that."""
    group = visit.space(space)
    group.demand_writer()
    conversation = selectors.conversation(group, record)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            group.conversation(record).erase()
            return redirect("intake:letters", space=space)
    context = {"space": group, "form": form, "title": rows.title_of(conversation.entry)}
    return show(request, "erase", {**context, **_back(space, record)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase_message(
    request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId, number: int
) -> HttpResponseBase:
    """Ask once more, then erase one message on both sides."""
    group = visit.space(space)
    group.demand_writer()
    selectors.conversation(group, record)
    side = group.conversation(record)
    if number not in {letter.number for letter in side.messages()}:
        raise NotFound("letters.no_message")
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            side.erase_message(number)
            return redirect("intake:letter", space=space, record=record)
    return show(request, "erase_message", {"space": group, "form": form, **_back(space, record)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def block(request: HttpRequest, visit: Visit, space: SpaceId, record: RecordId) -> HttpResponseBase:
    """Ask once more, then erase a letter and put the same text aside whenever it comes again."""
    group = visit.space(space)
    group.demand_keeper()
    conversation = selectors.conversation(group, record)
    form = form_for(request, NothingForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.block(group, conversation)
            return redirect("intake:letters", space=space)
    return show(request, "block", {"space": group, "form": form, **_back(space, record)})


def _back(space: SpaceId, record: RecordId) -> dict[str, object]:
    """Return where a form's second button leads."""
    return {"cancel_url": reverse("intake:letter", args=[space, record])}
