# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the lists of what can happen at a station, which are data with the law beside each line."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from hedgerow.rooms.elections.models import Contest

Breach = Literal["yes", "perhaps", "no"]
PLAIN: Final = "plain"
RUSSIAN: Final = "ru-federal"
_RUSSIAN_FORMS: Final = "ru-"
_LISTS: Final = files("hedgerow") / "data" / "incidents"
Texts = Mapping[str, str]


def said(texts: Texts, language: str) -> str:
    """Return a text in a language, in English where there is none."""
    return texts.get(language) or texts["en"]


@dataclass(frozen=True, kw_only=True)
class Category:
    """Hold one thing that can happen.

    Args:
        id: Its name, which never changes.
        priority: 1 for what cannot wait, to 3.
        breach: Whether it breaks the law.
        title: Language → what it is called.
        explanation: Language → what it is, and what to do.
        law: Language → where the law says so; may be empty.
    """

    id: str
    priority: int
    breach: Breach
    title: Texts
    explanation: Texts
    law: Texts


@dataclass(frozen=True, kw_only=True)
class Incidents:
    """Hold the list of one country.

    Args:
        id: Its name.
        sheet_law: Language → where the law says how a results sheet is made.
        categories: The most pressing first.
    """

    id: str
    sheet_law: Texts
    categories: tuple[Category, ...]

    def named(self, name: str) -> Category | None:
        """Return a category by its name, or None."""
        return next((one for one in self.categories if one.id == name), None)


def list_for(contests: Iterable[Contest]) -> Incidents:
    """Return the list that goes with an election's contests."""
    is_russian = any(one.form.startswith(_RUSSIAN_FORMS) for one in contests)
    return list_named(RUSSIAN if is_russian else PLAIN)


@cache
def list_named(name: str) -> Incidents:
    """Return a list; the plain one where there is none of that name."""
    chosen = name if name in list_names() else PLAIN
    found = tomllib.loads((_LISTS / f"{chosen}.toml").read_text("utf-8"))
    categories = sorted(map(_category, found["categories"]), key=lambda one: one.priority)
    return Incidents(
        id=found["id"], sheet_law=found.get("sheet_law", {"en": ""}), categories=tuple(categories)
    )


def list_names() -> tuple[str, ...]:
    """List the lists that are shipped."""
    names = (one.name for one in _LISTS.iterdir() if one.name.endswith(".toml"))
    return tuple(sorted(name.removesuffix(".toml") for name in names))


def _category(found: Mapping[str, Any]) -> Category:
    """Read one category."""
    return Category(
        id=found["id"],
        priority=found["priority"],
        breach=found["breach"],
        title=found["title"],
        explanation=found["explanation"],
        law=found.get("law", {"en": ""}),
    )
