# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure linkage apart from the drill: in the small world on both databases, or as asked.

    ./hedgerow bench linkage
    python -m benchmarks.linkage full --postgresql
    python -m benchmarks.linkage full --first-seed 101

The latter print the report and then the whole of it as one JSON line; status 1 where a bound is
not kept.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from benchmarks.harness import Figure
from hedgerow.drill.linkage import LinkageReport
from hedgerow.drill.linkage import run as measure
from hedgerow.drill.linkage.report import Size
from hedgerow.drill.linkage.run import CONTROL_SEEDS, SEEDS

_ROLE: Final = "hedgerow"


@contextmanager
def empty_databases(count: int) -> Iterator[list[str]]:
    """Start a PostgreSQL server and yield the addresses of empty databases on it."""
    from tests import databases  # noqa: PLC0415 -- a run on SQLite needs none of it

    server = databases.new_server()
    try:
        server.prepare()
        # Seizing a disk asks for no rights; reading through the server does.
        server.run(f"GRANT USAGE ON SCHEMA pg_toast TO {_ROLE}", database=_ROLE)
        yield [server.url(server.new_database(), role=_ROLE) for _ in range(count)]
    finally:
        databases.remove(server)


def _told(done: int, of: int) -> None:
    click.echo(f"{done} of {of} worlds", err=True)


def _measured(size: Size, *, first_seed: int = 1, is_postgresql: bool) -> LinkageReport:
    if not is_postgresql:
        return measure(size, progress=_told, first_seed=first_seed)
    with empty_databases(SEEDS[size] + CONTROL_SEEDS[size]) as urls:
        return measure(size, progress=_told, first_seed=first_seed, urls=urls)


def run() -> Iterator[Figure]:
    """Measure the small world on SQLite and on PostgreSQL, and yield what is bounded."""
    for name, is_postgresql in (("SQLite", False), ("PostgreSQL", True)):
        for bound in _measured("small", is_postgresql=is_postgresql).bounds:
            yield Figure(
                figure=f"{bound.what}, {name}",
                value=bound.value,
                unit="",
                bound=bound.bound,
                is_bound_a_minimum=not bound.is_most,
            )


def main() -> int:
    """Measure as the arguments say, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage")
    parser.add_argument("size", choices=["small", "full"])
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--first-seed", type=int, default=1)
    asked = parser.parse_args()
    start = time.monotonic()
    size: Size = "full" if asked.size == "full" else "small"
    report = _measured(size, first_seed=asked.first_seed, is_postgresql=asked.postgresql)
    click.echo("\n".join(report.lines()))
    click.echo(json.dumps(report.to_json() | {"seconds": round(time.monotonic() - start)}))
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
