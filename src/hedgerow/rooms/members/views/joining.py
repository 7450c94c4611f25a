# SPDX-License-Identifier: AGPL-3.0-or-later
"""Join by an invitation: its words, one's own words, the same typed back, a name."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import BadInput, Refused
from hedgerow.rooms.members.doors import (
    COOKIE,
    drop_cookie,
    form_for,
    put_visit,
    set_cookie,
    show,
    visit_of,
)
from hedgerow.rooms.members.forms import FounderForm, InvitationForm, JoinForm
from hedgerow.rooms.members.sentences import add_sentence
from hedgerow.store.codes_api import spell
from hedgerow.store.joining import Joining, joining_from_cookie, open_invitation

JOIN_COOKIE = "__Host-join"


def _joining(request: HttpRequest) -> Joining:
    """Return where this browser is on the way in.

    Raises:
        Refused: "joining.over" when it took too long or never began.
    """
    joining = joining_from_cookie(request.COOKIES.get(JOIN_COOKIE, ""))
    if joining is None:
        raise Refused("joining.over")
    return joining


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponseBase:
    """Take the words of an invitation."""
    if visit_of(request) is not None:
        return redirect("members:accept")
    form = form_for(request, InvitationForm)
    if request.method == "POST" and form.is_valid():
        try:
            joining = open_invitation(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            response = redirect("members:join-words")
            set_cookie(response, JOIN_COOKIE, joining.cookie)
            return response
    return show(request, "join", {"form": form})


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Show the eight words that are to be somebody's account."""
    joining = _joining(request)
    spelled = spell(joining.phrase, kind="phrase", language=get_language() or "en")
    return show(request, "join_words", {"words": spelled, "joining": joining})


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest) -> HttpResponseBase:
    """Take the words typed back and a name, and let the newcomer in."""
    joining = _joining(request)
    is_founder = joining.kind == "founder"
    form = form_for(request, FounderForm if is_founder else JoinForm)
    if request.method == "POST" and form.is_valid():
        try:
            joining.confirm(form.cleaned_data["words"])
            visit, cookie = joining.finish(as_name=form.cleaned_data.get("name", ""))
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            put_visit(request, visit)
            response = redirect("members:me")
            set_cookie(response, COOKIE, cookie)
            drop_cookie(response, JOIN_COOKIE)
            return response
    return show(request, "join_finish", {"form": form, "joining": joining})
