# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pause somebody's account by a friend's words, open it again, lock one's own for a journey."""

from datetime import date, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hedgerow.kernel.errors import BadInput, Refused
from hedgerow.rooms.members import rows
from hedgerow.rooms.members.cards import qr_svg
from hedgerow.rooms.members.doors import end_visit, form_for, member_page, show
from hedgerow.rooms.members.pauses import FriendWordsForm, JourneyForm, LiftForm, PauseForm
from hedgerow.rooms.members.sentences import add_sentence
from hedgerow.rooms.members.views.people import day_number
from hedgerow.store.codes_api import spell
from hedgerow.store.pausing import lift, pause_account
from hedgerow.store.visit import Visit


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: HttpRequest) -> HttpResponse:
    """Take a friend's words and pause the account they were printed for."""
    form = form_for(request, PauseForm)
    if request.method == "POST" and form.is_valid():
        try:
            pause_account(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            return show(request, "paused")
    return show(request, "pause", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def unpause(request: HttpRequest) -> HttpResponse:
    """Take a friend's words and the account's own, and open it again."""
    form = form_for(request, LiftForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lift(freeze_text=data["friend"], phrase_text=data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, None, error)
        else:
            return show(request, "unpaused")
    return show(request, "unpause", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def friend_words(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Print the words for a friend; they are shown once."""
    form = form_for(request, FriendWordsForm)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            numbers = visit.print_freeze_words(data["words"], days=data["days"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            words = spell(numbers, kind="freeze", language=get_language() or "en")
            last_day = rows.day(visit.today() + data["days"]) if data["days"] else None
            return _friend_card(request, words, last_day=last_day)
    return show(request, "friend_words", {"form": form})


def _friend_card(request: HttpRequest, words: list[str], *, last_day: date | None) -> HttpResponse:
    """Show the words on a card to print, with the address where they are typed."""
    address = settings.HEDGEROW_INSTANCE.addresses[0] + reverse("members:pause")
    end = (
        _("without end")
        if last_day is None
        else _("until %(day)s") % {"day": date_format(last_day)}
    )
    context = {
        "words": words,
        "address": address,
        "qr": qr_svg(address),
        "rows": [(_("Address"), address), (pgettext("how long words are good", "Good"), end)],
    }
    return show(request, "friend_card", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def journey(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Lock one's own account until after a day; every session ends."""
    today = rows.day(visit.today())
    form = form_for(request, JourneyForm, initial={"last_day": today + timedelta(days=7)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            visit.lock_for_journey(data["words"], last_day=day_number(data["last_day"]))
        except (BadInput, Refused) as error:
            is_day = error.code == "pause.lock_days"
            add_sentence(form, "last_day" if is_day else "words", error)
        else:
            response = redirect("site:front")
            end_visit(request, response)
            return response
    return show(request, "journey", {"form": form})
