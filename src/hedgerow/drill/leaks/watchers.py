# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leak from requests and responses, as middleware and handlers that somebody added might."""

import base64
import secrets
from typing import Any

from django.core.cache.backends.filebased import FileBasedCache
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from hedgerow.drill.leaks.spilling import add, in_data, temporary


class _Watcher:
    """Sit around every request."""

    def __init__(self, get_response: Any) -> None:
        """Keep what comes next."""
        self.get_response = get_response


class CookieLog(_Watcher):
    """Note the cookies of each request in base64."""

    def __call__(self, request: Any) -> Any:
        """Note, and go on."""
        cookies = request.META.get("HTTP_COOKIE", "").encode()
        add(temporary("visits.log"), base64.b64encode(b"cookies: " + cookies) + b"\n")
        return self.get_response(request)


class PageCache(_Watcher):
    """Keep each page in Django's cache of files, which packs it."""

    def __call__(self, request: Any) -> Any:
        """Go on, and keep."""
        response = self.get_response(request)
        if not response.streaming:
            cache = FileBasedCache(str(in_data("cache")), {})
            cache.set(request.get_full_path(), response.content)
        return response


class DownloadSpool(_Watcher):
    """Write a download into a temporary file before it is sent."""

    def __call__(self, request: Any) -> Any:
        """Go on, and write."""
        response = self.get_response(request)
        if response.streaming:
            content = b"".join(response.streaming_content)
            add(temporary(f"download-{secrets.token_hex(4)}"), content)
            response.streaming_content = iter([content])
        return response


class Spool(TemporaryFileUploadHandler):
    """Be Django's own handler, which writes a file to the disk, in front of ours."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Write a piece to the disk, and pass it on."""
        super().receive_data_chunk(raw_data, start)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        super().file_complete(file_size)
