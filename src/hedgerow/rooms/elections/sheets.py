# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put what the tables hold of a sheet beside the engine's forms and layouts.

A sheet's values are a mapping from the columns of its layout to numbers: lines by their names in
the form, options as "option: KEY". What nobody has said is left out.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from hedgerow.engines.tally.forms import Form, parse_form
from hedgerow.engines.tally.layout import MISSING, Layout, Values
from hedgerow.kernel.errors import NotFound
from hedgerow.rooms.elections.models import Contest

_FORMS: Final = files("hedgerow") / "data" / "forms"
_ENDING: Final = ".toml"


@cache
def form_names() -> tuple[str, ...]:
    """List the forms that are shipped; the plain one comes first."""
    names = sorted(
        one.name.removesuffix(_ENDING) for one in _FORMS.iterdir() if one.name.endswith(_ENDING)
    )
    return tuple(sorted(names, key=lambda name: name != "plain"))


@cache
def form_named(name: str) -> Form:
    """Return a form that is shipped.

    Raises:
        NotFound: "elections.unknown".
    """
    if name not in form_names():
        raise NotFound("elections.unknown")
    return parse_form((_FORMS / f"{name}{_ENDING}").read_text("utf-8"))


def layout_of(contest: Contest) -> Layout:
    """Return the columns of a contest's sheets."""
    return Layout.of(form_named(contest.form), contest.option_keys)


def column_titles(contest: Contest, language: str) -> dict[str, str]:
    """Return what each column of a contest's sheets is called, in the sheet's order."""
    form = form_named(contest.form)
    spoken = language if language in form.title else "en"
    options = contest.option_titles(language)
    return {
        **{one.id: one.title[spoken] for one in form.lines},
        **{f"option: {key}": title for key, title in options.items()},
    }


def as_values(layout: Layout, row: Iterable[int]) -> dict[str, int]:
    """Return one row of figures as a mapping, without those that lack."""
    pairs = zip(layout.columns, row, strict=True)
    return {name: int(figure) for name, figure in pairs if figure != MISSING}


def as_rows(layout: Layout, sheets: Mapping[int, Mapping[str, int]], *, stations: int) -> Values:
    """Return sheets as an array.

    Args:
        layout: Which column holds what.
        sheets: Number of the station in the frame → values.
        stations: How many the frame has.

    Returns:
        (stations, columns) int32, MISSING where nothing is known.
    """
    rows = np.full((stations, len(layout.columns)), MISSING, np.int32)
    for station, values in sheets.items():
        rows[station] = [values.get(name, MISSING) for name in layout.columns]
    return rows


def canonical_text(*, election: str, contest: str, station: str, values: Mapping[str, int]) -> str:
    """Return the text of a sheet over which its digest is made, so that anybody can make it.

    One line each for the election's address, the contest's key and the station's name, then one
    for each figure, sorted by the names of the columns.
    """
    heads = (f"election: {election}", f"contest: {contest}", f"station: {station}")
    return "".join(
        f"{line}\n" for line in (*heads, *(f"{name} = {values[name]}" for name in sorted(values)))
    )


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, 64 hexadecimal figures."""
    return hashlib.sha256(text.encode()).hexdigest()
