# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show who is in a group, invite, change roles, remove."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import InvitationId, MemberId, SpaceId
from hedgerow.rooms.members import rows, selectors
from hedgerow.rooms.members.cards import qr_svg
from hedgerow.rooms.members.doors import form_for, member_page, show
from hedgerow.rooms.members.forms import ConfirmForm, InviteForm, OwnNameForm, RoleForm
from hedgerow.rooms.members.sentences import add_sentence
from hedgerow.rooms.members.views.lists import leaf_number
from hedgerow.store.codes_api import spell
from hedgerow.store.visit import IssuedInvitation, Space, Visit


@require_safe
@member_page
def people(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """Show who is here, and the open invitations."""
    group = visit.space(space)
    members = rows.member_rows(group, group.members())
    leaf = selectors.leaf_of(members, number=leaf_number(request))
    context = {
        "space": group,
        "members": leaf.rows,
        "leaf": rows.leaf_links(leaf),
        "invitations": rows.invitation_rows(group, group.invitations()) if group.is_keeper else [],
    }
    return show(request, "people", context)


@require_safe
@member_page
def much(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponse:
    """Show coordinators who wrote more in one day than one may."""
    group = visit.space(space)
    leaf = selectors.leaf_of(group.passed_quotas(), number=leaf_number(request))
    context = {
        "space": group,
        "rows": rows.passed_rows(group, leaf.rows),
        "leaf": rows.leaf_links(leaf),
    }
    return show(request, "much", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def confirm(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Let a coordinator look who is in a group that comes from a back-up, and confirm it."""
    group = visit.space(space)
    group.demand_keeper()
    restored = group.restored_notice
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        if restored is not None:
            group.confirm_restore()
        return redirect("members:people", space=space)
    context = {
        "space": group,
        "form": form,
        "restored": restored and rows.moment(restored).date(),
        "members": [row["name"] for row in rows.member_rows(group, group.members())],
    }
    return show(request, "confirm", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def own_name(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Change the name one goes by in this group."""
    group = visit.space(space)
    form = form_for(request, OwnNameForm, initial={"name": group.my_name})
    if request.method == "POST" and form.is_valid():
        group.rename_me(form.cleaned_data["name"])
        return redirect("members:people", space=space)
    return show(request, "own_name", {"space": group, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def invite(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Make an invitation and show its words once, on a card to print."""
    group = visit.space(space)
    group.demand_keeper()
    form = form_for(request, InviteForm, today=rows.day(visit.today()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            issued = group.invite(
                role=data["role"], reads=data["reads"], last_day=day_number(data["last_day"])
            )
        except Refused as error:
            add_sentence(form, None, error)
        else:
            return _card(request, group, issued, last_day=data["last_day"])
    return show(request, "invite", {"space": group, "form": form})


def day_number(day: date) -> int:
    """Return a date as a day since the epoch."""
    return (day - date(1970, 1, 1)).days


def _card(
    request: HttpRequest, group: Space, issued: IssuedInvitation, *, last_day: date
) -> HttpResponse:
    """Show the card; it is never stored, and the page itself says so."""
    address = settings.HEDGEROW_INSTANCE.addresses[0] + reverse("members:join")
    context = {
        "space": group,
        "words": spell(issued.numbers, kind="invitation", language=get_language() or "en"),
        "address": address,
        "qr": qr_svg(address),
        "rows": [
            (_("Group"), group.name),
            (_("Address"), address),
            (_("Good until"), date_format(last_day)),
        ],
    }
    return render(request, "members/card.html", context)


@require_POST
@member_page
def revoke(
    request: HttpRequest, visit: Visit, space: SpaceId, invitation: InvitationId
) -> HttpResponseBase:
    """Take an invitation back."""
    visit.space(space).revoke(invitation)
    return redirect("members:people", space=space)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def role(request: HttpRequest, visit: Visit, space: SpaceId, member: MemberId) -> HttpResponseBase:
    """Give somebody another role."""
    group = visit.space(space)
    group.demand_keeper()
    person = group.member(member)
    form = form_for(request, RoleForm, initial={"role": person.role.value})
    if request.method == "POST" and form.is_valid():
        try:
            group.set_role(member, form.cleaned_data["role"])
        except Refused as error:
            add_sentence(form, "role", error)
        else:
            return redirect("members:people", space=space)
    return show(request, "role", {"space": group, "form": form, "person": person})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def remove(
    request: HttpRequest, visit: Visit, space: SpaceId, member: MemberId
) -> HttpResponseBase:
    """Ask once more, then remove somebody: from then on nothing new can be read."""
    group = visit.space(space)
    group.demand_keeper()
    person = group.member(member)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        try:
            group.remove(member)
        except Refused as error:
            add_sentence(form, None, error)
        else:
            return redirect("members:people", space=space)
    return show(request, "remove", {"space": group, "form": form, "person": person})
