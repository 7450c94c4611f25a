# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the engine on what is tested of a contest; only whoever makes a report imports this."""

from hedgerow import __version__
from hedgerow.engines.forensics.analysis import QUICK, Election, analyse
from hedgerow.engines.forensics.mapping import parse_mapping
from hedgerow.engines.forensics.page import page
from hedgerow.engines.forensics.pictures import pictures_of
from hedgerow.engines.forensics.reading import read_stations
from hedgerow.engines.forensics.report import Source, as_csv, as_json, report_of
from hedgerow.rooms.elections.forensics_data import (
    COMMAND,
    DATA,
    JSON,
    MAPPING,
    PAGE,
    SEED,
    TABLE,
    Tested,
    digest_of,
)


def made(tested: Tested) -> dict[str, bytes]:
    """Run the methods that are quick; return the files of the report.

    Raises:
        BadInput: What the engine says of figures that cannot be: "forensics.swapped".
    """
    mapping = parse_mapping(tested.mapping.decode())
    stations = read_stations(tested.data, name=DATA, mapping=mapping)
    election = Election(title=mapping.title, stations=stations)
    (findings,) = analyse([election], methods=QUICK, seed=SEED)
    source = Source(
        file=DATA,
        sha256=digest_of(tested.data),
        mapping=MAPPING.removesuffix(".toml"),
        mapping_sha256=digest_of(tested.mapping),
    )
    report = report_of(
        [(election, source, findings)], version=__version__, seed=SEED, command=COMMAND
    )
    drawn = pictures_of(stations, election.tested[0], clean_bin=None)
    return {
        PAGE: page(report, pictures=[drawn]).encode(),
        JSON: as_json(report),
        TABLE: as_csv(report).encode(),
    }
