# SPDX-License-Identifier: AGPL-3.0-or-later
"""Visit a running service over one connection, as a browser without scripts would."""

import http.client
import re
from http.cookies import SimpleCookie

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_FORM = "application/x-www-form-urlencoded"


class Visitor:
    """Be one browser with its cookies and its token.

    Args:
        port: Of the service on this machine.
        timeout_s: How long an answer may take.
    """

    def __init__(self, port: int, *, timeout_s: float) -> None:
        """Begin with no cookie."""
        self._address = f"http://127.0.0.1:{port}"
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
        self._cookies: dict[str, str] = {}
        self._token = ""  # nosec -- none yet
        self.body = b""

    def get(self, path: str) -> int:
        """Fetch a page and return its status."""
        return self._ask("GET", path, "")

    def post(self, path: str, body: str) -> int:
        """Send a form, with the token of the page it stands on, and return the status."""
        if not self._token:
            self.get(path)
        return self._ask("POST", path, f"csrfmiddlewaretoken={self._token}&{body}")

    def _ask(self, method: str, path: str, body: str) -> int:
        """Ask, keep cookies and token, and return the status."""
        headers = {"Referer": self._address + path, "Origin": self._address}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={one}" for name, one in self._cookies.items())
        if method == "POST":
            headers["Content-Type"] = _FORM
        try:
            response = self._answer(method, path, body, headers)
        except http.client.RemoteDisconnected:
            # The service closes a line that was silent for some seconds.
            response = self._answer(method, path, body, headers)
        self.body = response.read()
        for line in response.headers.get_all("Set-Cookie", []):
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        token = _TOKEN.search(self.body)
        if token:
            self._token = token[1].decode()
        return response.status

    def _answer(
        self, method: str, path: str, body: str, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Send one request and return the head of its answer."""
        self._line.request(method, path, body or None, headers)
        return self._line.getresponse()
