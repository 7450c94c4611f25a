# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weigh every kind of page: public ones compressed with all they fetch, sealed ones plain."""

import gzip
import re
import urllib.request
from collections.abc import Iterator

from benchmarks.harness import Figure
from benchmarks.running_demo import RunningDemo, running_demo

PUBLIC_KB = 30.0
SEALED_KB = 60.0
MOST_REQUESTS = 3
KB = 1024
ASSET = re.compile(r'(?:href|src)="(/[^"]+\.(?:css|js|svg))"')


def _fetch(request: urllib.request.Request) -> bytes:
    """Return the body of an answer."""
    with urllib.request.urlopen(request, timeout=60) as response:  # nosec -- this machine
        body: bytes = response.read()
    return body


def _weights(demo: RunningDemo, kind: str) -> tuple[float, int]:
    """Return a page's weight in KB and how many requests it takes."""
    page = _fetch(demo.get(kind))
    assets = set(ASSET.findall(page.decode()))
    if kind in demo.sealed:
        return len(page) / KB, 1 + len(assets)
    parts = [page, *(_fetch(urllib.request.Request(demo.address + one)) for one in assets)]
    return sum(len(gzip.compress(part, 6)) for part in parts) / KB, 1 + len(assets)


def run() -> Iterator[Figure]:
    """Yield weight and number of requests of each kind of page."""
    with running_demo() as demo:
        for kind in demo.pages:
            kb, requests = _weights(demo, kind)
            is_sealed = kind in demo.sealed
            yield Figure(
                figure=f"{kind}: weight, {'plain' if is_sealed else 'compressed'}",
                value=kb,
                unit="KB",
                bound=SEALED_KB if is_sealed else PUBLIC_KB,
            )
            yield Figure(
                figure=f"{kind}: requests", value=requests, unit="requests", bound=MOST_REQUESTS
            )
