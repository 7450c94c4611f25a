# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a stranger read what a letter-box says, and write to it.

The form is sent to an address with a token in it: it lets files in before any view runs, says
when the form was opened, and is used once, so that a letter sent twice is one letter. Whatever
is refused, the page that says so still holds all that was typed.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hedgerow.kernel.errors import Busy, HedgerowError, Refused
from hedgerow.rooms.intake import boxes, rows
from hedgerow.rooms.intake.doors import Attached, show
from hedgerow.rooms.intake.forms import LetterForm
from hedgerow.rooms.intake.models import LetterBox
from hedgerow.rooms.intake.records import LetterText
from hedgerow.rooms.members.sentences import sentence_of
from hedgerow.rooms.registration import public_page
from hedgerow.store import formtokens, letterbox
from hedgerow.store.codes_api import spell
from hedgerow.store.letterbox import Posting
from hedgerow.store.machine import is_open

_TOO_MANY: Final = 429
_BUSY: Final = 503
_GONE: Final = 410
#: In an hour a quarter of a day's letters come without proof of work, but never fewer than this.
_HOURS_OF_A_LIMIT: Final = 4
_LEAST_AN_HOUR: Final = 5


@public_page
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the letter-boxes that are open, and the way back to an answer."""
    return show(request, "front", {"ways": boxes.ways_in()})


@public_page
@require_safe
def box(request: HttpRequest, address: str) -> HttpResponse:
    """Show what a letter-box says and its form; both are made of public rows."""
    letter_box = boxes.box_at(address)
    if not letter_box.is_open:
        return _closed(request, letter_box)
    if not is_open():
        return show(request, "resting", _said(letter_box))
    form = LetterForm(box=letter_box, text=boxes.text_of(letter_box))
    return _form_page(request, letter_box, form=form, token=formtokens.make_token(address))


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, address: str, token: str) -> HttpResponseBase:
    """Take a letter, and show once the words with which its author comes back."""
    if request.method != "POST":
        return redirect("intake:box", address=address)
    letter_box = boxes.box_at(address)
    attached = Attached(request)
    form = LetterForm(request.POST, request.FILES, box=letter_box, text=boxes.text_of(letter_box))
    if not letter_box.is_open:
        return _closed(request, letter_box, form=form)
    age = formtokens.state_of(address, token)
    if attached.refusal:
        form.refuse_file(attached.refusal)
    if age != "good":
        token = formtokens.make_token(address)
        form.add_error(None, rows.AGES[age])
    if not form.is_valid():
        return _form_page(request, letter_box, form=form, token=token, attached=attached)
    try:
        words = _send(letter_box, form, attached, token=token)
    except (Refused, Busy) as error:
        return _not_now(request, error, box=letter_box, form=form, token=token, attached=attached)
    return _receipt(request, letter_box, words)


def _send(letter_box: LetterBox, form: LetterForm, attached: Attached, *, token: str) -> list[str]:
    """Send a letter; return its words, as the reader's language spells them."""
    address, language = letter_box.address, get_language() or "en"
    value = LetterText(
        text=form.cleaned_data["text"], answers=form.answers(), language=form.box_text.language
    )
    is_proved = not _is_flooded(letter_box) or formtokens.is_work(token, form.data.get("work", ""))
    formtokens.demand_room(address, day_limit=letter_box.day_limit, is_proved=is_proved)
    posting = Posting(
        number=formtokens.number_of(token),
        until_day=rows.last_day(letter_box.weeks),
        form_sum=boxes.form_sum(letter_box),
        is_held=letter_box.is_moderated or not is_proved,
    )
    numbers = letterbox.send(address, value, posting=posting, uploads=attached.uploads)
    # Only now: a form sent again and again is one letter, and fills no box.
    formtokens.count_letter(address, is_proved=is_proved)
    return spell(numbers, kind="receipt", language=language)


def _is_flooded(letter_box: LetterBox) -> bool:
    """Tell whether a box gets so many letters that they must prove work or wait for a look."""
    hour_limit = max(_LEAST_AN_HOUR, letter_box.day_limit // _HOURS_OF_A_LIMIT)
    return formtokens.is_flooded(letter_box.address, hour_limit=hour_limit)


def _not_now(
    request: HttpRequest,
    error: HedgerowError,
    *,
    box: LetterBox,
    form: LetterForm,
    token: str,
    attached: Attached,
) -> HttpResponse:
    """Say why a letter could not be taken now, in its own form, so that nothing is lost."""
    if error.code == "letters.closed":
        return _closed(request, box, form=form)
    if error.code == "letters.sent_already":
        return show(request, "there_already", _said(box))
    is_busy = isinstance(error, Busy)
    form.add_error(None, rows.busy_sentence() if is_busy else sentence_of(error))
    page = _form_page(request, box, form=form, token=token, attached=attached)
    page.status_code = _BUSY if is_busy else _TOO_MANY
    return page


def _said(letter_box: LetterBox) -> dict[str, object]:
    """Return what every page of a box shows."""
    text = boxes.text_of(letter_box)
    return {
        "box": letter_box,
        "text": text,
        "is_foreign": text.language != get_language(),
        "advice": rows.html_of(text.advice) if text.advice else "",
    }


def _form_page(
    request: HttpRequest,
    letter_box: LetterBox,
    *,
    form: LetterForm,
    token: str,
    attached: Attached | None = None,
) -> HttpResponse:
    """Show the form of a box."""
    kwargs = {"address": letter_box.address, "token": token}
    context = {"form": form, "action": reverse("intake:send", kwargs=kwargs), **_said(letter_box)}
    context["work"] = token if _is_flooded(letter_box) else ""
    return show(request, "box", context | (attached.context() if attached else {}))


def _closed(
    request: HttpRequest, letter_box: LetterBox, *, form: LetterForm | None = None
) -> HttpResponse:
    """Say that a box takes no letters any more, and give back what was typed."""
    typed = [value for name, value in form.data.items() if name in form.fields] if form else []
    context = {"typed": [value for value in typed if value], **_said(letter_box)}
    return show(request, "closed", context, status=_GONE)


def _receipt(request: HttpRequest, letter_box: LetterBox, words: list[str]) -> HttpResponse:
    """Show the words; they are stored nowhere, and the page says so."""
    address = rows.full_address(reverse("intake:return"))
    facts = [
        (_("Where to type them"), address),
        (_("Good until"), rows.day_text(rows.last_day(letter_box.weeks))),
    ]
    return show(request, "receipt", {"words": words, "rows": facts, "qr": rows.qr_svg(address)})
