# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write what is tested of a contest's official results: a table, and the mapping that reads it."""

import hashlib
import io
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from hedgerow.engines.tally.layout import MISSING, Flags, Ints
from hedgerow.rooms.elections.evidence import Evidence, evidence_now
from hedgerow.rooms.elections.models import Contest, Station

#: Column of the table → role of the sheet's lines.
_COUNTS: Final = {
    "registered": "registered",
    "issued": "issued",
    "found": "ballots",
    "invalid": "invalid",
}
_LABELS: Final = ("station", "region", "commission", "district")
_REMOTE: Final = "is_remote"
_LANGUAGE: Final = "en"


@dataclass(frozen=True, eq=False)
class Tested:
    """Hold what is tested of a contest.

    Args:
        data: The table as CSV, one row a station, sorted by name.
        mapping: Which column holds what.
        stations: How many rows it has.
        left_out: How many stations with official figures lack one that is needed, or have more
            votes than ballots.
    """

    data: bytes
    mapping: bytes
    stations: int
    left_out: int


def tested_of(contest: Contest) -> Tested:
    """Take the stations of a contest of which all figures that are needed are published."""
    found = evidence_now(contest)
    counts, votes = _counts(found), found.votes
    whole = found.is_official & (counts["registered"] != MISSING) & (counts["found"] != MISSING)
    whole &= (votes <= counts["found"][:, None]).all(axis=1)
    given = {name: one[whole] for name, one in counts.items() if (one[whole] != MISSING).all()}
    options = {f"option: {name}": votes[whole, at] for at, name in enumerate(found.layout.options)}
    labels = _labels(found, whole)
    figures = pl.DataFrame({**given, **options}, schema=dict.fromkeys([*given, *options], pl.Int64))
    table = labels.hstack(figures).sort("station")
    groups = [one for one in _LABELS[1:] if labels[one].is_not_null().any()]
    out = io.BytesIO()
    table.write_csv(out)
    return Tested(
        data=out.getvalue(),
        mapping=_mapping(contest, counts=list(given), groups=groups).encode(),
        stations=table.height,
        left_out=int(((found.official != MISSING).any(axis=1) & ~whole).sum()),
    )


def _counts(found: Evidence) -> dict[str, Ints]:
    """Return the columns of counts; where a sheet says no voters, the list of stations does."""
    counts = {
        name: found.layout.role(found.official, of=role).astype(np.int64)
        for name, role in _COUNTS.items()
    }
    listed = found.stations.frame.registered
    counts["registered"] = np.where(counts["registered"] == MISSING, listed, counts["registered"])
    return counts


def _labels(found: Evidence, which: Flags) -> pl.DataFrame:
    """Return names and groups of stations, and which are electronic; nothing for no name."""
    ids = np.asarray(found.stations.ids, np.int64)[which].tolist()
    election = Station.objects.filter(pk__in=ids[:1]).values_list("election_id", flat=True)
    rows = list(
        Station.objects.filter(election_id__in=list(election)).values_list(
            "id", "name", "region", "commission", "is_remote", "district__key", "district__title"
        )
    )
    known = {(key, title) for *_, key, title in rows}
    is_titled = len({title for _, title in known}) == len(known)
    by_id = {
        row: (name, region or None, commission or None, title if is_titled else key, is_remote)
        for row, name, region, commission, is_remote, key, title in rows
    }
    schema = dict.fromkeys(_LABELS, pl.String) | {_REMOTE: pl.Boolean}
    return pl.DataFrame([by_id[one] for one in ids], schema=schema, orient="row")


def _mapping(contest: Contest, *, counts: Collection[str], groups: Collection[str]) -> str:
    """Return a mapping file; the texts of JSON are those of TOML."""
    election = contest.election
    title = f"{election.title_in(_LANGUAGE)}: {contest.title_in(_LANGUAGE)}, {election.day}"
    lines = [f"title = {_text(title)}", "", "[columns]", 'station = "station"']
    lines += [f'{name} = "{name}"' for name in counts]
    lines += ["", "[options]"]
    lines += [
        f"{_text(title)} = {_text(f'option: {key}')}" for key, title in _titles(contest).items()
    ]
    lines += ["", "[groups]", *(f'{name} = "{name}"' for name in groups)]
    lines += ["", "[flags]", f'remote_column = "{_REMOTE}"']
    return "\n".join(lines) + "\n"


def _titles(contest: Contest) -> dict[str, str]:
    """Return what options are called in the report: their titles where these differ."""
    titles = contest.option_titles(_LANGUAGE)
    is_plain = len(set(titles.values())) == len(titles) and all(titles.values())
    return titles if is_plain else {key: key for key in titles}


def _text(value: str) -> str:
    """Write a text in quotation marks."""
    return json.dumps(value.replace("\x7f", ""), ensure_ascii=False)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hexadecimal figures."""
    return hashlib.sha256(content).hexdigest()
