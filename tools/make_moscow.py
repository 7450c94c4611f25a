# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cut Moscow's sheets of 2021 out of the whole file: every option, paper and remote.

Usage: HEDGEROW_DATA=FOLDER python -m tools.make_moscow

The folder holds `elections/2021.csv.zip`, as published in github.com/dkobak/elections at commit
8003707e. Written is src/hedgerow/data/sheets/moscow-2021.parquet, each byte the same on every run.
"""

import os
import sys
from pathlib import Path

import polars as pl

from hedgerow.engines.forensics.reading import table_of
from hedgerow.engines.tally.sheetmap import parse_sheet_map

ROOT = Path(__file__).resolve().parents[1]
SHEETS = ROOT / "src" / "hedgerow" / "data" / "sheets"
REGION = "город Москва"


def moscow_table(table: pl.DataFrame) -> pl.DataFrame:
    """Keep Moscow's rows and the columns of a plain sheet, in small types."""
    chosen = parse_sheet_map((SHEETS / "ru-2021.toml").read_text("utf-8"))
    moscow = table.filter(pl.col("region") == REGION)
    issued = [chosen.lines[one][0] for one in ("early", "inside", "outside")]
    counts = {
        "registered": pl.col(chosen.lines["registered"][0]).cast(pl.Int32),
        "issued": pl.sum_horizontal(pl.col(one).cast(pl.Int32) for one in issued),
        "invalid": pl.col(chosen.lines["invalid"][0]).cast(pl.Int32),
        "valid": pl.col(chosen.lines["valid"][0]).cast(pl.Int32),
    }
    counts |= {name: pl.col(column).cast(pl.Int32) for name, column in chosen.options.items()}
    return moscow.select(
        pl.col("oik").alias("district").cast(pl.Categorical),
        pl.col("tik").alias("commission").cast(pl.Categorical),
        pl.col("uik").alias("station"),
        **counts,
    )


def main() -> int:
    """Write the file; return the exit status."""
    folder = os.environ.get("HEDGEROW_DATA")
    if not folder:
        print("Set HEDGEROW_DATA to the folder that holds elections/2021.csv.zip.")
        return 2
    path = Path(folder) / "elections" / "2021.csv.zip"
    moscow = moscow_table(table_of(path.read_bytes(), name=path.name))
    out = SHEETS / "moscow-2021.parquet"
    moscow.write_parquet(out, compression="zstd", compression_level=19, statistics=False)
    print(f"{moscow.height} sheets, {out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
