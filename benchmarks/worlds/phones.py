# SPDX-License-Identifier: AGPL-3.0-or-later
"""Send observers' forms over the network, as phones that are known already."""

import http.client
import re
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

from benchmarks.worlds.night import CONTEST, SHEET, Night

_BORDER: Final = "----phone"
_TOKEN: Final = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_CLOSING: Final = re.compile(rb"\r\nconnection: close", re.IGNORECASE)
_END: Final = b"\r\n\r\n"
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


class Line:
    """Send whole requests over a connection that stays open: phones share the server's processors.

    Args:
        port: Of the service on this machine.
    """

    def __init__(self, port: int) -> None:
        """Begin without a connection."""
        self._port = port
        self._open: socket.socket | None = None

    def send(self, request: bytes) -> int:
        """Send a request, read the whole answer and return its status.

        Raises:
            OSError: The connection broke, or what came is no answer of a known length.
        """
        if self._open is None:
            address = ("127.0.0.1", self._port)
            self._open = socket.create_connection(address, timeout=_PATIENCE_S)
        self._open.sendall(request)
        head, _, body = self._until(_END).partition(_END)
        length = _LENGTH.search(head)
        if length is None:
            raise ConnectionError
        left = int(length[1]) - len(body)
        while left > 0:
            left -= len(self._some())
        if _CLOSING.search(head):
            self.close()
        return int(head.split(b" ", 2)[1])

    def _until(self, end: bytes) -> bytes:
        """Receive until something has come."""
        found = self._some()
        while end not in found:
            found += self._some()
        return found

    def _some(self) -> bytes:
        """Receive what comes next."""
        assert self._open is not None
        some = self._open.recv(65_536)
        if not some:
            raise ConnectionError
        return some

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._open is not None:
            self._open.close()
        self._open = None


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
        line = Line(self.port)
        while not self._must_end.is_set():
            try:
                device, token = self._left.get_nowait()
            except Empty:
                break
            start = time.perf_counter()
            try:
                status = self._send(line, device, token)
            except OSError:
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

    def _send(self, line: Line, device: int, token: str) -> int:
        """Send one form; return its status."""
        host = f"127.0.0.1:{self.port}"
        body = _fields({"station": str(self.night.stations[device])}) + self._body
        head = (
            f"POST /observe/sheet/{CONTEST}/{token}/ HTTP/1.1",
            f"Host: {host}",
            f"Content-Type: multipart/form-data; boundary={_BORDER}",
            f"Content-Length: {len(body)}",
            f"Cookie: {self._cookie}; __Host-observer={self.night.cookies[device]}",
            f"Origin: http://{host}",
            f"Referer: http://{host}/observe/sheet/{CONTEST}/",
        )
        return line.send("\r\n".join(head).encode() + _END + body)
