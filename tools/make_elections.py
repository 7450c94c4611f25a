# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cut the election data that the project ships out of the whole files.

Usage: HEDGEROW_DATA=FOLDER python -m tools.make_elections

The folder holds `elections/YEAR.csv.zip`, as published in github.com/dkobak/elections at
commit 8003707e. Written are, each byte the same on every run:

- src/hedgerow/data/elections/YEAR.parquet: region, commission, in 2021 the district, station,
  voters registered, ballots found, ballots issued beyond these, votes of the leader;
- tests/data/elections/cut-YEAR.csv.zip: 500 rows with all lines of the protocol;
- tests/data/elections/ones-and-twos-2021.csv.zip: the commissions of Kireev's rule, all parties;
- tests/data/elections/moscow-YEAR.csv: sums by commission for the transition regression.
"""

import csv
import io
import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl

from hedgerow.engines.forensics.mapping import Mapping, parse_mapping
from hedgerow.engines.forensics.reading import stations_of
from hedgerow.engines.forensics.small_numbers import small_numbers

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src" / "hedgerow" / "data" / "elections"
TESTS = ROOT / "tests" / "data" / "elections"
YEARS = ("2004", "2007", "2008", "2011", "2012", "2016", "2018", "2020", "2021", "2024")
CUT_ROWS = 500
LIBERALS = {
    "2012": ["Прохоров Михаил Дмитриевич"],
    "2016": ["ЯБЛОКО", "народной свободы"],
    "2018": ["Собчак Ксения Анатольевна", "Явлинский Григорий Алексеевич", "Титов Борис Юрьевич"],
}
ADDRESS = "url"


def whole_table(folder: Path, *, year: str) -> pl.DataFrame:
    """Read a whole file, all fields as text, without the addresses of its pages."""
    with zipfile.ZipFile(folder / "elections" / f"{year}.csv.zip") as archive:
        data = archive.read(f"{year}.csv")
    columns = next(csv.reader(io.StringIO(data.split(b"\n", 1)[0].decode())))
    schema = dict.fromkeys(columns, pl.String())
    table = pl.read_csv(data, has_header=False, skip_rows=1, schema=schema)
    return table.drop([one for one in columns if one == ADDRESS])


def mapping_of(year: str) -> Mapping:
    """Read the ready mapping of a year."""
    text = (SHIPPED / "mappings" / f"ru-{year}.toml").read_text("utf-8")
    return parse_mapping(text)


def leaders_table(table: pl.DataFrame, *, mapping: Mapping) -> pl.DataFrame:
    """Keep what the methods need for the leader, in small types."""
    stations = stations_of(table, mapping=mapping)
    numbers = pl.any_horizontal(pl.col(one).is_not_null() for one in mapping.numbers)
    kept = table.filter(numbers) if mapping.drop_empty else table
    counts = {
        "registered": stations.registered,
        "found": stations.found,
        # Issued less found: mostly nothing, so the file becomes a fifth smaller.
        "carried": stations.issued - stations.found,
        "leader": stations.votes(stations.leader()),
    }
    names = {"region": "region", "tik": "commission", "oik": "district"}
    if "district" not in mapping.groups or mapping.remote_over == 0:
        names.pop("oik")
    labels = [kept[old].alias(new).cast(pl.Categorical) for old, new in names.items()]
    station = kept["uik"].str.extract(r"(\d+)").cast(pl.UInt16).alias("station")
    columns = [pl.Series(name, values, pl.Int32).shrink_dtype() for name, values in counts.items()]
    return pl.DataFrame([*labels, station, *columns])


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write Parquet as small as it gets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.write_parquet(
        path, compression="zstd", compression_level=19, statistics=False, row_group_size=2**18
    )


def write_zip(table: pl.DataFrame, path: Path) -> None:
    """Write a CSV into a zip whose bytes tell no date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    member = zipfile.ZipInfo(path.name.removesuffix(".zip"))
    member.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, table.write_csv(), compresslevel=9)


def kireev_table(table: pl.DataFrame, *, mapping: Mapping) -> pl.DataFrame:
    """Keep the commissions in which the rule hits."""
    hits = small_numbers(stations_of(table, mapping=mapping)).hits
    wanted = {one.commission for one in hits}
    commission = pl.concat_str(["region", "tik"], separator=", ")
    return table.filter(commission.is_in(wanted))


def moscow_table(table: pl.DataFrame, *, mapping: Mapping, year: str) -> pl.DataFrame:
    """Sum Moscow's commissions up: voters who stayed at home, leader, liberals, others."""
    moscow = table.filter(pl.col("region").str.contains("(?i)^город москва"))
    stations = stations_of(moscow, mapping=mapping)
    groups = stations.groups["commission"]
    liberal = np.sum([stations.votes(one) for one in LIBERALS[year]], axis=0)
    sums = {
        "registered": stations.registered,
        "home": stations.registered - stations.issued,
        "leader": stations.votes(stations.leader() if year != "2016" else "ЕДИНАЯ РОССИЯ"),
        "liberals": liberal,
    }
    columns = {name: groups.sums(values).astype(int) for name, values in sums.items()}
    names = pl.Series("commission", groups.names).str.replace(r"^.*, (\d+ )?", "")
    return (
        pl.DataFrame([names])
        .with_columns(**{k: pl.Series(v) for k, v in columns.items()})
        .sort("commission")
    )


def main() -> int:
    """Write everything; return the exit status."""
    folder = os.environ.get("HEDGEROW_DATA")
    if not folder:
        print("Set HEDGEROW_DATA to the folder that holds elections/YEAR.csv.zip.")
        return 2
    for year in YEARS:
        table, mapping = whole_table(Path(folder), year=year), mapping_of(year)
        write_table(leaders_table(table, mapping=mapping), SHIPPED / f"{year}.parquet")
        cut = table.filter(pl.col(mapping.numbers[0]).is_not_null())
        rows = [place * cut.height // CUT_ROWS for place in range(CUT_ROWS)]
        write_zip(cut[rows], TESTS / f"cut-{year}.csv.zip")
        if year in LIBERALS:
            sums = moscow_table(table, mapping=mapping, year=year)
            sums.write_csv(TESTS / f"moscow-{year}.csv")
        if year == "2021":
            write_zip(kireev_table(table, mapping=mapping), TESTS / "ones-and-twos-2021.csv.zip")
        print(f"{year}: {(SHIPPED / f'{year}.parquet').stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
