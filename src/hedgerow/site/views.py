# SPDX-License-Identifier: AGPL-3.0-or-later
"""Show the pages that belong to no room: front, about, language, exit, and errors."""

import sys
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from hedgerow.kernel.errors import HedgerowError
from hedgerow.rooms.markdown import render_markdown
from hedgerow.rooms.registration import public_page
from hedgerow.site.errors import FORGED, error_page, page_for
from hedgerow.site.harness import entry_points, exits, log_outs, ways_in
from hedgerow.site.limits import limits_in
from hedgerow.site.parts import parts_context
from hedgerow.site.typed import Written, kept_of, written_in
from hedgerow.store.notices import notices

PARTS = "site/parts.html"
# What can go wrong in reading and showing what was written, where something is broken already.
PAGE_FAULTS = (
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
EPOCH = date(1970, 1, 1)
PARTS_PAGES = {"form": "site/parts_form.html", "paper": "site/parts_paper.html"}


class SeeOther(HttpResponseRedirect):
    """Send the browser on with GET, whatever it sent here."""

    status_code = 303


@public_page
def front(request: HttpRequest) -> HttpResponse:
    """Show what is published, and the ways in."""
    said = notices()
    days = {"restored": said.restored, "last_night": said.last_night}
    known = {name: EPOCH + timedelta(days=day) for name, day in days.items() if day}
    return render(
        request, "site/front.html", {"entries": entry_points(), "ways": ways_in(), **known}
    )


@public_page
def about(request: HttpRequest) -> HttpResponse:
    """Show what this place promises, and what it does not."""
    return render(request, "site/about.html")


@public_page
def limits(request: HttpRequest) -> HttpResponse:
    """Show what this program does not protect from."""
    page = limits_in(get_language() or "en")
    # The text is ours, and rendered without HTML of its own.
    text = mark_safe(render_markdown(page.text))  # noqa: S308  # nosec
    return render(request, "site/limits.html", {"heading": page.heading, "text": text})


@public_page
def language(request: HttpRequest) -> HttpResponse:
    """Show the languages, or set one and go back to where the person was."""
    if request.method != "POST":
        return render(request, "site/language.html", {"return_to": "/"})
    response = SeeOther(safe_path(request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            path="/",
            secure=True,
            httponly=True,
            samesite="Lax",
        )
    return response


def safe_path(path: str) -> str:
    """Return a path on this site, the front page where the given one leads elsewhere."""
    is_safe = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return urlsplit(path).path if is_safe else "/"


@public_page
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and go somewhere harmless at once.

    This acts on GET on purpose: it must work at one touch, from an old page, with cookies
    refused and scripts off, and a form would be bound to this site by the policy of contents.
    Somebody who tricks a member into opening it ends a session and gains nothing.
    """
    response = SeeOther(settings.HEDGEROW_EXIT_URL)
    for end in exits():
        end(request, response)
    for name in (settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        response.set_cookie(name, "", max_age=0, path="/", secure=True, samesite="Lax")
    response["Clear-Site-Data"] = '"cookies", "storage"'
    return response


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End what this browser has open, and go to the front page.

    An observer's device is not ended: it serves until two days after the election, and who
    closes a member's page on it in the meantime must not lose the station.
    """
    response = SeeOther(reverse("site:front"))
    for end in log_outs():
        end(request, response)
    return response


@public_page
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell search engines which two pages they may read."""
    text = "User-agent: *\nAllow: /$\nAllow: /about/\nAllow: /static/\nDisallow: /\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@public_page
def parts(request: HttpRequest) -> HttpResponse:
    """Show every part of the pages, or a form page or a paper page made of them.

    Raises:
        Http404: On a real instance: the page is for the demo and for tests.
    """
    if not settings.HEDGEROW_SHOW_PARTS:
        raise Http404
    return render(request, PARTS_PAGES.get(request.GET.get("as", ""), PARTS), parts_context())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing, and show what was typed if it came from here.

    Django passes its reason as an argument; it is not for people.
    """
    return error_page(403, trouble=FORGED, written=Written(texts=kept_of(request)))


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what Django could not read, and say so when it was too large."""
    too_large = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
    return error_page(413 if isinstance(exception, too_large) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what a role does not allow. Django passes the exception by its name."""
    return error_page(403, written=written_in(request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what does not exist, or not for this person. Django passes the exception by name."""
    return error_page(404, written=written_in(request))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer where the code failed, or where a layer around the views raised on purpose."""
    error = sys.exception()
    if isinstance(error, HedgerowError):
        return page_for(error)
    try:
        return error_page(500, written=written_in(request))
    except PAGE_FAULTS:
        return error_page(500)
