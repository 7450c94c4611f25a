# SPDX-License-Identifier: AGPL-3.0-or-later
"""Count sheets of polling stations without a server, and write a report others can check."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from hedgerow.cli.count_files import Reading
    from hedgerow.engines.tally.drawing import Sample
    from hedgerow.engines.tally.frame import Frame

Command = Callable[..., None]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _out(command: Command) -> Command:
    """Add the option that every command has."""
    kind = click.Path(file_okay=False, path_type=Path)
    return click.option("--out", required=True, type=kind, help="Folder for the report.")(command)


def _mapping(*names: str) -> Callable[[Command], Command]:
    """Add options that choose mappings."""

    def add(command: Command) -> Command:
        for name in reversed(names):
            label = name.removeprefix("--").replace("-", " ")
            words = f"The {label}: a ready one's name or a file; else one that fits."
            command = click.option(name, help=words)(command)
        return command

    return add


def _night(command: Command) -> Command:
    """Add what operators did: rulings, and observers that are held back."""
    for option in (
        click.option("--hold", multiple=True, help="Hold back all reports of this observer."),
        click.option("--rulings", type=FILE, help="CSV: number,station,figure,value,by,reason."),
    ):
        command = option(command)
    return command


def _design(command: Command) -> Command:
    """Add what a sample follows from."""
    for option in (
        click.option("--within", default=5, show_default=True, help="Stations a commission."),
        click.option("--clusters", default="", help="Kind of group to draw first: two stages."),
        click.option("--by", default="", help="Kind of group that makes strata; else none."),
        click.option("--seed", required=True, help="Published seed of the drawing, any text."),
        click.option("--size", required=True, type=int, help="Stations; with clusters, these."),
    ):
        command = option(command)
    return command


@click.group(no_args_is_help=False)
def count() -> None:
    """Count results sheets: check, compare with official figures, estimate, draw samples.

    Every command writes report.html (one page, no script), report.json and a CSV for each table.
    The same data, version and seed make the same bytes. A mapping says which columns hold which
    lines of which form; ready ones are found by the columns.

    \b
    Example:
      ./hedgerow count check src/hedgerow/data/sheets/moscow-2021.parquet --out report
    """


@count.command()
@click.argument("file", type=FILE)
@_mapping("--mapping")
@_out
def check(file: Path, *, mapping: str | None, out: Path) -> None:
    """Check the sheets in FILE against the relations of their form.

    \b
    Example:
      ./hedgerow count check src/hedgerow/data/sheets/moscow-2021.parquet --out report
    """
    from hedgerow.cli.count_files import reading_of, write_report
    from hedgerow.engines.tally.checks import check_sheets, copied_rows
    from hedgerow.engines.tally.sections import checks_section

    with reading_of(1) as reading:
        table, title = reading.sheets(file, mapping=mapping, role="sheets")
        checked = check_sheets(table.layout, table.values)
        found = checks_section(checked, table.station, copies=copied_rows(table.values))
        write_report(out, kind="check", title=title, found=found, reading=reading)
    broken = int(checked.broken_hard.sum())
    click.echo(f"{broken} of {len(table.station)} sheets break a hard relation: {out}/report.html")


@count.command()
@click.argument("reports", type=FILE)
@click.argument("stations", type=FILE)
@_mapping("--mapping", "--stations-mapping")
@click.option("--by", default="", help="Kind of group by which coverage is shown.")
@_night
@_out
def parallel(reports: Path, stations: Path, **asked: Any) -> None:
    """Count observers' REPORTS beside the list of STATIONS.

    \b
    Example:
      ./hedgerow count parallel reports.csv stations.csv --mapping reports.toml \\
        --stations-mapping stations.toml --by district --out report
    """
    from hedgerow.cli.count_files import reading_of, write_report
    from hedgerow.cli.count_work import parallel_count

    with reading_of(2) as reading:
        official, title = reading.sheets(
            stations, mapping=asked["stations_mapping"], role="stations"
        )
        found, counted = parallel_count(reading, reports, official.frame(), asked)
        write_report(asked["out"], kind="parallel count", title=title, found=found, reading=reading)
    click.echo(f"{counted} stations counted: {asked['out']}/report.html")


@count.command()
@click.argument("copies", type=FILE)
@click.argument("official", type=FILE)
@_mapping("--mapping", "--official-mapping")
@click.option("--option", help="Whose share is looked at; else the official leader's.")
@_night
@_out
def compare(copies: Path, official: Path, **asked: Any) -> None:
    """Compare observers' COPIES with OFFICIAL figures of the same stations.

    Tells which stations differ, in which direction and by how many votes; how unlike the covered
    stations are to the rest; and what the whole result is at least and at most.

    \b
    Example:
      ./hedgerow count compare copies.csv official.csv --mapping copies.toml \\
        --official-mapping official.toml --out report
    """
    from hedgerow.cli.count_files import reading_of, write_report
    from hedgerow.cli.count_work import comparison

    with reading_of(2) as reading:
        table, title = reading.sheets(official, mapping=asked["official_mapping"], role="official")
        found, differing = comparison(reading, copies, table, asked)
        write_report(asked["out"], kind="comparison", title=title, found=found, reading=reading)
    click.echo(f"Stations that differ: {differing}. Report: {asked['out']}/report.html")


@count.command()
@click.argument("stations", type=FILE)
@_mapping("--mapping")
@_design
@_out
def sample(stations: Path, **asked: Any) -> None:
    """Draw a sample from the list of STATIONS, so that anybody can draw it again.

    \b
    Example:
      ./hedgerow count sample src/hedgerow/data/elections/2018.parquet --size 1500 --by region \\
        --seed "17 March, 20:00, lottery 4 8 15 16 23 42" --out sample
    """
    from hedgerow.cli.count_files import reading_of, write_report
    from hedgerow.engines.tally.sample_sections import sample_section

    with reading_of(1) as reading:
        frame, title = _frame(reading, stations, asked["mapping"])
        drawn = _drawn(frame, asked)
        found = sample_section(drawn, frame)
        write_report(
            asked["out"],
            kind="sample",
            title=title,
            found=found,
            reading=reading,
            seed=asked["seed"],
        )
    click.echo(f"{len(drawn.places)} stations drawn: {asked['out']}/sample.csv")


@count.command()
@click.argument("reports", type=FILE)
@click.argument("stations", type=FILE)
@_mapping("--mapping", "--stations-mapping")
@_design
@click.option("--option", "options", multiple=True, help="Only these options.")
@click.option("--step", default=0, help="Show the first option again every so many minutes.")
@_night
@_out
def quick(reports: Path, stations: Path, **asked: Any) -> None:
    """Estimate the result from REPORTS of a sample of STATIONS.

    The sample is drawn again from size, seed and strata. Reports of stations outside it are not
    used. Where no margin can be given, the reason stands instead.

    \b
    Example:
      ./hedgerow count quick reports.csv stations.csv --mapping reports.toml \\
        --stations-mapping stations.toml --size 200 --seed published --by region --out report
    """
    from hedgerow.cli.count_files import reading_of, write_report
    from hedgerow.cli.count_work import quick_count

    with reading_of(2) as reading:
        frame, title = _frame(reading, stations, asked["stations_mapping"])
        found, received = quick_count(reading, reports, (frame, _drawn(frame, asked)), asked)
        write_report(
            asked["out"],
            kind="quick count",
            title=title,
            found=found,
            reading=reading,
            seed=asked["seed"],
        )
    click.echo(f"{received} stations of the sample received: {asked['out']}/report.html")


@count.command()
@click.argument("file", type=FILE)
@_mapping("--mapping")
@click.option("--option", help="Whose shares are compared; else the leader's.")
@click.option("--by", default="district", show_default=True, help="Kind of group: a district.")
@click.option("--seed", default=1, show_default=True, help="Of drawing paper stations again.")
@_out
def remote(file: Path, **asked: Any) -> None:
    """Set remote votes in FILE beside those on paper, district by district.

    \b
    Example:
      ./hedgerow count remote src/hedgerow/data/sheets/moscow-2021.parquet --out report
    """
    from hedgerow.cli.count_files import reading_of, write_report
    from hedgerow.cli.count_work import remote_votes

    with reading_of(1) as reading:
        table, title = reading.sheets(file, mapping=asked["mapping"], role="sheets")
        found, districts = remote_votes(table, asked)
        seed = str(asked["seed"])
        write_report(
            asked["out"], kind="remote votes", title=title, found=found, reading=reading, seed=seed
        )
    click.echo(f"{districts} districts with remote votes: {asked['out']}/report.html")


@count.command()
@click.option("--total", required=True, type=click.IntRange(0), help="All votes, as announced.")
@click.option(
    "--share",
    "shares",
    required=True,
    multiple=True,
    type=(str, int, str),
    help="Option, votes, and share in percent with the decimals of the announcement.",
)
@click.option("--title", default="Announced figures", show_default=True)
@_out
def announced(
    *, total: int, shares: tuple[tuple[str, int, str], ...], title: str, out: Path
) -> None:
    """Check whether announced counts are just rounded shares of the total.

    \b
    Example:
      ./hedgerow count announced --total 10058774 --share Maduro 5150092 51.2 \\
        --share Gonzalez 4445978 44.2 --share others 462704 4.6 --out report
    """
    from hedgerow.cli.count_files import Reading, write_report
    from hedgerow.engines.tally.announced import check_announced
    from hedgerow.engines.tally.comparison_sections import announced_section

    found = check_announced(total, list(shares))
    write_report(
        out, kind="announced", title=title, found=announced_section(found), reading=Reading()
    )
    click.echo(f"{found.independent} independent coincidences: {out}/report.html")


def _frame(reading: "Reading", stations: Path, mapping: str | None) -> "tuple[Frame, str]":
    """Read a list of stations where people vote on paper."""
    table, title = reading.sheets(stations, mapping=mapping, role="stations")
    frame = table.frame()
    return frame.where(~frame.is_remote), title


def _drawn(frame: "Frame", asked: dict[str, Any]) -> "Sample":
    """Draw the sample that size, seed and groups make."""
    from hedgerow.engines.tally.design import stratified_design, two_stage_design
    from hedgerow.engines.tally.drawing import draw, published_ranks

    strata = frame.group(asked["by"])
    ranks = published_ranks(frame.names, seed=asked["seed"])
    if not asked["clusters"]:
        return draw(stratified_design(strata, size=asked["size"]), ranks=ranks)
    clusters = frame.group(asked["clusters"])
    design = two_stage_design(strata, clusters, size=asked["size"], within=asked["within"])
    first = published_ranks(clusters.names, seed=asked["seed"])
    return draw(design, ranks=ranks, cluster_ranks=first)
