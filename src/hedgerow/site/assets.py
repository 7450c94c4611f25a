# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold every static file in memory, under a name that changes with its content.

The style sheets become one file at start, and so do the scripts in a folder that is named like a
script, in the order of their names. Nothing is written to the disk, so nobody
can plant a style or a script there, and no build step is needed.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from django.conf import settings

PREFIX = "/static/"
STYLE = "hedgerow.css"
SCRIPT = ".js"
STYLE_ORDER = ("tokens.css", "base.css", "parts.css", "print.css")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".png": "image/png",
}
COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
BLANK = re.compile(rb"\s*\n\s*")


@dataclass(frozen=True, kw_only=True)
class Asset:
    """Hold one static file, plain and compressed."""

    url: str
    content_type: str
    body: bytes
    compressed: bytes


def _asset(name: str, *, body: bytes) -> Asset:
    path = PurePosixPath(name)
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(
        url=f"{PREFIX}{path.with_suffix('')}.{digest}{path.suffix}",
        content_type=TYPES[path.suffix],
        body=body,
        compressed=gzip.compress(body, mtime=0),
    )


def _folders() -> Iterator[Path]:
    apps = ["hedgerow.site", *(f"hedgerow.rooms.{room}" for room in settings.HEDGEROW_ROOMS)]
    for app in apps:
        spec = find_spec(app)
        if spec is not None and spec.origin is not None:
            yield Path(spec.origin).parent / "static"


def _files() -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for folder in _folders()
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }


def _place(name: str) -> tuple[int, str]:
    file = PurePosixPath(name).name
    place = STYLE_ORDER.index(file) if file in STYLE_ORDER else len(STYLE_ORDER)
    return place, name


def _joined(styles: dict[str, Path]) -> bytes:
    text = b"\n".join(styles[name].read_bytes() for name in sorted(styles, key=_place))
    return BLANK.sub(b"\n", COMMENT.sub(b"", text)).strip() + b"\n"


def _folded(files: dict[str, Path]) -> dict[str, bytes]:
    """Return the scripts of each folder as one."""
    parts: dict[str, list[bytes]] = {}
    for name in sorted(files):
        folder = PurePosixPath(name).parent
        if folder.suffix == SCRIPT:
            parts.setdefault(folder.as_posix(), []).append(files[name].read_bytes())
    return {name: b"\n".join(some) for name, some in parts.items()}


@cache
def assets() -> dict[str, Asset]:
    """Return every static file by the name templates know it by."""
    files = _files()
    styles = {name: path for name, path in files.items() if name.endswith(".css")}
    found = {
        name: _asset(name, body=path.read_bytes())
        for name, path in files.items()
        if name not in styles
    }
    made = {**_folded(files), STYLE: _joined(styles)}
    return found | {name: _asset(name, body=body) for name, body in made.items()}


@cache
def assets_by_url() -> dict[str, Asset]:
    """Return every static file by its address."""
    return {asset.url: asset for asset in assets().values()}
