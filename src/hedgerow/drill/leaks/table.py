# SPDX-License-Identifier: AGPL-3.0-or-later
"""List the twenty leaks, and make one of them, and the faults, to the process that asks."""

from collections.abc import Callable
from typing import Final

from hedgerow.drill.leaks import faults, pages, storing

#: Made as the process starts; all others once Django is set up.
_EARLY: Final = frozenset({"access-log", "kept-boot-key"})

LEAKS: Final[dict[str, Callable[[], None]]] = {
    "access-log": pages.access_log,
    "plain-formatter": pages.plain_formatter,
    "error-mail": pages.error_mail,
    "debug-traces": pages.debug_traces,
    "log-line": pages.log_line,
    "cookie-log": pages.cookie_log,
    "page-cache": pages.page_cache,
    "spooled-upload": pages.spooled_upload,
    "spooled-download": pages.spooled_download,
    "missing-translations": pages.missing_translations,
    "refused-forms": pages.refused_forms,
    "search-history": pages.search_history,
    "session-table": storing.session_table,
    "title-table": storing.title_table,
    "file-per-attachment": storing.file_per_attachment,
    "thumbnail": storing.thumbnail,
    "second-night-key": storing.second_night_key,
    "kept-boot-key": storing.kept_boot_key,
    "unsealed-keyring": storing.unsealed_keyring,
    "unsealed-body": storing.unsealed_body,
}

#: Found not by the search but by the attempt to open what was erased.
OF_RINGS: Final[dict[str, Callable[[], None]]] = {
    "kept-ring": storing.kept_ring,
    "renamed-ring": storing.renamed_ring,
}


def make(name: str) -> None:
    """Make the faults and a leak, if one is named, to this process.

    Both are made as soon as Django is set up; some leaks at once.
    """
    wanted = [(LEAKS | OF_RINGS)[name]] if name else []
    if name in _EARLY:
        wanted.pop()()
    import django

    inner, made = django.setup, list[Callable[[], None]]()

    def leaky(set_prefix: bool = True) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        inner(set_prefix)
        if not made:
            made.extend([faults.make, *wanted])
            for one in made:
                one()

    django.setup = leaky
