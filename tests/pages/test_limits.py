# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on what Hedgerow does not protect from says the same in three languages."""

import pytest

from hedgerow.site.limits import LANGUAGES, limits_in
from tests.pages.client import HTML, InspectingClient, parsed, text_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_there_in_each_language(pages: InspectingClient, language: str) -> None:
    """With its heading, all its parts, and nothing of Markdown left over."""
    response = pages.get("/limits/", HTTP_ACCEPT_LANGUAGE=language)
    main = next(parsed(response.content.decode()).iter(f"{HTML}main"))
    assert limits_in(language).heading in text_of(main)
    assert len(list(main.iter(f"{HTML}h2"))) == limits_in("en").text.count("# ")
    assert "**" not in text_of(main)
    assert "#" not in text_of(main)


def test_all_languages_have_the_same_parts() -> None:
    """As many headings and paragraphs, so that no limit is kept from anybody."""
    shapes = {tuple(part[:2] == "# " for part in _parts(one)) for one in LANGUAGES}
    assert len(shapes) == 1
    assert limits_in("xx") == limits_in("en")


def _parts(language: str) -> list[str]:
    """Return the blocks of a page."""
    return limits_in(language).text.split("\n\n")
