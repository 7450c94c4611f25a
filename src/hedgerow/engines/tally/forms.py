# SPDX-License-Identifier: AGPL-3.0-or-later
"""Describe a results sheet as data: its lines, what must hold between them, what may not.

A hard relation follows from the law and holds on every true sheet, so a sheet that breaks it was
mistyped or is defective. A soft check is broken by true sheets too, seldom, and asks for a look.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from hedgerow.engines.tally.linear import OPTIONS, Linear, Relation, parse_relation, parse_sum
from hedgerow.kernel.errors import BadInput

LANGUAGES: Final = ("en", "ru", "uk")
# What every part of the engine asks of a sheet, as sums of its lines.
ROLES: Final = ("registered", "issued", "ballots", "invalid")
_NEEDED_ROLES: Final = ("registered", "ballots")
_KEYS: Final = {"id", "title", "law", "note", "parts", "lines", "roles", "hard", "soft"}
_LINE_KEYS: Final = {"id", "number", *LANGUAGES}
_CHECK_KEYS: Final = {"id", "rule", *LANGUAGES}
Kind = Literal["hard", "soft"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """Hold one line of a sheet.

    Args:
        id: Name in rules.
        number: As printed on the sheet; empty where none is.
        title: Language → what people read.
    """

    id: str
    number: str
    title: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Check:
    """Hold one relation between lines.

    Args:
        id: Name in reports.
        kind: Whether it must hold, or only asks for a look.
        rule: As it is written in the form.
        relation: What it means.
        title: Language → what people read.
    """

    id: str
    kind: Kind
    rule: str
    relation: Relation
    title: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Form:
    """Hold the form of a sheet.

    Args:
        id: Its name.
        title: Language → what people read.
        law: Where the lines come from.
        note: What whoever uses it should know; may be empty.
        has_parts: Whether the votes of an option are also given in parts (party cards).
        lines: In the sheet's order, without options.
        roles: What is registered, issued, found and invalid, as sums of lines.
        checks: Hard ones first.
    """

    id: str
    title: Mapping[str, str]
    law: str
    note: str
    has_parts: bool
    lines: tuple[Line, ...]
    roles: Mapping[str, Linear]
    checks: tuple[Check, ...]


def parse_form(text: str) -> Form:
    """Read a form.

    Raises:
        BadInput: "form.unreadable", "form.unknown_key", "form.wrong_value",
            "form.no_translation", "form.twice", "form.unknown_line" or "form.bad_rule".
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput("form.unreadable", reason=str(error)) from error
    _refuse_unknown(found, _KEYS, "")
    lines = tuple(_line(one, f"lines.{at}") for at, one in enumerate(_list(found, "lines"), 1))
    checks = (*_checks(found, "hard"), *_checks(found, "soft"))
    form = Form(
        id=_text(found, "id", ""),
        title=_titles(_table(found, "title"), "title."),
        law=_text(found, "law", ""),
        note=_text(found, "note", "") if "note" in found else "",
        has_parts=found.get("parts", False) is True,
        lines=lines,
        roles=_roles(_table(found, "roles")),
        checks=checks,
    )
    _refuse_twice([one.id for one in lines] + [OPTIONS])
    _refuse_twice([one.id for one in checks])
    _refuse_unknown_lines(form)
    return form


def _line(found: Any, key: str) -> Line:
    """Read a line."""
    if not isinstance(found, dict):
        raise BadInput("form.wrong_value", key=key)
    _refuse_unknown(found, _LINE_KEYS, f"{key}.")
    number = _text(found, "number", f"{key}.") if "number" in found else ""
    return Line(id=_text(found, "id", f"{key}."), number=number, title=_titles(found, f"{key}."))


def _checks(found: Mapping[str, Any], kind: Kind) -> tuple[Check, ...]:
    """Read all checks of one kind."""
    checks = []
    for at, one in enumerate(_list(found, kind) if kind in found else [], 1):
        above = f"{kind}.{at}."
        if not isinstance(one, dict):
            raise BadInput("form.wrong_value", key=above.removesuffix("."))
        _refuse_unknown(one, _CHECK_KEYS, above)
        rule = _text(one, "rule", above)
        check = Check(
            id=_text(one, "id", above),
            kind=kind,
            rule=rule,
            relation=parse_relation(rule),
            title=_titles(one, above),
        )
        checks.append(check)
    return tuple(checks)


def _roles(found: Mapping[str, Any]) -> dict[str, Linear]:
    """Read what is what."""
    _refuse_unknown(found, set(ROLES), "roles.")
    for role in _NEEDED_ROLES:
        _text(found, role, "roles.")
    return {role: parse_sum(_text(found, role, "roles.")) for role in ROLES if role in found}


def _titles(found: Mapping[str, Any], above: str) -> dict[str, str]:
    """Take the text of every language."""
    for language in LANGUAGES:
        if not isinstance(found.get(language), str) or not found[language]:
            raise BadInput("form.no_translation", key=above + language)
    return {language: found[language] for language in LANGUAGES}


def _text(found: Mapping[str, Any], key: str, above: str) -> str:
    """Take a text that is not empty."""
    value = found.get(key)
    if not isinstance(value, str) or not value:
        raise BadInput("form.wrong_value", key=above + key)
    return value


def _table(found: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Take a table."""
    value = found.get(key)
    if not isinstance(value, dict):
        raise BadInput("form.wrong_value", key=key)
    return value


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    """Take a list that is not empty."""
    value = found.get(key)
    if not isinstance(value, list) or not value:
        raise BadInput("form.wrong_value", key=key)
    return value


def _refuse_unknown(found: Mapping[str, Any], known: set[str], above: str) -> None:
    """Refuse a key that would do nothing."""
    for key in sorted(set(found) - known):
        raise BadInput("form.unknown_key", key=above + key, known=", ".join(sorted(known)))


def _refuse_twice(names: list[str]) -> None:
    """Refuse a name that stands for two things."""
    for at, name in enumerate(names):
        if name in names[:at]:
            raise BadInput("form.twice", name=name)


def _refuse_unknown_lines(form: Form) -> None:
    """Refuse a rule about a line that the form does not have."""
    known = {one.id for one in form.lines} | {OPTIONS}
    sums = [(one.id, one.relation.gap) for one in form.checks]
    sums += [(f"roles.{name}", one) for name, one in form.roles.items()]
    for place, one in sums:
        for line in sorted(set(one.terms) - known):
            raise BadInput("form.unknown_line", place=place, line=line)
