# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep reports on official results with their files, and read them again.

The report is made of a table and its mapping as `./hedgerow forensics` makes it: whoever fetches
these two files makes the same report, byte for byte.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any, Final

from hedgerow.kernel.clock import minute_now
from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections.evidence import kept
from hedgerow.rooms.elections.forensics_data import Tested, digest_of, tested_of
from hedgerow.rooms.elections.forensics_names import DATA, FILES, JSON, MAPPING
from hedgerow.rooms.elections.models import Contest, ForensicsReport
from hedgerow.store.machine import machine

_MINUTES_AN_HOUR: Final = 60


def keep_report(contest: Contest, *, tested: Tested, files: Mapping[str, bytes]) -> None:
    """Keep a report on official results; an earlier one is replaced.

    Args:
        contest: Whose results they are.
        tested: What the report is made of.
        files: Of the report, by their names.
    """
    whole = {**files, DATA: tested.data, MAPPING: tested.mapping}
    fields = {
        "hour": minute_now(machine().clock) // _MINUTES_AN_HOUR,
        "digest": _sum(tested),
        "left_out": tested.left_out,
        "sums": {name: _file_sum(whole[name]) for name in FILES},
        "archive": _packed(whole),
    }
    ForensicsReport.objects.update_or_create(contest=contest, defaults=fields)


def _sum(tested: Tested) -> str:
    """Return the sum of all that a report depends on."""
    return digest_of(tested.data + tested.mapping)


def _file_sum(content: bytes) -> list[Any]:
    """Return how many bytes a file has, and their SHA-256."""
    return [len(content), digest_of(content)]


def _packed(files: Mapping[str, bytes]) -> bytes:
    """Pack files, the same into the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def report_of_contest(contest: Contest) -> ForensicsReport | None:
    """Return the report of a contest's official results, or None."""
    return ForensicsReport.objects.filter(contest=contest).first()


def file_of(report: ForensicsReport, name: str) -> bytes:
    """Return a file of a report.

    Raises:
        NotFound: "elections.unknown".
    """
    if name not in report.sums:
        raise NotFound("elections.unknown")
    with zipfile.ZipFile(io.BytesIO(bytes(report.archive))) as archive:
        return archive.read(name)


def numbers_of(report: ForensicsReport) -> dict[str, Any]:
    """Return what a report says, as docs/forensics-report.schema.json describes it."""
    found: dict[str, Any] = json.loads(file_of(report, JSON))
    return found


def is_stale(contest: Contest, report: ForensicsReport) -> bool:
    """Tell whether official results have changed since a report was made."""
    return kept("forensics", contest, lambda: _sum(tested_of(contest))) != report.digest
