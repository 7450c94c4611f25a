# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the engine on official results, in a process of its own that knows no web and no database.

Started by the caretaker as `python -m hedgerow.rooms.elections.forensics_run`; the data and their
mapping come in on the standard input, the files of the report go out on the standard output, both
as JSON. All of it is public.
"""

import hashlib
import json
import os
import shlex
import signal
import sys
from collections.abc import Iterable
from typing import Final

import numpy as np

from hedgerow import __version__
from hedgerow.engines.forensics.analysis import QUICK, REGIONAL, SLOW, Election, analyse
from hedgerow.engines.forensics.mapping import parse_mapping
from hedgerow.engines.forensics.page import page
from hedgerow.engines.forensics.pictures import pictures_of
from hedgerow.engines.forensics.reading import read_stations
from hedgerow.engines.forensics.report import Source, as_csv, as_json, report_of
from hedgerow.engines.forensics.rkd import FEWEST_STATIONS
from hedgerow.engines.forensics.stations import Stations
from hedgerow.kernel.errors import BadInput
from hedgerow.rooms.elections.forensics_names import (
    DATA,
    JSON,
    MAPPING,
    PAGE,
    PAGES,
    SEED,
    TABLE,
)
from hedgerow.rooms.elections.forensics_words import words_in
from hedgerow.store.memory import end_with_parent

#: Counting goes before: whoever waits for this waits minutes anyhow.
_NICE: Final = 10


def made(data: str, mapping: str) -> dict[str, str]:
    """Run all methods; return the files of the report.

    Raises:
        BadInput: What the engine says of figures that cannot be: "forensics.swapped".
    """
    read = parse_mapping(mapping)
    stations = read_stations(data.encode(), name=DATA, mapping=read)
    regions = regions_of(stations)
    election = Election(title=read.title, stations=stations, regions=regions)
    methods = (*QUICK, *SLOW, *(REGIONAL if regions else ()))
    (findings,) = analyse([election], methods=methods, seed=SEED)
    source = Source(
        file=DATA,
        sha256=hashlib.sha256(data.encode()).hexdigest(),
        mapping=MAPPING.removesuffix(".toml"),
        mapping_sha256=hashlib.sha256(mapping.encode()).hexdigest(),
    )
    report = report_of(
        [(election, source, findings)], version=__version__, seed=SEED, command=command_of(regions)
    )
    pages = {}
    for name, language in {PAGE: "en", **PAGES}.items():
        words = words_in(language)
        drawn = pictures_of(stations, election.tested[0], clean_bin=None, words=words)
        pages[name] = page(report, pictures=[drawn], words=words)
    return {
        **pages,
        JSON: as_json(report).decode(),
        TABLE: as_csv(report),
    }


def regions_of(stations: Stations) -> tuple[str, ...]:
    """Return the regions in which coarse shares can be looked for."""
    groups = stations.groups.get("region")
    if groups is None:
        return ()
    sizes = np.bincount(groups.codes[groups.codes >= 0], minlength=len(groups.names))
    return tuple(
        name for name, size in zip(groups.names, sizes, strict=True) if size >= FEWEST_STATIONS
    )


def command_of(regions: Iterable[str]) -> str:
    """Return the command that makes the same report again."""
    words = ["./hedgerow", "forensics", DATA, "--mapping", MAPPING]
    for region in regions:
        words += ["--rkd", region]
    return shlex.join([*words, "--slow", "--seed", str(SEED), "--out", "REPORT"])


def answer(question: bytes) -> bytes:
    """Return the files that a question asks for, or why there are none, as JSON."""
    try:
        files = made(**json.loads(question))
    except BadInput as error:
        return json.dumps({"error": error.code, "details": error.details}).encode()
    return json.dumps({"files": files}).encode()


def main() -> None:
    """Answer one question, behind everything else that the machine does."""
    end_with_parent(signal.SIGTERM)
    os.nice(_NICE)
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
