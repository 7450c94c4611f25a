# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give back what was typed into a form that could not be taken.

Nothing is stored: a page that says "not now" holds the form again, filled in, and sends it to
the same address; every other error page shows what was written, to be copied. What takes
secrets comes back empty, and a file must be chosen again.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token

# The name the token of a form goes by; it is drawn anew for the form that is shown.
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105  # nosec -- a field's name
SECRET_FIELDS = frozenset({"phrase", "code", "words", "friend", "share", TOKEN_FIELD})
# Only longer texts are given back outside of their form: a phrase, a code or a share is
# short, is one line, and must never stand readable on a page nobody asked for.
KEPT_CHARACTERS = 120
# What a page put into its own form for itself, such as a file on its way or where to go on.
_OUR_FIELDS = frozenset({"kept", "received", "to", "next"})
_CHOICE = re.compile(r"[\w.=-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Again:
    """Hold a form that can be sent again.

    Attributes:
        address: Where it goes.
        csrf: The token of this browser.
        form: The form itself; None where it was a button alone, or was not made yet.
        hidden: Names and values of what was sent besides.
        texts: What of that somebody wrote, to be read and copied.
        has_files: Whether a file came that must be chosen again.
        has_secrets: Whether words came that must be typed again.
    """

    address: str
    csrf: str
    form: forms.Form | None
    hidden: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    has_files: bool
    has_secrets: bool


def sent_again(request: HttpRequest) -> Again | None:
    """Return the form that a request brought, or None where it brought none.

    To be asked only once a view runs: then the token has shown that the form is this site's.
    """
    if request.method != "POST":
        return None
    form = _emptied(getattr(request, "typed_form", None), files=set(request.FILES))
    known = set() if form is None else {form.add_prefix(name) for name in form.fields}
    hidden = tuple(
        (name, value) for name, value in _sent(request.POST) if name not in known | SECRET_FIELDS
    )
    secrets = SECRET_FIELDS - {TOKEN_FIELD}
    return Again(
        address=request.get_full_path(),
        csrf=get_token(request),
        form=form,
        hidden=hidden,
        texts=() if form is not None else tuple(kept_texts(request.POST)),
        has_files=bool(request.FILES),
        has_secrets=any(request.POST.get(name) for name in secrets),
    )


def kept_of(request: HttpRequest) -> tuple[str, ...]:
    """Return the longer texts of a form before its token was looked at, or with a bad one.

    A page elsewhere must not be able to put its words on a page of this site.
    """
    is_ours = request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "same-origin"
    return tuple(kept_texts(request.POST)) if is_ours else ()


@dataclass(frozen=True, kw_only=True)
class Written:
    """Hold what somebody wrote in a form that was not taken.

    Attributes:
        texts: To be read and copied.
        has_files: Whether a file came that must be chosen again.
    """

    texts: tuple[str, ...] = ()
    has_files: bool = False


def written_in(request: HttpRequest) -> Written:
    """Return what somebody wrote in a form whose token has shown that it is this site's.

    What is returned depends on what was sent and on nothing else, neither on the view nor on
    what is there: so the page for what belongs to others still equals that for what never was.
    """
    # Set by Django once the token was right; all that was sent has been read by then.
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return Written()
    texts = tuple(text for name, text in _sent(request.POST) if _is_written(name, text))
    return Written(texts=texts, has_files=bool(request.FILES))


def _is_written(name: str, text: str) -> bool:
    """Tell whether a value was written by hand, and is neither a secret nor a choice or an id."""
    return name not in SECRET_FIELDS | _OUR_FIELDS and _CHOICE.fullmatch(text.strip()) is None


def kept_texts(data: QueryDict) -> Iterator[str]:
    """Yield the longer texts among the fields of a form."""
    for name, text in _sent(data):
        if name not in SECRET_FIELDS and (len(text) > KEPT_CHARACTERS or "\n" in text):
            yield text


def _sent(data: QueryDict) -> Iterator[tuple[str, str]]:
    """Yield every name with each of its values."""
    for name, values in data.lists():
        yield from ((name, str(value)) for value in values)


def _emptied(form: forms.Form | None, *, files: Collection[str]) -> forms.Form | None:
    """Empty the fields of a form that take secrets, and ask again for the files that came."""
    if form is not None and isinstance(form.data, QueryDict):
        data = form.data.copy()
        for name in SECRET_FIELDS & set(data):
            del data[name]
        form.data = data
        for name in set(files) & set(form.fields):
            form.fields[name].required = True
    return form
