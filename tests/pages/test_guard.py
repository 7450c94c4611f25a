# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check what stands between a request and a view, and what every response carries."""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st

from hedgerow.kernel.errors import BadInput, Busy, Conflict, Damaged, NotFound, Refused
from hedgerow.rooms.registration import (
    ErrorSentence,
    PermissionRow,
    Register,
    public_page,
)
from hedgerow.site import harness, middleware, urls
from hedgerow.site.apps import SiteConfig
from tests.pages.client import HTML, InspectingClient, parsed, text_of

SECRET = "heron lantern"
LONG = "A long letter about the library. " * 8


def _raise(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(_request: HttpRequest) -> HttpResponse:
        raise error

    return view


def closed(_request: HttpRequest) -> HttpResponse:
    """Answer as a closed page with a text of the length the test asks for."""
    length = int(_request.GET.get("length", "10"))
    return HttpResponse(
        '<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Closed</title></head>'
        f"<body><main><h1>Closed</h1>{'x' * length}</main></body></html>"
    )


@public_page
def public(request: HttpRequest) -> HttpResponse:
    """Answer as a public page, with the same text."""
    return closed(request)


VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "closed": closed,
    "public": public,
    "undeclared": closed,
    "bad": _raise(BadInput("shell.bad", letter="Щ")),
    "bad-unnamed": _raise(BadInput("shell.unnamed")),
    "refused": _raise(Refused("shell.refused")),
    "hidden": _raise(NotFound("shell.hidden")),
    "conflict": _raise(Conflict("shell.conflict")),
    "damaged": _raise(Damaged("shell.damaged")),
    "busy": _raise(Busy("shell.busy")),
    "denied": _raise(PermissionDenied()),
    "large": _raise(RequestDataTooBig()),
    "crash": _raise(RuntimeError(SECRET)),
}
SENTENCE = ErrorSentence(code="shell.bad", status=400, sentence="No word begins with %(letter)s.")
HIDDEN = ErrorSentence(code="shell.hidden", status=403, sentence="It exists!")


@pytest.fixture
def shell(
    pages: InspectingClient,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    fresh_harness: None,  # noqa: ARG001  # The caches are emptied around the test.
) -> InspectingClient:
    """Return a client of a site with the views above, all but one of them declared."""
    patterns = [path(f"{name}/", view, name=name) for name, view in VIEWS.items()]
    addresses: Any = ModuleType("addresses")
    addresses.__dict__.update(vars(urls), urlpatterns=[*urls.urlpatterns, *patterns])
    settings.ROOT_URLCONF = addresses
    declared = Register(
        permissions=tuple(
            PermissionRow(url_name=name, otherwise=200) for name in VIEWS if name != "undeclared"
        ),
        sentences=(SENTENCE, HIDDEN),
    )
    monkeypatch.setattr(harness, "room_registers", lambda: [declared])
    return pages


def main_text(response: Any) -> str:
    """Return what the main part of a page says."""
    return text_of(next(parsed(response.content.decode()).iter(f"{HTML}main")))


def test_an_undeclared_address_does_not_exist(shell: InspectingClient) -> None:
    """A view without a permission row answers like nothing at all."""
    assert shell.get("/undeclared/").content == shell.get("/nowhere/").content


def test_a_method_that_was_not_declared_is_refused(shell: InspectingClient) -> None:
    """Another method than the declared ones answers 405 and names those."""
    response = shell.put("/closed/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_all_that_is_not_there_looks_the_same(shell: InspectingClient) -> None:
    """Somebody else's thing answers byte for byte like one that never was, for everybody."""
    answers = {shell.get(one).content for one in ("/hidden/", "/nowhere/", "/groups/1/2/3/")}
    answers.add(InspectingClient().get("/nowhere/").content)
    assert len(answers) == 1
    response = shell.get("/hidden/")
    assert response.status_code == 404
    assert not response.cookies


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("bad", 400, "No word begins with Щ."),
        ("bad-unnamed", 400, "not what the page had asked for"),
        ("refused", 403, "Your role in this group does not allow it."),
        ("denied", 403, "Your role in this group does not allow it."),
        ("conflict", 409, "Somebody else has changed this"),
        ("damaged", 500, "The fault is ours"),
        ("busy", 503, "Too much is going on"),
        ("large", 413, "larger than this page takes"),
    ],
)
def test_each_error_has_its_page(
    shell: InspectingClient, name: str, status: int, words: str
) -> None:
    """An error raised on purpose becomes a page with its status and a sentence."""
    response = shell.get(f"/{name}/")
    assert response.status_code == status
    assert words in main_text(response)


def test_a_busy_place_says_when_to_come_back(shell: InspectingClient) -> None:
    """The page for too much at once names a time to wait."""
    assert int(shell.get("/busy/")["Retry-After"]) > 0


def test_a_crash_shows_a_page_and_no_value(
    shell: InspectingClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of the code answers 500 without the words of the exception."""
    shell.raise_request_exception = False
    response = shell.get("/crash/")
    assert response.status_code == 500
    assert SECRET not in response.content.decode()
    assert "RuntimeError" in caplog.text


def test_an_error_in_a_layer_around_the_views_has_its_page(
    shell: InspectingClient, settings: Any
) -> None:
    """What a room's middleware raises on purpose is answered like what a view raises."""
    shell.raise_request_exception = False
    settings.HEDGEROW_IS_OPEN = lambda: (_ for _ in ()).throw(Busy("shell.gate_full"))
    response = shell.get("/closed/")
    assert response.status_code == 503
    assert "Retry-After" in response


@pytest.mark.parametrize("name", ["closed", "bad", "hidden"])
def test_everything_closed_answers_503_until_the_key_is_typed(
    shell: InspectingClient, settings: Any, name: str
) -> None:
    """While the service is locked no closed page runs, whatever it would have said."""
    settings.HEDGEROW_IS_OPEN = lambda: False
    response = shell.get(f"/{name}/")
    assert response.status_code == 503
    assert "Everything is closed just now" in main_text(response)


def test_public_pages_are_served_while_all_is_closed(
    shell: InspectingClient, settings: Any
) -> None:
    """What needs public rows only is read also while the service is locked."""
    settings.HEDGEROW_IS_OPEN = lambda: False
    assert {shell.get(one).status_code for one in ("/", "/about/", "/public/")} == {200}


def test_a_closed_page_has_a_rounded_size(shell: InspectingClient) -> None:
    """Texts of different lengths make closed pages of one size; public pages stay as they are."""
    sizes = {len(shell.get(f"/closed/?length={length}").content) for length in (1, 50, 700)}
    assert sizes == {1024}
    assert len(shell.get("/public/").content) < 1024
    response = shell.get("/closed/")
    assert int(response["Content-Length"]) == len(response.content)


@given(st.integers(min_value=1, max_value=10_000_000))
def test_rounding_adds_little_and_never_takes(length: int) -> None:
    """A rounded size is at least the size, and above 16 KiB at most an eighth larger."""
    size = middleware.rounded(length)
    assert size >= length
    assert size % 1024 == 0
    assert size - length < max(1024, length / 8)


def test_no_page_may_be_stored_or_framed(shell: InspectingClient) -> None:
    """Every page, public or closed, carries the headers that keep it out of caches and frames."""
    for one in ("/", "/closed/", "/nowhere/"):
        response = shell.get(one)
        assert response["Cache-Control"] == "no-store"
        assert response["X-Frame-Options"] == "DENY"
        assert "camera=()" in response["Permissions-Policy"]
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_cookie_of_forms_cannot_be_planted_or_read(shell: InspectingClient) -> None:
    """The CSRF cookie has the host's prefix and its marks, and ends with the browser."""
    cookie = shell.get("/").cookies["__Host-csrf"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["path"] == "/"
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]
    assert not cookie["domain"]


def test_a_second_tab_keeps_its_token(shell: InspectingClient) -> None:
    """Sending one form does not make the form of another open page useless."""
    first = shell.get("/language/")
    shell.submit("/about/", {"language": "uk", "next": "/"}, action="/language/")
    token = next(
        one.get("value", "")
        for one in parsed(first.content.decode()).iter(f"{HTML}input")
        if one.get("name") == "csrfmiddlewaretoken"
    )
    fields = {"csrfmiddlewaretoken": token, "language": "ru", "next": "/"}
    assert shell.post("/language/", fields).status_code == 303


def test_a_refused_form_gives_long_texts_back(shell: InspectingClient) -> None:
    """Without the cookie a form is refused, and the page shows what was written."""
    fields = {"text": LONG, "phrase": LONG, "name": "Alder"}
    response = shell.post("/language/", fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 403
    kept = [text_of(one) for one in parsed(response.content.decode()).iter(f"{HTML}pre")]
    assert kept == [LONG.strip()]


def test_a_closed_place_gives_long_texts_back(pages: InspectingClient, settings: Any) -> None:
    """Somebody wrote while all was closed: the page shows the text, and no phrase."""
    settings.HEDGEROW_IS_OPEN = lambda: False
    sent = {"text": LONG, "phrase": LONG}
    kept: dict[str, list[str]] = {}
    for site in ("same-origin", "cross-site"):
        response = pages.post(
            "/enter/",
            urlencode(sent),
            content_type="application/x-www-form-urlencoded",
            headers={"Sec-Fetch-Site": site},
        )
        assert response.status_code == 503
        shown = parsed(response.content.decode()).iter(f"{HTML}pre")
        kept[site] = [text_of(one) for one in shown]
    assert kept == {"same-origin": [LONG.strip()], "cross-site": []}


def test_another_site_cannot_put_its_words_on_our_page(shell: InspectingClient) -> None:
    """A forged form is refused without showing any of it."""
    response = shell.post("/language/", {"text": LONG}, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert LONG[:30] not in response.content.decode()


def test_too_much_in_one_form_is_refused_with_a_sentence(
    shell: InspectingClient, settings: Any
) -> None:
    """A form over the limit answers 413."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    shell.get("/")
    response = shell.post(
        "/language/",
        "text=" + "a" * 2000,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 413


def test_another_host_is_not_served(shell: InspectingClient) -> None:
    """A request for a host that is not the instance's gets no page of it."""
    response = shell.get("/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400


def test_debug_mode_is_refused(settings: Any) -> None:
    """The site does not start with pages that show what people typed."""
    config = SiteConfig.create("hedgerow.site")
    settings.DEBUG = True
    with pytest.raises(ImproperlyConfigured):
        config.ready()
