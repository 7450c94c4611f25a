# SPDX-License-Identifier: AGPL-3.0-or-later
"""Enter, see what is new, end sessions, change one's words, leave."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import BadInput, Refused
from hedgerow.rooms.members import rows
from hedgerow.rooms.members.doors import (
    COOKIE,
    end_visit,
    form_for,
    member_page,
    put_visit,
    set_cookie,
    show,
    visit_of,
)
from hedgerow.rooms.members.forms import EnterForm, PresentWordsForm
from hedgerow.rooms.members.sentences import add_sentence, notices_of
from hedgerow.store import carried
from hedgerow.store.accounts import log_in
from hedgerow.store.codes_api import spell
from hedgerow.store.visit import Visit


def _safe(path: str) -> str:
    """Return a path of this instance, or that of one's own page."""
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return reverse("members:me")


def _shown_again(request: HttpRequest, kept: carried.Carried) -> HttpResponseBase:
    """Answer with the page of a carried form, filled in with what was typed, not sent."""
    match = resolve(kept.path)
    request.method = "GET"
    request.path = request.path_info = kept.path
    request.resolver_match = match
    request.carried_fields = dict(kept.fields)  # type: ignore[attr-defined]  # read by form_for
    request.carried_files = kept.files  # type: ignore[attr-defined]  # read by the shelf
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response


def _go_on(request: HttpRequest, *, old_cookie: str) -> HttpResponseBase:
    """Go on where somebody was who has just entered."""
    kept = carried.restore(request.POST.get("kept", ""), cookie=old_cookie)
    to = _safe(request.POST.get("to", ""))
    if kept is None:
        return redirect(to)
    try:
        return _shown_again(request, kept)
    except Resolver404:
        return redirect(to)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponseBase:
    """Take somebody's eight words."""
    to = _safe(request.GET.get("to", "") or request.POST.get("to", ""))
    if request.method != "POST" and visit_of(request) is not None:
        return redirect(to)
    form = form_for(request, EnterForm)
    if request.method == "POST" and form.is_valid():
        try:
            visit, cookie = log_in(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            put_visit(request, visit)
            old_cookie = request.COOKIES.get(COOKIE, "")
            # What the page of a carried form holds on to is tied to the new session's cookie.
            request.COOKIES[COOKIE] = cookie
            response = _go_on(request, old_cookie=old_cookie)
            set_cookie(response, COOKIE, cookie)
            return response
    return show(request, "enter", {"form": form, "carried": request.POST.get("kept", ""), "to": to})


@require_safe
@member_page
def my_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what is new and what waits, across one's groups."""
    desk, spaces = visit.desk(), visit.spaces()
    waiting = [
        {
            "url": reverse("members:group", kwargs={"space": line.space_id}),
            "title": line.title,
            "note": line.space_name,
            "day": rows.day(line.due_day),
        }
        for line in desk.waiting
    ]
    context = {
        "notices": notices_of(desk.notices, spaces),
        "waiting": waiting,
        "news": rows.news_by_group(desk.news, spaces, desk.more),
        "groups": rows.group_rows(spaces),
        "parts": rows.parts_of_rooms(visit, desk),
        "open_url": reverse("members:open-group"),
    }
    return show(request, "me", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def sessions(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show one's sessions, and end one or all others."""
    if request.method == "POST":
        handle = request.POST.get("handle", "")
        if handle:
            visit.end_session(handle)
        else:
            visit.end_other_sessions()
        return redirect("members:sessions")
    lines = [
        {
            "handle": line.handle,
            "began": None if line.began is None else rows.moment(line.began),
            "seen": rows.moment(line.seen),
            "is_this": line.is_this,
        }
        for line in visit.sessions()
    ]
    return show(request, "sessions", {"sessions": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def change_words(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Take the present words before new ones are drawn."""
    form = form_for(request, PresentWordsForm)
    if request.method == "POST" and form.is_valid():
        try:
            visit.begin_change_of_phrase(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            return redirect("members:confirm-words")
    return show(request, "change_words", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def confirm_words(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show the new words, take them typed back, and end every session."""
    change = visit.change_of_phrase()
    if change is None:
        return redirect("members:change-words")
    form = form_for(request, EnterForm)
    if request.method == "POST" and form.is_valid():
        try:
            change.confirm(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            response = redirect("members:enter")
            end_visit(request, response)
            return response
    spelled = spell(change.phrase, kind="phrase", language=get_language() or "en")
    return show(request, "confirm_words", {"form": form, "words": spelled})
