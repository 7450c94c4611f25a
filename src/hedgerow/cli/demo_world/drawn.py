# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw the files of the shelf that nobody would type: pictures and results sheets.

The same files come out each time: the figures follow from the number of the station alone.
"""

import io
from collections.abc import Callable, Iterator

from PIL import Image, ImageDraw

from hedgerow.cli.demo_world.model import MINUTES_A_DAY, File, Moment, WorldError

STATIONS = 54
CANDIDATES = ("Барсукова", "Бурундуков", "Ежевикина", "против всех")
NIGHT = (28, 32, 46)
WALL = (43, 50, 70)
LIGHT = (246, 206, 110)
STEP = (92, 101, 128)
Drawing = tuple[str, bytes]


def files(kind: str, *, authors: list[str], start: Moment, where: str) -> Iterator[File]:
    """Draw one file or a series of them.

    Args:
        kind: a name in `KINDS`.
        authors: who adds them, in turn.
        start: when the first is added; the others follow each some minutes later.
        where: how a problem names the list.

    Raises:
        WorldError: nothing of that name can be drawn.
    """
    if kind not in KINDS or not authors:
        message = f"{where}: nothing to draw of the name {kind!r}, or nobody to add it"
        raise WorldError(message)
    minute = start.minute
    for number, (name, content) in enumerate(KINDS[kind]()):
        days, rest = divmod(minute, MINUTES_A_DAY)
        at = Moment(days_ago=start.days_ago - days, minute=rest)
        yield File(name=name, author=authors[number % len(authors)], at=at, content=content)
        minute += 2 + number * 5 % 7


def _results_sheets() -> Iterator[Drawing]:
    """Write what observers copied from the results sheet of each station of the town."""
    for station in range(1, STATIONS + 1):
        listed = 640 + station * 389 % 1270
        turnout = listed * (31 + station * 17 % 23) // 100
        spoiled = 3 + station * 5 % 11
        valid = turnout - spoiled
        first = valid * (36 + station * 29 % 13) // 100
        second = valid * (27 + station * 11 % 12) // 100
        third = valid * (14 + station * 7 % 5) // 100
        votes = (first, second, third, valid - first - second - third)
        rows = [
            ("строка", "число"),
            ("избирателей в списке", str(listed)),
            ("бюллетеней выдано", str(turnout + station % 3)),
            ("бюллетеней в урнах", str(turnout)),
            ("недействительных", str(spoiled)),
            *((name, str(count)) for name, count in zip(CANDIDATES, votes, strict=True)),
        ]
        text = "".join(f"{name};{number}\n" for name, number in rows)
        yield f"протокол-{station:02d}.csv", text.encode()


def _poster() -> Iterator[Drawing]:
    """Paint a stairwell at night with one lamp, as the newspaper prints it on the last page."""
    width, height, steps = 720, 480, 9
    image = Image.new("RGB", (width, height), NIGHT)
    draw = ImageDraw.Draw(image)
    draw.polygon([(250, 60), (470, 60), (640, height), (80, height)], fill=WALL)
    draw.polygon([(352, 96), (368, 96), (560, height), (160, height)], fill=(74, 76, 84))
    for step in range(steps):
        top = height - 24 - step * 34
        inset = 90 + step * 28
        draw.rectangle([inset, top, width - inset, top + 22], fill=STEP)
        draw.rectangle([inset, top, width - inset, top + 4], fill=LIGHT)
    draw.line([(360, 0), (360, 70)], fill=STEP, width=4)
    draw.ellipse([330, 64, 390, 124], fill=LIGHT)
    for window in range(4):
        left = 28 + window % 2 * 610
        top = 70 + window // 2 * 150
        lit = LIGHT if window in (0, 3) else STEP
        draw.rectangle([left, top, left + 56, top + 84], fill=lit)
        draw.line([(left + 28, top), (left + 28, top + 84)], fill=NIGHT, width=4)
    buffer = io.BytesIO()
    image.quantize(16).save(buffer, "PNG", optimize=True)
    yield "лампа-на-последнюю-полосу.png", buffer.getvalue()


def _bars() -> Iterator[Drawing]:
    """Draw how many hours couriers waited unpaid, by depot."""
    depots = (("Вокзал", 61), ("Річковий", 38), ("Північ", 74), ("Ринок", 45), ("Ґанківка", 29))
    bars = "".join(
        f'<text x="104" y="{46 + row * 36}" text-anchor="end">{name}</text>'
        f'<rect x="114" y="{28 + row * 36}" width="{hours * 4}" height="26" fill="#9a5b13"/>'
        f'<text x="{122 + hours * 4}" y="{46 + row * 36}">{hours}</text>'
        for row, (name, hours) in enumerate(depots)
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 210" role="img"'
        ' font-family="sans-serif" font-size="14">'
        f"<title>Неоплачені години очікування за тиждень</title>{bars}</svg>\n"
    )
    yield "очікування-за-тиждень.svg", svg.encode()


KINDS: dict[str, Callable[[], Iterator[Drawing]]] = {
    "results-sheets": _results_sheets,
    "poster": _poster,
    "bars": _bars,
}
