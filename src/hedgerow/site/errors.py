# SPDX-License-Identifier: AGPL-3.0-or-later
"""Turn errors into pages that say what happened and what to do, and nothing else.

An error page is made without the request: no menu, no form, no token. So the page for
something that belongs to others is byte for byte the page for something that never was.
Only a page that says "not now" holds again the form that was sent, with all that was typed;
the others show what was written, which depends on nothing but what was sent.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from hedgerow.kernel.errors import BadInput, Busy, Conflict, HedgerowError, NotFound, Refused
from hedgerow.rooms.registration import Text
from hedgerow.site.harness import sentences
from hedgerow.site.typed import Again, Written, sent_again, written_in

RETRY_AFTER_S = 30
#: Statuses after which the same form may well be taken.
NOT_NOW = frozenset({409, 503})


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Hold the words of one kind of error page."""

    heading: Text
    text: Text
    advice: Text


TROUBLES = {
    400: Trouble(
        heading=_("This could not be read"),
        text=_("What arrived here was not what the page had asked for."),
        advice=_("Go back, check what you typed, and send it again."),
    ),
    403: Trouble(
        heading=_("This is not open to you"),
        text=_("Your role in this group does not allow it."),
        advice=_("If you need it, ask a coordinator of the group."),
    ),
    404: Trouble(
        heading=_("There is nothing here"),
        text=_("There is no such page, or it is not for you. Both look the same on purpose."),
        advice=_("Check the address, or begin again at the front page."),
    ),
    405: Trouble(
        heading=_("This does not work this way"),
        text=_("This address does not take what your browser sent."),
        advice=_("Go back and use the buttons of the page."),
    ),
    409: Trouble(
        heading=_("Somebody was faster"),
        text=_("Somebody else has changed this in the meantime."),
        advice=_("Go back, open the page again, and look at what is there now."),
    ),
    410: Trouble(
        heading=_("This is over"),
        text=_("It took too long, or it is done already."),
        advice=_("Begin again at the front page."),
    ),
    413: Trouble(
        heading=_("This is too large"),
        text=_("What you sent is larger than this page takes. Nothing of it was kept."),
        advice=_("Go back and send less text, or a smaller file."),
    ),
    422: Trouble(
        heading=_("This was not done"),
        text=_("Something about it does not fit."),
        advice=_("Go back: your browser still has what you typed. Change it and send it again."),
    ),
    429: Trouble(
        heading=_("This is too much at once"),
        text=_("Nothing of it was saved."),
        advice=_("Go back: your browser still has what you typed. Send it again later."),
    ),
    500: Trouble(
        heading=_("Something is broken here"),
        text=_("The fault is ours, not yours. What you had saved before is still there."),
        advice=_("Try again in a minute. If it stays like this, tell a technician which page."),
    ),
    503: Trouble(
        heading=_("Please wait a little"),
        text=_("Too much is going on at once. What you sent was not saved."),
        advice=_("Go back in half a minute and send it again."),
    ),
}
CLOSED = Trouble(
    heading=_("Everything is closed just now"),
    text=_(
        "After a start, the people who look after this place must open it by hand. Until then "
        "only what is published can be read, and nothing can be sent."
    ),
    advice=_("Come back later. Nothing that was saved is lost."),
)
FORGED = Trouble(
    heading=_("The form was not sent"),
    text=_(
        "Your browser did not send the cookie that shows the form is yours. This happens "
        "when cookies are switched off, or when the page stood open for very long."
    ),
    advice=_("Allow cookies for this address, open the form again, and send it once more."),
)
TYPED_BELOW = _(
    "What you typed stands below, and it was stored nowhere. Leave this page open, wait half a "
    "minute or as long as is said above, and press the button."
)
STATUSES: tuple[tuple[type[HedgerowError], int], ...] = (
    (BadInput, 400),
    (Refused, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Busy, 503),
)


def error_page(
    status: int,
    *,
    trouble: Trouble | None = None,
    text: str = "",
    written: Written | None = None,
    again: Again | None = None,
) -> HttpResponse:
    """Return the page for a status.

    Args:
        status: HTTP status.
        trouble: Words to use instead of those usual for the status.
        text: A sentence to use instead of the usual one.
        written: What the person had written, shown so that it can be copied.
        again: The form that was sent, to be sent once more.
    """
    words = trouble or TROUBLES[status]
    context = {
        "words": words,
        "text": text or words.text,
        "advice": words.advice if again is None else TYPED_BELOW,
        "kept": _texts(written, again=again),
        "has_files": written is not None and written.has_files,
        "again": again,
        "languages": settings.LANGUAGES,
        "instance_name": settings.HEDGEROW_INSTANCE.name.in_language(get_language() or "en"),
    }
    response = HttpResponse(render_to_string("errors/error.html", context), status=status)
    if status == 503:  # noqa: PLR2004  # The number is the name.
        response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _texts(written: Written | None, *, again: Again | None) -> tuple[str, ...]:
    """Return what is shown to be copied: what stands in no form on the page."""
    if again is not None:
        return again.texts
    return written.texts if written is not None else ()


def closed_page(*, kept: tuple[str, ...] = ()) -> HttpResponse:
    """Return the page that stands for every form and closed page until the key is typed."""
    return error_page(503, trouble=CLOSED, written=Written(texts=kept))


def page_for(error: HedgerowError, *, request: HttpRequest | None = None) -> HttpResponse:
    """Return the page for an error raised below the site.

    The room's sentence is used where it registered one. `NotFound` never has one, because
    two pages that differ would tell what exists.

    Args:
        error: What was raised.
        request: Of a view; the form it brought is shown where it may be taken later, and
            else what was written in it.
    """
    row = None if isinstance(error, NotFound) else sentences().get(error.code)
    status = _status_of(error) if row is None else row.status
    text = "" if row is None else gettext(str(row.sentence)) % error.details
    # The token is asked for on no other page: a new one sets a cookie, which would tell.
    again = sent_again(request) if request is not None and status in NOT_NOW else None
    written = written_in(request) if request is not None and again is None else None
    return error_page(status, text=text, again=again, written=written)


def _status_of(error: HedgerowError) -> int:
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
