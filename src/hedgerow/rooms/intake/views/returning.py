# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a stranger come back by the words, read answers, write more, forget the words."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hedgerow.kernel.errors import BadInput, Busy, Refused
from hedgerow.rooms.intake import rows
from hedgerow.rooms.intake.doors import (
    COOKIE,
    Attached,
    end_receipt,
    hand_out,
    show,
    side_of,
    stranger_page,
)
from hedgerow.rooms.intake.forms import AddForm, NothingForm, ReturnForm
from hedgerow.rooms.intake.records import LetterText
from hedgerow.rooms.members.doors import drop_cookie, form_for, set_cookie
from hedgerow.rooms.members.sentences import add_sentence, sentence_of
from hedgerow.store import carried, formtokens, letterbox
from hedgerow.store.letterbox import StrangerSide


@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Take the words to come back."""
    if request.method != "POST" and side_of(request) is not None:
        return redirect("intake:own")
    form = form_for(request, ReturnForm)
    if request.method == "POST" and form.is_valid():
        try:
            cookie = letterbox.come_back(form.cleaned_data["words"])
        except (BadInput, Refused) as error:
            add_sentence(form, "words", error)
        else:
            response = _go_on(request, cookie)
            set_cookie(response, COOKIE, cookie)
            return response
    return show(request, "return", {"form": form, "carried": request.POST.get("kept", "")})


def _go_on(request: HttpRequest, cookie: str) -> HttpResponse:
    """Show the conversation, with what was typed when it closed, filled in but not sent."""
    old_cookie = request.COOKIES.get(COOKIE, "")
    kept = carried.restore(request.POST.get("kept", ""), cookie=old_cookie)
    side = letterbox.conversation_of(cookie) if kept is not None else None
    if kept is None or side is None:
        return redirect("intake:own")
    form = AddForm(initial=dict(kept.fields), kept=rows.ends_sentence(side.until_week))
    attached = Attached(request, carried_files=kept.files)
    token = formtokens.make_token("")
    return _conversation(request, side, form=form, token=token, attached=attached)


@require_safe
@stranger_page
def own(request: HttpRequest, side: StrangerSide) -> HttpResponse:
    """Show a stranger's own conversation."""
    form = form_for(request, AddForm, kept=rows.ends_sentence(side.until_week))
    return _conversation(request, side, form=form, token=formtokens.make_token(""))


@require_http_methods(["GET", "HEAD", "POST"])
@stranger_page
def add(request: HttpRequest, side: StrangerSide, token: str) -> HttpResponseBase:
    """Take more from a stranger who has come back."""
    if request.method != "POST":
        return redirect("intake:own")
    attached = Attached(request)
    form = form_for(request, AddForm, kept=rows.ends_sentence(side.until_week))
    age = formtokens.state_of("", token)
    if age != "good":
        token = formtokens.make_token("")
        form.add_error(None, rows.AGES[age])
    if attached.refusal:
        form.refuse_file(attached.refusal)
    if form.is_valid():
        value = LetterText(text=form.cleaned_data["text"], language=get_language() or "en")
        try:
            side.add(value, uploads=attached.uploads)
        except (Refused, Busy) as error:
            is_busy = isinstance(error, Busy)
            form.add_error(None, rows.busy_sentence() if is_busy else sentence_of(error))
        else:
            return redirect(f"{reverse('intake:own')}#last")
    return _conversation(request, side, form=form, token=token, attached=attached)


def _conversation(
    request: HttpRequest,
    side: StrangerSide,
    *,
    form: AddForm,
    token: str,
    attached: Attached | None = None,
) -> HttpResponse:
    """Show both sides of a conversation with the form for more."""
    messages = side.messages()
    context = {
        "form": form,
        "action": reverse("intake:add", kwargs={"token": token}),
        "messages": rows.stranger_messages(messages),
        "is_answered": any(one.side == "team" for one in messages),
        "ends": rows.ends_sentence(side.until_week),
    }
    return show(request, "own", context | (attached.context() if attached else {}))


@require_safe
@stranger_page
def file(_request: HttpRequest, side: StrangerSide, number: int, index: int) -> HttpResponseBase:
    """Hand out a file of either side."""
    return hand_out(side.file(number, index))


@require_http_methods(["GET", "HEAD", "POST"])
@stranger_page
def forget(request: HttpRequest, side: StrangerSide) -> HttpResponseBase:
    """Ask once more, then forget the words: nobody comes back by them again."""
    form = form_for(request, NothingForm)
    if request.method == "POST" and form.is_valid():
        side.forget()
        response = show(request, "forgotten")
        drop_cookie(response, COOKIE)
        return response
    return show(request, "forget", {"form": form, "cancel_url": reverse("intake:own")})


@require_POST
def leave(request: HttpRequest) -> HttpResponseBase:
    """Close the conversation in this browser."""
    response = redirect("intake:write")
    end_receipt(request, response)
    return response
