# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name the files of a report on official results, for whoever makes it and whoever shows it."""

from typing import Final

SEED: Final = 1
DATA, MAPPING = "data.csv", "mapping.toml"
PAGE, JSON, TABLE = "report.html", "report.json", "findings.csv"
#: In the order of the page.
FILES: Final = (PAGE, JSON, TABLE, DATA, MAPPING)
