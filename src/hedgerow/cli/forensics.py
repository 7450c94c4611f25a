# SPDX-License-Identifier: AGPL-3.0-or-later
"""Analyse results by polling station and write a report that others can check."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from hedgerow.engines.forensics.analysis import Election
    from hedgerow.engines.forensics.findings import Finding
    from hedgerow.engines.forensics.report import Report, Source

    Analysed = tuple[Election, Source, list[Finding]]

METHODS: Final = (
    "integer",
    "integer zone",
    "shpilkin",
    "clean cluster",
    "association",
    "last digits",
    "small numbers",
    "remote",
    "outliers",
    "second digits",
    "klimek",
    "swaps",
    "transition",
    "scanners",
    "neighbours",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", help="A ready mapping's name, or a mapping file; else one that fits.")
@click.option(
    "--option", "options", multiple=True, help="Whose votes are tested; else the leader's."
)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder."
)
@click.option("--method", "methods", multiple=True, type=click.Choice(METHODS), help="Only these.")
@click.option(
    "--slow", is_flag=True, help="Fit Klimek's model too; takes seconds for each election."
)
@click.option("--rkd", "regions", multiple=True, help="Look for coarse shares in this region.")
@click.option(
    "--earlier",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The round or election before: look for swapped protocols and where votes went.",
)
@click.option("--earlier-mapping", help="Its mapping; else a ready one that fits.")
@click.option("--seed", default=1, show_default=True, help="Of all chance.")
@click.option("--pdf", is_flag=True, help="Write report.pdf as well.")
@click.option(
    "--language",
    type=click.Choice(["en", "ru", "uk"]),
    default="en",
    show_default=True,
    help="Of report.html and report.pdf; report.json and findings.csv are the same in each.",
)
def forensics(file: Path, *, out: Path, pdf: bool, language: str, **asked: Any) -> None:
    """Analyse FILE, or all tables of a folder, and write a report.

    FILE is CSV, Parquet or xlsx, plain or in a zip. A mapping says which columns hold what; for
    the ten elections whose mappings are shipped it is found by the columns. Written are
    report.html (one page, no script), report.json and findings.csv. The same data, version and
    seed make the same bytes. No method shows that an election was falsified; each finding names
    its model and what else explains it.

    \b
    Example:
      ./hedgerow forensics src/hedgerow/data/elections/2021.parquet --out report-2021
    """
    from hedgerow.cli.progress import show_progress
    from hedgerow.engines.forensics.analysis import analyse

    if not file.exists():
        message = f"There is no {file}."
        raise click.UsageError(message)
    wanted = Asked(**asked)
    if wanted.earlier and file.is_dir():
        message = "With --earlier, name one file, not a folder: the two are laid side by side."
        raise click.UsageError(message)
    loaded = _load(file, wanted)
    elections = [election for election, _ in loaded]
    chosen = _methods(wanted, elections)
    total = sum(len(election.tested) for election in elections) * len(chosen)
    with show_progress("Testing", total=total) as advance:
        found = analyse(elections, methods=chosen, seed=wanted.seed, advance=advance)
    analysed = [(*one, findings) for one, findings in zip(loaded, found, strict=True)]
    written = Written(out, language=language, has_pdf=pdf)
    _write(analysed, written, command=wanted.command(file), seed=wanted.seed)
    count = sum(one.outcome == "finding" for findings in found for one in findings)
    click.echo(f"{count} findings in {len(found)} elections: {out / 'report.html'}")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Hold what the report depends on, beside the file."""

    mapping: str | None
    options: tuple[str, ...]
    methods: tuple[str, ...]
    regions: tuple[str, ...]
    earlier: Path | None
    earlier_mapping: str | None
    slow: bool
    seed: int

    def command(self, file: Path) -> str:
        """Return the command that makes the report again; folders are left out of it."""
        words = ["./hedgerow", "forensics", file.name]
        words += ["--mapping", Path(self.mapping).name] if self.mapping else []
        given = {"--option": self.options, "--method": self.methods, "--rkd": self.regions}
        for name, values in given.items():
            for value in values:
                words += [name, value]
        words += ["--earlier", self.earlier.name] if self.earlier else []
        if self.earlier_mapping:
            words += ["--earlier-mapping", Path(self.earlier_mapping).name]
        words += ["--slow"] if self.slow else []
        return shlex.join([*words, "--seed", str(self.seed), "--out", "REPORT"])


def _methods(asked: Asked, elections: "list[Election]") -> tuple[str, ...]:
    """Choose what was asked for, else all that the data allow for and that is quick."""
    from hedgerow.engines.forensics.analysis import (
        COMPARING,
        MAPPED,
        MARKED,
        QUICK,
        REGIONAL,
        SLOW,
    )

    regional = REGIONAL if asked.regions else ()
    if asked.methods:
        return (*asked.methods, *regional)
    marked = MARKED if any(one.stations.has_scanner.any() for one in elections) else ()
    mapped = MAPPED if any(one.stations.has_coordinates for one in elections) else ()
    comparing = COMPARING if asked.earlier else ()
    slow = SLOW if asked.slow else ()
    return (*QUICK, *slow, *regional, *comparing, *marked, *mapped)


def _load(file: Path, asked: Asked) -> "list[tuple[Election, Source]]":
    """Read all files; what fits no mapping in a folder is left out, and said so."""
    from hedgerow.cli.election_files import load_election, tables_in, with_earlier
    from hedgerow.cli.errors import sentence_for
    from hedgerow.cli.progress import show_progress
    from hedgerow.kernel.errors import BadInput

    tables = tables_in(file)
    loaded: list[tuple[Election, Source]] = []
    with show_progress("Reading", total=len(tables)) as advance:
        for path in tables:
            try:
                one = load_election(
                    path, mapping=asked.mapping, options=asked.options, regions=asked.regions
                )
                if asked.earlier:
                    one = with_earlier(one, asked.earlier, mapping=asked.earlier_mapping)
                loaded.append(one)
            except BadInput as error:
                if error.code != "mapping.none_fits" or file.is_file():
                    raise
                click.echo(f"Left out: {sentence_for(error)}", err=True)
            advance()
    if not loaded:
        raise BadInput("forensics.no_files", folder=str(file))
    return loaded


@dataclass(frozen=True)
class Written:
    """Hold where a report goes, and how it is read there."""

    folder: Path
    language: str
    has_pdf: bool


def _write(analysed: "list[Analysed]", written: Written, *, command: str, seed: int) -> "Report":
    """Write the files of a report."""
    from hedgerow import __version__
    from hedgerow.engines.forensics.page import page
    from hedgerow.engines.forensics.pictures import pictures_of
    from hedgerow.engines.forensics.report import as_csv, as_json, report_of
    from hedgerow.rooms.elections.forensics_words import words_in

    out, words = written.folder, words_in(written.language)
    report = report_of(analysed, version=__version__, seed=seed, command=command)
    drawn = [
        pictures_of(one.stations, one.tested[0], clean_bin=one.clean_bin, words=words)
        for one, _, _ in analysed
    ]
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_bytes(as_json(report))
    (out / "findings.csv").write_text(as_csv(report), "utf-8")
    (out / "report.html").write_text(page(report, pictures=drawn, words=words), "utf-8")
    if written.has_pdf:
        from hedgerow.cli.forensics_pdf import as_pdf

        (out / "report.pdf").write_bytes(as_pdf(report, pictures=drawn, words=words))
    return report
