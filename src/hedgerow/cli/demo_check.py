# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fetch the front page and one closed page of a demo, as a browser would."""

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar, DefaultCookiePolicy

import click

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_GROUP = re.compile(r'href="(/groups/[A-Za-z0-9_-]{11}/)"')


class _LocalPolicy(DefaultCookiePolicy):
    """Send secure cookies to this machine over http, as browsers do."""

    def return_ok_secure(self, cookie: object, request: object) -> bool:  # noqa: ARG002 -- its signature
        """Let every cookie pass."""
        return True


def _get(opener: urllib.request.OpenerDirector, address: str) -> str:
    """Return a page."""
    with opener.open(address, timeout=30) as response:
        text: str = response.read().decode()
    return text


def check_pages(address: str, *, keeper: str) -> str:
    """Return a line that says what was fetched.

    Args:
        address: Of the demo.
        keeper: Words of a coordinator.

    Raises:
        click.ClickException: A page is not what it should be.
    """
    jar = CookieJar(_LocalPolicy(secure_protocols=("http", "https")))
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    front = _get(opener, f"{address}/")
    if "<h1>" not in front:
        raise click.ClickException("The front page has no heading.")
    token = _TOKEN.search(_get(opener, f"{address}/enter/"))
    if token is None:
        raise click.ClickException("The page to enter has no form.")
    form = {"csrfmiddlewaretoken": token[1], "words": keeper, "to": "/me/"}
    data = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(f"{address}/enter/", data)  # noqa: S310 -- this machine's own
    request.add_header("Referer", f"{address}/enter/")
    with opener.open(request, timeout=30) as response:
        mine = response.read().decode()
    groups = _GROUP.findall(mine)
    if not groups:
        raise click.ClickException("The coordinator's own page shows no group.")
    _get(opener, f"{address}{groups[0]}")
    return f"The demo works: front page, own page and one of {len(set(groups))} groups fetched."
