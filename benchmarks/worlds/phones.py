# SPDX-License-Identifier: AGPL-3.0-or-later
"""Send observers' forms over the network, as phones that are known already."""

import http.client
import re
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

from benchmarks.worlds.night import CONTEST, SHEET, Night

_BORDER: Final = "----phone"
_TOKEN: Final = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_PATIENCE_S: Final = 60
_SEEN: Final = 302


def _fields(fields: Mapping[str, str]) -> bytes:
    """Return fields as they stand in a form with files."""
    parts = [
        f'--{_BORDER}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join(parts).encode()


def _body(csrf: str, photograph: bytes) -> bytes:
    """Return the form of a sheet with a photograph, but for its station."""
    fields = {"csrfmiddlewaretoken": csrf}
    fields |= {f"c{place}": str(value) for place, value in enumerate(SHEET)}
    head = (
        f'--{_BORDER}\r\nContent-Disposition: form-data; name="photographs"; filename="s.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return _fields(fields) + head.encode() + photograph + f"\r\n--{_BORDER}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class Sent:
    """Say that a form was acknowledged.

    Attributes:
        device: Place of the device.
        token: Of the form.
    """

    device: int
    token: str


@dataclass
class Phones:
    """Be many phones on a few lines, each form sent once.

    Args:
        port: Of the service on this machine.
        night: Cookies and forms.
        photograph: Sent with each form.
        lines: How many connections are open at a time.
    """

    port: int
    night: Night
    photograph: bytes
    lines: int
    times: list[float] = field(default_factory=list)
    acknowledged: list[Sent] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
    _left: "SimpleQueue[tuple[int, str]]" = field(default_factory=SimpleQueue)
    _must_end: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, tokens: Sequence[str]) -> None:
        """Begin to send forms; each belongs to one device, also when it is sent once more."""
        chosen = set(tokens)
        for number, token in enumerate(self.night.tokens):
            if token in chosen:
                self._left.put((number % len(self.night.cookies), token))
        csrf, cookie = self._csrf()
        self._body = _body(csrf, self.photograph)
        self._cookie = cookie
        self._threads = [threading.Thread(target=self._send_all) for _ in range(self.lines)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each line finish what it is sending, and end."""
        self._must_end.set()
        for thread in self._threads:
            thread.join()

    def _csrf(self) -> tuple[str, str]:
        """Fetch a form once, for the token that goes with a cookie."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        line.request("GET", "/observe/")
        answer = line.getresponse()
        token = _TOKEN.search(answer.read())
        assert token is not None
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        line.close()
        return token[1].decode(), cookie

    def _send_all(self) -> None:
        """Send forms over one line until there are none left, or the end is told."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        while not self._must_end.is_set():
            try:
                device, token = self._left.get_nowait()
            except Empty:
                break
            start = time.perf_counter()
            try:
                status = self._send(line, device, token)
            except (OSError, http.client.HTTPException):
                line.close()
                status = 0
            took = time.perf_counter() - start
            with self._lock:
                if status == _SEEN:
                    self.times.append(took)
                    self.acknowledged.append(Sent(device, token))
                else:
                    self.refused[status] = self.refused.get(status, 0) + 1
        line.close()

    def _send(self, line: http.client.HTTPConnection, device: int, token: str) -> int:
        """Send one form; return its status."""
        address = f"http://127.0.0.1:{self.port}"
        line.request(
            "POST",
            f"/observe/sheet/{CONTEST}/{token}/",
            _fields({"station": str(self.night.stations[device])}) + self._body,
            {
                "Content-Type": f"multipart/form-data; boundary={_BORDER}",
                "Cookie": f"{self._cookie}; __Host-observer={self.night.cookies[device]}",
                "Origin": address,
                "Referer": f"{address}/observe/sheet/{CONTEST}/",
            },
        )
        answer = line.getresponse()
        answer.read()
        return answer.status
