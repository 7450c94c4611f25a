# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the benchmarks of a checkout and print one JSON line for each figure."""

import importlib
import sys
from pathlib import Path

import click

from hedgerow.cli.checkout import checkout_root

NOT_BENCHMARKS = {"__init__", "harness", "running_demo"}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "only_list", is_flag=True, help="Print the names and stop.")
def bench(names: tuple[str, ...], *, only_list: bool) -> None:
    """Run all benchmarks, or those named, and print JSON lines.

    Each line has the figure's value, its bound, and whether it holds. The exit status is 1
    when a bound is broken.

    \b
    Example:
      ./hedgerow bench
      ./hedgerow bench --list
    """
    root = checkout_root()
    known = benchmark_names(root / "benchmarks")
    if only_list:
        click.echo("\n".join(known))
        return
    unknown = sorted(set(names) - set(known))
    if unknown:
        message = f"There is no benchmark {unknown[0]}; known: {', '.join(known) or 'none'}."
        raise click.UsageError(message)
    # The benchmarks live beside the package, not in it, and import each other's harness.
    sys.path.insert(0, str(root))
    broken = [name for name in (names or known) if not run_benchmark(name)]
    sys.exit(1 if broken else 0)


def benchmark_names(folder: Path) -> list[str]:
    """List the benchmarks of a folder: its modules but for the harness."""
    return sorted(path.stem for path in folder.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def run_benchmark(name: str) -> bool:
    """Print the figures of one benchmark as they come; return whether all bounds hold."""
    module = importlib.import_module(f"benchmarks.{name}")
    all_hold = True
    for figure in module.run():
        click.echo(figure.as_json(bench=name))
        all_hold = all_hold and figure.is_ok
    return all_hold
