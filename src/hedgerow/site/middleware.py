# SPDX-License-Identifier: AGPL-3.0-or-later
"""Guard every request, and dress every response.

From outside to inside: headers, static files, size rounding, the guard (an address
without a permission row does not exist), and errors made into pages.
"""

import logging
from collections.abc import Callable
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.module_loading import import_string

from hedgerow.kernel.errors import Damaged, HedgerowError
from hedgerow.rooms.registration import is_public
from hedgerow.site.assets import PREFIX, Asset, assets_by_url
from hedgerow.site.errors import closed_page, error_page, page_for
from hedgerow.site.harness import permissions
from hedgerow.site.typed import kept_of

Next = Callable[[HttpRequest], HttpResponseBase]
ONE_YEAR_S = 365 * 24 * 3600
STEP_BYTES = 1024
PLAIN_FORM = "application/x-www-form-urlencoded"
COMMENT_BYTES = len("<!---->")

logger = logging.getLogger(__name__)


class _Layer:
    """Keep the next layer; the shape every middleware here shares."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response


class Headers(_Layer):
    """Set the headers that no page may miss."""

    FIXED: ClassVar[dict[str, str]] = {
        "X-Frame-Options": "DENY",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": (
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), "
            "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), "
            "browsing-topics=(), interest-cohort=()"
        ),
    }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response with headers; what is not marked public is never stored."""
        response = self.get_response(request)
        for name, value in self.FIXED.items():
            response[name] = value
        if not response.get("Cache-Control", "").startswith("public"):
            response["Cache-Control"] = "no-store"
        if not _is_public(request):
            response["X-Robots-Tag"] = "noindex, noarchive"
        return response


class Assets(_Layer):
    """Answer static files from memory, to be kept by the browser for a year."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the file, or what the next layer says."""
        asset = assets_by_url().get(request.path) if request.path.startswith(PREFIX) else None
        if asset is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        return _file(asset, is_gzip="gzip" in request.headers.get("Accept-Encoding", ""))


def _file(asset: Asset, *, is_gzip: bool) -> HttpResponse:
    body = asset.compressed if is_gzip else asset.body
    response = HttpResponse(body, content_type=asset.content_type)
    response["Cache-Control"] = f"public, max-age={ONE_YEAR_S}, immutable"
    response["Content-Length"] = str(len(body))
    if is_gzip:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


class Padding(_Layer):
    """Round the size of every page that is not public, so that it says little of the text."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response, HTML of closed pages filled up with a comment."""
        response = self.get_response(request)
        is_html = response.get("Content-Type", "").startswith("text/html")
        if not is_html or not isinstance(response, HttpResponse):
            return response
        body = response.content
        is_open_page = response.status_code == 200 and _is_public(request)  # noqa: PLR2004 -- OK
        if is_open_page or not body:
            return response
        spaces = rounded(len(body) + COMMENT_BYTES) - len(body) - COMMENT_BYTES
        response.content = body + b"<!--" + b" " * spaces + b"-->"
        response["Content-Length"] = str(len(response.content))
        return response


def rounded(length: int) -> int:
    """Return a length rounded up to a multiple of 1 KiB, and in Padmé's steps above 16 KiB.

    Source: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing metadata leakage from
        encrypted files and communication with PURBs", PoPETs 2019(4), section 4.
    """
    exponent = length.bit_length() - 1
    step = max(STEP_BYTES, 1 << (exponent - exponent.bit_length()))
    return -(-length // step) * step


class Guard(_Layer):
    """Refuse what was not declared, and all that is closed while the key is not typed."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the work is done once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *_arguments: object
    ) -> HttpResponse | None:
        """Return a page instead of the view where the view must not run."""
        match = request.resolver_match
        row = permissions().get(match.view_name) if match else None
        if row is None:
            return error_page(404)
        methods = {*row.methods, *({"HEAD"} if "GET" in row.methods else set())}
        if request.method not in methods:
            response = error_page(405)
            response["Allow"] = ", ".join(sorted(methods))
            return response
        if is_public(view) or is_open():
            return None
        # What comes in several parts is not read: while all is closed, no file can be taken.
        return closed_page(kept=kept_of(request) if request.content_type == PLAIN_FORM else ())


def is_open() -> bool:
    """Return whether the boot key was typed, as the store (or a test) says."""
    told = settings.HEDGEROW_IS_OPEN
    return bool(import_string(told)() if isinstance(told, str) else told())


class Errors(_Layer):
    """Make pages of the errors that Hedgerow raises on purpose."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the work is done when a view raises."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of an error with a code; Django deals with every other one."""
        if not isinstance(error, HedgerowError):
            return None
        if isinstance(error, Damaged):
            logger.error("Damaged data was met.", exc_info=error)
        return page_for(error, request=request)


def _is_public(request: HttpRequest) -> bool:
    return request.resolver_match is not None and is_public(request.resolver_match.func)
