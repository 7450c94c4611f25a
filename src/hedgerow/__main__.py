# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the command line: `python -m hedgerow`."""

from hedgerow.cli.main import main

main(prog_name="hedgerow")
