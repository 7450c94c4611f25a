# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the folder of the made-up movement into frozen values, or say what is wrong with it."""

import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from hedgerow.cli.demo_world import check, drawn, marks
from hedgerow.cli.demo_world.model import (
    File,
    Invitation,
    Member,
    Page,
    Person,
    Space,
    Thread,
    World,
    WorldError,
)

FOLDER = Path(__file__).parent
Table = dict[str, Any]
Made = TypeVar("Made")


def load_world(folder: Path = FOLDER) -> World:
    """Read the movement and check it as a whole.

    Args:
        folder: where `world.toml` and `spaces/` lie.

    Raises:
        WorldError: with every problem found, not only the first.
    """
    table = _toml(folder / "world.toml")
    _only(table, "name motto towns people", where="world.toml")
    towns = _part(table, "towns", dict)
    people = tuple(_person(key, row) for key, row in _part(table, "people", dict).items())
    read, problems = _gather(sorted(folder.glob("spaces/*/")), _space)
    if problems:
        raise WorldError(*problems)
    world = World(
        name=_part(table, "name", dict),
        motto=_part(table, "motto", dict),
        towns={key: _table(row, where=f"world.toml, {key}") for key, row in towns.items()},
        people=people,
        spaces=tuple(sorted(read, key=lambda space: -space.opened)),
    )
    problems = list(check.problems(world))
    if problems:
        raise WorldError(*problems)
    return world


def _gather(paths: Iterable[Path], make: Callable[[Path], Made]) -> tuple[list[Made], list[str]]:
    """Make a value of each path, and collect the problems of those that cannot be read."""
    made: list[Made] = []
    problems: list[str] = []
    for path in paths:
        try:
            made.append(make(path))
        except WorldError as error:
            problems.extend(error.problems)
    return made, problems


def _toml(path: Path) -> Table:
    """Read a TOML file."""
    where = f"{path.parent.name}/{path.name}"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{where}: the file is missing"
        raise WorldError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{where}: not TOML in UTF-8: {error}"
        raise WorldError(message) from error


def _table(value: object, *, where: str) -> Table:
    """Refuse what is no table."""
    if not isinstance(value, dict):
        message = f"{where}: a table {{ … }} is wanted, not {value!r}"
        raise WorldError(message)
    return value


def _only(value: object, known: str, *, where: str) -> None:
    """Refuse what is no table, or has words that nothing would read."""
    unknown = sorted(set(_table(value, where=where)) - set(known.split()))
    if unknown:
        message = f"{where}: unknown words: {', '.join(unknown)}"
        raise WorldError(message)


def _part(table: Table, key: str, kind: type[Made], *, where: str = "world.toml") -> Made:
    """Take one value out of a table."""
    value = table.get(key)
    if not isinstance(value, kind):
        message = f"{where}: {key} is missing or is not of the kind {kind.__name__}"
        raise WorldError(message)
    return value


def _maybe(table: Table, key: str, default: Made, *, where: str) -> Made:
    """Take one value out of a table, or the default, which also says the kind."""
    return _part(table, key, type(default), where=where) if key in table else default


def _day(table: Table, key: str, *, where: str) -> int | None:
    """Take a number of days out of a table where there is one."""
    return _part(table, key, int, where=where) if key in table else None


def _words(table: Table, key: str, *, where: str) -> list[str]:
    """Take a list of texts out of a table; a missing one is empty."""
    words = _maybe(table, key, list[str](), where=where)
    if not all(isinstance(word, str) for word in words):
        message = f"{where}: {key} is a list of texts"
        raise WorldError(message)
    return words


def _person(key: str, row: Table) -> Person:
    """Read one person."""
    where = f"world.toml, {key}"
    _only(row, "town lang told about", where=where)
    return Person(
        key=key,
        town=_part(row, "town", str, where=where),
        lang=_part(row, "lang", str, where=where),
        told=_maybe(row, "told", "", where=where),
        about=_maybe(row, "about", "", where=where),
    )


def _space(folder: Path) -> Space:
    """Read one group with everything in its folder."""
    where = f"{folder.name}/space.toml"
    table = _toml(folder / "space.toml")
    _only(table, "name about lang opened founder members invitation", where=where)
    lang = _part(table, "lang", str, where=where)
    members = _part(table, "members", dict, where=where).items()
    pages, wrong = _gather(sorted(folder.glob("pages/*.md")), lambda path: _page(path, lang))
    threads, odd = _gather(sorted(folder.glob("threads/*.md")), lambda path: _thread(path, lang))
    if wrong or odd:
        raise WorldError(*wrong, *odd)
    return Space(
        key=folder.name,
        name=_part(table, "name", str, where=where),
        about=_part(table, "about", str, where=where),
        lang=lang,
        opened=_part(table, "opened", int, where=where),
        founder=_part(table, "founder", str, where=where),
        members=tuple(_member(person, row, where=where) for person, row in members),
        invitation=_invitation(table.get("invitation"), where=where),
        pages=tuple(pages),
        threads=tuple(threads),
        files=tuple(_files(folder)),
    )


def _member(person: str, row: Table, *, where: str) -> Member:
    """Read one membership."""
    where = f"{where}, {person}"
    _only(row, "as role since reads left removed removed_by", where=where)
    return Member(
        person=person,
        name=_part(row, "as", str, where=where),
        role=_part(row, "role", str, where=where),
        since=_part(row, "since", int, where=where),
        reads=_maybe(row, "reads", "all", where=where),
        left=_day(row, "left", where=where),
        removed=_day(row, "removed", where=where),
        removed_by=_maybe(row, "removed_by", "", where=where),
    )


def _invitation(row: Table | None, *, where: str) -> Invitation | None:
    """Read the invitation that is open in a group, if there is one."""
    if row is None:
        return None
    where = f"{where}, invitation"
    _only(row, "guest made role reads valid_days", where=where)
    made_by, made_at = marks.stamp(_part(row, "made", str, where=where), where=where)
    return Invitation(
        guest=_part(row, "guest", str, where=where),
        made_by=made_by,
        made_at=made_at,
        role=_part(row, "role", str, where=where),
        reads=_part(row, "reads", str, where=where),
        valid_days=_part(row, "valid_days", int, where=where),
    )


def _text(path: Path, known: str) -> tuple[Table, str, str]:
    """Read a text with its table, and say how to name it."""
    where = "/".join(path.parts[-3:])
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"{where}: not UTF-8: {error}"
        raise WorldError(message) from error
    table, body = marks.front_matter(text, where=where)
    _only(table, known, where=where)
    return table, body, where


def _page(path: Path, lang: str) -> Page:
    """Read one page of a notebook."""
    table, body, where = _text(path, "title lang versions")
    return Page(
        slug=path.stem,
        title=_part(table, "title", str, where=where),
        lang=_maybe(table, "lang", lang, where=where),
        versions=marks.unweave(body, stamps=_words(table, "versions", where=where), where=where),
    )


def _thread(path: Path, lang: str) -> Thread:
    """Read one discussion."""
    table, body, where = _text(path, "title lang")
    return Thread(
        slug=path.stem,
        title=_part(table, "title", str, where=where),
        lang=_maybe(table, "lang", lang, where=where),
        posts=marks.posts(body, where=where),
    )


def _files(folder: Path) -> Iterator[File]:
    """Read the shelf: files that lie in the folder, and those that code draws.

    An entry of `files/files.toml` with `drawn` may bring a whole series; its files then come some
    minutes after each other, from the author of the entry and those of `and_by` in turn.
    """
    shelf = folder / "files"
    if not shelf.exists():
        return
    where = f"{folder.name}/files/files.toml"
    table = _toml(shelf / "files.toml")
    _only(table, "files", where=where)
    for row in _part(table, "files", list, where=where):
        _only(row, "name added drawn and_by", where=where)
        author, at = marks.stamp(_part(row, "added", str, where=where), where=where)
        if "drawn" in row:
            authors = [author, *_words(row, "and_by", where=where)]
            kind = _part(row, "drawn", str, where=where)
            yield from drawn.files(kind, authors=authors, start=at, where=where)
            continue
        name = _part(row, "name", str, where=where)
        try:
            content = (shelf / name).read_bytes()
        except FileNotFoundError as error:
            message = f"{where}: {name} does not lie beside it"
            raise WorldError(message) from error
        yield File(name=name, author=author, at=at, content=content)
