# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find files of elections on the disk, with the mapping that fits each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

import hedgerow
from hedgerow.engines.forensics.analysis import Election
from hedgerow.engines.forensics.mapping import Mapping, parse_mapping
from hedgerow.engines.forensics.reading import KINDS, heading, read_stations, unpacked
from hedgerow.engines.forensics.report import EarlierRow, Source
from hedgerow.kernel.errors import BadInput

READY = Path(hedgerow.__file__).parent / "data" / "elections" / "mappings"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Hold a mapping with its name and the hash of its text."""

    name: str
    sha256: str
    mapping: Mapping


def tables_in(path: Path) -> list[Path]:
    """List the tables that a path names: itself, or all of a folder by name.

    Raises:
        BadInput: "forensics.no_files".
    """
    if path.is_file():
        return [path]
    kinds = {*KINDS, ".zip"} - {".txt"}
    found = sorted(one for one in path.iterdir() if one.suffix.lower() in kinds)
    if not found:
        raise BadInput("forensics.no_files", folder=str(path))
    return found


def load_mapping(path: Path) -> Chosen:
    """Read a mapping file."""
    data = path.read_bytes()
    text = data.decode("utf-8", errors="replace")
    digest = hashlib.sha256(data).hexdigest()
    return Chosen(name=path.stem, sha256=digest, mapping=parse_mapping(text))


def named_mapping(name: str) -> Chosen:
    """Read a mapping by the name of a ready one or by its path.

    Raises:
        BadInput: "mapping.missing".
    """
    for path in (READY / f"{name}.toml", Path(name)):
        if path.is_file():
            return load_mapping(path)
    known = ", ".join(sorted(one.stem for one in READY.glob("*.toml")))
    raise BadInput("mapping.missing", mapping=name, known=known)


def fitting_mapping(data: bytes, *, name: str) -> Chosen:
    """Choose the ready mapping whose columns a file has; one of the file's own name first.

    Raises:
        BadInput: "mapping.none_fits".
    """
    inner, inside = unpacked(data, name=name)
    stem = Path(name).name.split(".", maxsplit=1)[0]
    for chosen in _by_likeness([load_mapping(one) for one in sorted(READY.glob("*.toml"))], stem):
        mapping = chosen.mapping
        columns = heading(
            inner, name=inside, encoding=mapping.encoding, delimiter=mapping.delimiter
        )
        if set(mapping.numbers) | set(mapping.labels) <= set(columns):
            return chosen
    raise BadInput("mapping.none_fits", file=name)


def load_election(
    path: Path, *, mapping: str | None, options: Iterable[str], regions: Iterable[str] = ()
) -> tuple[Election, Source]:
    """Read one file into an election, with where it came from."""
    data = path.read_bytes()
    chosen = named_mapping(mapping) if mapping else fitting_mapping(data, name=path.name)
    stations = read_stations(data, name=path.name, mapping=chosen.mapping)
    election = Election(
        title=chosen.mapping.title,
        stations=stations,
        options=tuple(options),
        clean_bin=chosen.mapping.clean_bin,
        regions=tuple(regions),
    )
    source = Source(
        file=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        mapping=chosen.name,
        mapping_sha256=chosen.sha256,
    )
    return election, source


def with_earlier(
    loaded: tuple[Election, Source], path: Path, *, mapping: str | None
) -> tuple[Election, Source]:
    """Lay the earlier election of a file beside one, with where it came from."""
    election, source = loaded
    earlier, its = load_election(path, mapping=mapping, options=())
    row = EarlierRow(
        title=earlier.title,
        file=its.file,
        sha256=its.sha256,
        mapping=its.mapping,
        mapping_sha256=its.mapping_sha256,
    )
    return replace(election, earlier=earlier.stations), msgspec.structs.replace(source, earlier=row)


def _by_likeness(all_chosen: list[Chosen], stem: str) -> list[Chosen]:
    """Put mappings named like the file first, shipped ones last among the others."""
    return sorted(all_chosen, key=lambda one: (not one.name.endswith(f"-{stem}"), one.name))
