# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw an election as SVG by hand, with the numbers of each picture for a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from hedgerow.engines.forensics.klimek import fingerprint
from hedgerow.engines.forensics.shpilkin import binned, reconstruct
from hedgerow.engines.forensics.stations import Floats, Ints, Stations
from hedgerow.engines.forensics.words import ENGLISH, Words

WIDTH: Final = 640
HEIGHT: Final = 300
LEFT: Final = 64
BOTTOM: Final = 36
TOP: Final = 12
RIGHT: Final = 12
_CELLS: Final = 50
_TENTHS: Final = 1000
_SHADES: Final = 12
_JITTER_SEED: Final = 42


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Hold a picture and the table that says the same.

    Args:
        title: What is shown.
        svg: The picture, with a title for those who hear it.
        heads: Names of the table's columns.
        rows: Its numbers.
    """

    title: str
    svg: str
    heads: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]


def pictures_of(
    stations: Stations, option: str, *, clean_bin: int | None, words: Words = ENGLISH
) -> list[Picture]:
    """Draw what the findings are about, or nothing for a table without ballots.

    Args:
        stations: One election.
        option: Whose votes are shown.
        clean_bin: That of Shpilkin's method, where it is chosen by hand.
        words: Of the reader's language.
    """
    paper = stations.where(~stations.is_remote & (stations.found > 0) & (stations.registered > 0))
    bins = binned(stations, option)
    if len(paper) == 0 or len(bins.places) == 0:
        return []
    result = reconstruct(bins, at=clean_bin)
    return [
        votes_by_turnout(
            bins.sums(bins.leader), bins.sums(bins.others), result.clean_bin, words=words
        ),
        heat(fingerprint(paper, option), words=words),
        percentages(paper.issued, paper.registered, "turnout", words=words),
        percentages(paper.votes(option), paper.found, f"share of {option}", words=words),
    ]


def votes_by_turnout(
    leader: Floats, others: Floats, clean_bin: int, *, words: Words = ENGLISH
) -> Picture:
    """Draw votes by turnout: leader, all others, and the others times the clean ratio."""
    ratio = leader[clean_bin] / others[clean_bin] if others[clean_bin] else 0.0
    series = {"option": leader, "all others": others, "others times ratio": others * ratio}
    top = max(float(one.max()) for one in series.values()) or 1.0
    x = np.linspace(0.5, len(leader) - 0.5, len(leader))
    lines = [
        _line(x, one, top=top, kind=kind)
        for one, kind in zip(series.values(), ("main", "other", "model"), strict=True)
    ]
    title = words.say(
        "Votes by turnout: the option (green), all others (brown), and all others times the ratio"
        " at the clean bin (dashed)"
    )
    rows = tuple(
        (float(place), *(round(float(one[place]), 1) for one in series.values()))
        for place in range(len(leader))
    )
    return Picture(
        title=title,
        svg=_svg(title, [*_axes(top, "turnout, %", words), *lines]),
        heads=tuple(map(words.say, ("turnout above, %", *series))),
        rows=rows,
    )


def heat(counts: Floats, *, words: Words = ENGLISH) -> Picture:
    """Draw the fingerprint: how many stations have which turnout and share."""
    size = counts.shape[0] // _CELLS
    cells = counts.reshape(_CELLS, size, _CELLS, size).sum(axis=(1, 3))
    shade = np.ceil(np.log1p(cells) / np.log1p(cells.max()) * _SHADES).astype(int)
    wide, high = (WIDTH - LEFT - RIGHT) / _CELLS, (HEIGHT - TOP - BOTTOM) / _CELLS
    found = [
        f'<rect x="{LEFT + turnout * wide:.1f}" y="{HEIGHT - BOTTOM - (share + 1) * high:.1f}"'
        f' width="{wide:.1f}" height="{high:.1f}" opacity="{shade[turnout, share] / _SHADES:.2f}"/>'
        for turnout, share in np.argwhere(shade > 0)
    ]
    title = words.say("Stations by turnout (across) and share (upwards), darker for more")
    tens = cells.reshape(10, 5, 10, 5).sum(axis=(1, 3))
    rows = tuple((float(10 * place), *map(float, row)) for place, row in enumerate(tens))
    return Picture(
        title=title,
        svg=_svg(
            title, [*_axes(100.0, "turnout, %", words), f'<g class="heat">{"".join(found)}</g>']
        ),
        heads=(
            words.say("turnout above, %"),
            *(words.say(f"share {10 * one} %") for one in range(10)),
        ),
        rows=rows,
    )


def percentages(counts: Ints, of: Ints, name: str, *, words: Words = ENGLISH) -> Picture:
    """Draw how many stations report each tenth of a percent.

    Half a count of even noise, with a fixed seed, keeps simple fractions from making spikes of
    their own.
    """
    noise = np.random.default_rng(_JITTER_SEED).uniform(-0.5, 0.5, len(counts))
    places = np.clip(np.rint(1000 * (counts + noise) / of), 0, _TENTHS).astype(np.int64)
    numbers = np.bincount(places, minlength=_TENTHS + 1).astype(np.float64)
    title = words.say(f"Stations by {name}, tenths of a percent")
    top = float(numbers[10:-10].max()) or 1.0
    whole = np.arange(1, 100) * 10
    beside = (numbers[whole - 2] + numbers[whole - 1] + numbers[whole + 1] + numbers[whole + 2]) / 4
    line = _line(np.arange(_TENTHS + 1) / 10, np.minimum(numbers, top), top=top, kind="main")
    return Picture(
        title=title,
        svg=_svg(title, [*_axes(top, f"{name}, %", words), line]),
        heads=tuple(map(words.say, ("whole percent", "stations", "mean of four neighbours"))),
        rows=tuple(
            (float(place), float(numbers[10 * place]), float(beside[place - 1]))
            for place in range(1, 100)
        ),
    )


def _svg(title: str, parts: Sequence[str]) -> str:
    """Frame a picture."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _axes(top: float, label: str, words: Words) -> list[str]:
    """Draw both axes with their marks."""
    floor, wide = HEIGHT - BOTTOM, WIDTH - LEFT - RIGHT
    marks = [
        f'<text x="{LEFT + wide * one / 100:.1f}" y="{floor + 16}" text-anchor="middle">{one}'
        "</text>"
        for one in range(0, 101, 20)
    ]
    marks += [
        f'<text x="{LEFT - 6}" y="{floor - (floor - TOP) * part + 4:.1f}" text-anchor="end">'
        f"{words.number(f'{top * part:,.0f}')}</text>"
        for part in (0, 0.5, 1)
    ]
    frame = f'<path class="axis" d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}"/>'
    middle, said = LEFT + wide / 2, escape(words.say(label))
    name = f'<text x="{middle:.1f}" y="{HEIGHT - 4}" text-anchor="middle">{said}</text>'
    return [frame, *marks, name]


def _line(x: Floats, y: Floats, *, top: float, kind: str) -> str:
    """Draw a line; x runs from 0 to 100."""
    across = LEFT + (WIDTH - LEFT - RIGHT) * x / 100
    up = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * np.minimum(y, top) / top
    points = " ".join(f"{one:.1f},{other:.1f}" for one, other in zip(across, up, strict=True))
    return f'<polyline class="{kind}" points="{points}"/>'
