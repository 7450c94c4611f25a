# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name the files of a report on official results, for whoever makes it and whoever shows it."""

from typing import Final

SEED: Final = 1
DATA, MAPPING = "data.csv", "mapping.toml"
PAGE, JSON, TABLE = "report.html", "report.json", "findings.csv"
#: The page in other languages → which.
PAGES: Final = {"report.ru.html": "ru", "report.uk.html": "uk"}
#: In the order of the page; reports of before lack the page in other languages.
FILES: Final = (PAGE, *PAGES, JSON, TABLE, DATA, MAPPING)
