# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open, change, close and hang up a group's letter-boxes."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.ids import SpaceId
from hedgerow.rooms.intake import boxes as public
from hedgerow.rooms.intake import rows, selectors, services
from hedgerow.rooms.intake.box_forms import BoxForm, NewBoxForm
from hedgerow.rooms.intake.doors import show
from hedgerow.rooms.members.doors import form_for, member_page
from hedgerow.rooms.members.forms import ConfirmForm
from hedgerow.rooms.members.sentences import said_in
from hedgerow.store.visit import Visit


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def open_box(request: HttpRequest, visit: Visit, space: SpaceId) -> HttpResponseBase:
    """Open a letter-box."""
    group = visit.space(space)
    group.demand_keeper()
    form = form_for(request, NewBoxForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form, field="address"):
            address = form.cleaned_data["address"]
            services.open_box(group, address=address, fields=form.cleaned_data)
            return redirect("intake:poster", space=space, address=address)
    cancel_url = reverse("intake:letters", kwargs={"space": space})
    return show(request, "box_form", {"space": group, "form": form, "cancel_url": cancel_url})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def edit_box(request: HttpRequest, visit: Visit, space: SpaceId, address: str) -> HttpResponseBase:
    """Change what a letter-box says and asks."""
    group = visit.space(space)
    group.demand_keeper()
    letter_box = selectors.own_box(group, address)
    form = form_for(request, BoxForm, initial=BoxForm.initial_of(letter_box))
    if request.method == "POST" and form.is_valid():
        services.change_box(letter_box, fields=form.cleaned_data)
        return redirect("intake:letters", space=space)
    context = {
        "space": group,
        "form": form,
        "box": letter_box,
        "cancel_url": reverse("intake:letters", kwargs={"space": space}),
    }
    return show(request, "box_form", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def close_box(request: HttpRequest, visit: Visit, space: SpaceId, address: str) -> HttpResponseBase:
    """Ask once more, then close a letter-box for good."""
    group = visit.space(space)
    group.demand_keeper()
    letter_box = selectors.own_box(group, address)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            services.close_box(group, letter_box)
            return redirect("intake:letters", space=space)
    context = {
        "space": group,
        "form": form,
        "text": public.text_of(letter_box),
        "cancel_url": reverse("intake:letters", kwargs={"space": space}),
    }
    return show(request, "close_box", context)


@require_safe
@member_page
def poster(request: HttpRequest, visit: Visit, space: SpaceId, address: str) -> HttpResponse:
    """Show a page to hang up: whom one writes to, where, and the address as a square code."""
    group = visit.space(space)
    letter_box = selectors.own_box(group, address)
    full = rows.full_address(reverse("intake:box", kwargs={"address": address}))
    context = {
        "space": group,
        "text": public.text_of(letter_box),
        "address": full,
        "qr": rows.qr_svg(full),
    }
    return show(request, "poster", context)
