# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the site's own pages, in each language, as a stranger sees them."""

import gzip
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.utils import translation

from hedgerow.site import harness, views
from hedgerow.site.assets import STYLE, assets
from hedgerow.store.instance import Instance, Name
from tests.pages.client import HTML, InspectingClient, parsed, text_of

LANGUAGES = ("en", "ru", "uk")
PAGES = ("/", "/about/", "/language/", "/parts/")
HEADINGS = {
    "en": "What this place promises, and what it does not",
    "ru": "Что здесь обещают и чего не обещают",
    "uk": "Що тут обіцяють і чого не обіцяють",
}
MOST_BYTES = 30 * 1024
PUBLIC_WORDS_NEVER = ("vault", "steward", "canary", "police")


def in_language(client: InspectingClient, code: str) -> InspectingClient:
    """Let a client speak a language, as its cookie would."""
    client.cookies["__Host-language"] = code
    return client


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_whole_in_each_language(
    pages: InspectingClient, path: str, language: str
) -> None:
    """Every page of the site passes inspection and says which language it speaks."""
    response = in_language(pages, language).get(path)
    assert response.status_code == 200
    assert parsed(response.content.decode()).get("lang") == language
    assert response["Content-Language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_about_page_speaks_the_language(pages: InspectingClient, language: str) -> None:
    """The heading and the first promise are translated, not left in English."""
    page = parsed(in_language(pages, language).get("/about/").content.decode())
    assert text_of(next(page.iter(f"{HTML}h1"))) == HEADINGS[language]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_uses_words_of_the_code(pages: InspectingClient, path: str) -> None:
    """Words that people would not understand, or fear, stand on no page."""
    text = text_of(parsed(pages.get(path).content.decode())).lower()
    assert not [word for word in PUBLIC_WORDS_NEVER if word in text]


def test_the_browsers_wish_decides_the_language_at_first(pages: InspectingClient) -> None:
    """Without a cookie the page speaks the first known language the browser asks for."""
    response = pages.get("/", headers={"Accept-Language": "de, uk;q=0.8, en;q=0.5"})
    assert response["Content-Language"] == "uk"


def test_the_front_page_bears_the_instances_name(pages: InspectingClient, settings: Any) -> None:
    """The front page is headed by the name of the instance in the reader's language."""
    settings.HEDGEROW_INSTANCE = Instance(name=Name(en="Oaks", ru="Дубы", uk="Дуби"))
    page = parsed(in_language(pages, "ru").get("/").content.decode())
    assert text_of(next(page.iter(f"{HTML}h1"))) == "Дубы"
    assert text_of(next(page.iter(f"{HTML}title"))) == "Дубы"


def test_the_language_is_set_and_the_person_comes_back(pages: InspectingClient) -> None:
    """The switch sets a cookie of the browser's session and returns to the same page."""
    response = pages.submit("/about/", {"language": "uk", "next": "/about/"}, action="/language/")
    assert (response.status_code, response["Location"]) == (303, "/about/")
    cookie = response.cookies["__Host-language"]
    assert cookie.value == "uk"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert not cookie["max-age"]
    assert pages.get("/about/")["Content-Language"] == "uk"


@pytest.mark.parametrize("path", ["/", "/language/", "/nowhere/"])
def test_each_language_is_called_by_its_own_name(pages: InspectingClient, path: str) -> None:
    """Somebody who reads one language only finds it in the list, whatever the page speaks."""
    text = text_of(parsed(in_language(pages, "ru").get(path).content.decode()))
    assert all(name in text for name in ("English", "Русский", "Українська"))


def test_an_unknown_language_is_not_set(pages: InspectingClient) -> None:
    """A language the instance does not speak changes nothing."""
    response = pages.submit("/", {"language": "xx", "next": "/"}, action="/language/")
    assert "__Host-language" not in response.cookies


@pytest.mark.parametrize(
    "path",
    ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "about", ""],
)
def test_the_language_switch_leads_nowhere_else(pages: InspectingClient, path: str) -> None:
    """A return path that leaves the site leads to the front page instead."""
    response = pages.submit("/", {"language": "ru", "next": path}, action="/language/")
    assert response["Location"] == "/"


def test_leaving_quickly_clears_cookies_and_goes_away(
    pages: InspectingClient, settings: Any
) -> None:
    """The quick exit needs no form, drops every cookie and sends the browser elsewhere."""
    settings.HEDGEROW_EXIT_URL = "https://weather.example/"
    pages.get("/")
    response = pages.get("/away/")
    assert (response.status_code, response["Location"]) == (303, "https://weather.example/")
    assert response["Cache-Control"] == "no-store"
    assert '"cookies"' in response["Clear-Site-Data"]
    for cookie in response.cookies.values():
        assert cookie.value == ""
        assert cookie["max-age"] == 0
        assert cookie["secure"]


def test_leaving_quickly_ends_what_the_rooms_began(
    pages: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every function that a room registered for the exit is called with the response."""

    def end(request: HttpRequest, response: HttpResponse) -> None:
        assert request.path == "/away/"
        response.set_cookie("__Host-visit", "", max_age=0)

    monkeypatch.setattr(views, "exits", lambda: [end])
    assert "__Host-visit" in pages.get("/away/").cookies


def test_an_observers_device_outlives_a_log_out() -> None:
    """Logging out ends what the quick exit ends, but for the device of an observer."""
    quick, log_out = set(harness.exits()), set(harness.log_outs())
    assert {one.__name__ for one in quick - log_out} == {"end_device"}
    assert {one.__name__ for one in log_out} == {"end_visit", "end_receipt"}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_offers_the_exit_without_scripts(pages: InspectingClient, path: str) -> None:
    """An ordinary link out stands on every page."""
    links = parsed(pages.get(path).content.decode()).iter(f"{HTML}a")
    assert [one for one in links if one.get("href") == "/away/"]


@pytest.mark.parametrize("path", ["/", "/about/"])
def test_a_public_page_is_light(pages: InspectingClient, path: str) -> None:
    """Page, style and picture together stay below 30 KiB and make three requests."""
    html = pages.get(path).content
    tree = parsed(html.decode())
    loaded = {one.get("href", "") for one in tree.iter(f"{HTML}link")}
    loaded |= {one.get("src", "") for one in tree.iter(f"{HTML}img")}
    files = [pages.get(url, headers={"Accept-Encoding": "gzip"}) for url in loaded]
    assert len(files) + 1 <= 3
    assert all(one.status_code == 200 for one in files)
    assert len(gzip.compress(html)) + sum(len(one.content) for one in files) <= MOST_BYTES


def test_a_static_file_is_kept_for_a_year(pages: InspectingClient) -> None:
    """Static files carry a digest in their name, so browsers may keep them."""
    response = pages.get(assets()[STYLE].url)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"/*" not in response.content
    assert pages.get("/static/hedgerow.000000000000.css").status_code == 404


def test_a_static_file_is_only_read(pages: InspectingClient) -> None:
    """Sending something to a static file's address finds nothing there."""
    page = pages.get("/")
    assert page.status_code == 200
    assert pages.post(assets()[STYLE].url).status_code in {403, 404}


def test_search_engines_are_told_what_they_may_read(pages: InspectingClient) -> None:
    """Front and about page may be read by search engines, everything else may not."""
    text = pages.get("/robots.txt").content.decode()
    assert "Disallow: /\n" in text
    assert "X-Robots-Tag" not in pages.get("/about/")
    assert "noindex" in pages.get("/nowhere/")["X-Robots-Tag"]


def test_the_parts_page_is_missing_on_a_real_instance(
    pages: InspectingClient, settings: Any
) -> None:
    """Outside demo and tests the page of parts is not there."""
    settings.HEDGEROW_SHOW_PARTS = False
    assert pages.get("/parts/").status_code == 404


def test_the_title_of_a_form_with_errors_says_so(pages: InspectingClient) -> None:
    """A page whose form has errors begins its title with that word."""
    page = parsed(pages.get("/parts/").content.decode())
    assert text_of(next(page.iter(f"{HTML}title"))).startswith("Error: Parts")


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "14 March 2031", "14 March 2031, 18:30"),
        ("ru", "14 марта 2031 г.", "14 марта 2031 г. 18:30"),
        ("uk", "14 березня 2031 р.", "14 березня 2031 р., 18:30"),
    ],
)
def test_dates_are_written_as_each_language_writes_them(
    language: str, day: str, moment: str
) -> None:
    """Days and moments follow the language, and machines can read them."""
    template = Template('{% when day %}|{% when moment "DATETIME_FORMAT" %}')
    values = {"day": date(2031, 3, 14), "moment": datetime(2031, 3, 14, 18, 30, tzinfo=UTC)}
    with translation.override(language):
        first, second = template.render(Context(values)).split("|")
    assert first == f'<time datetime="2031-03-14">{day}</time>'
    assert second == f'<time datetime="2031-03-14T18:30:00+00:00">{moment}</time>'


def test_a_folder_named_like_a_script_is_one_script(pages: InspectingClient) -> None:
    """Its files stand in it in the order of their names, and each may be fetched by itself."""
    found = assets()
    for name in [one for one in found if one.endswith(".js") and f"{one}/" in "".join(found)]:
        parts = sorted(one for one in found if one.startswith(f"{name}/"))
        response = pages.get(found[name].url)
        assert response.content == b"\n".join(found[one].body for one in parts)
        assert response["Content-Type"].startswith("text/javascript")
        assert pages.get(found[parts[0]].url).content == found[parts[0]].body
    assert "elections/observing.js" in found
