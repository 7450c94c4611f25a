# SPDX-License-Identifier: AGPL-3.0-or-later
"""Read the marks that the texts of the movement use, and fill in their dates.

A file of text opens with TOML between two lines `+++`. Below it
- a page weaves its versions: a line `@2 …` stands in version 2 only, `@1-2 …` in versions 1 to 2,
  `@2+ …` from version 2 on, a line without mark in all of them;
- a thread has a line `--- person days hh:mm` above each post;
- `[[day 24]]` anywhere is the date 24 days before today, `[[day -5]]` five days ahead.
"""

import datetime as dt
import re
import tomllib

from hedgerow.cli.demo_world.model import Moment, Post, Version, WorldError

FENCE = "+++\n"
STAMP = re.compile(r"([a-z]+) (\d+) ([01]\d|2[0-3]):([0-5]\d)")
POST = re.compile(r"^--- (.*)$", re.MULTILINE)
WOVEN = re.compile(r"@(\d+)(?:-(\d+)|(\+))?(?: (.*))?")
# A paragraph that a version lacks leaves its blank line behind.
SPARE_LINES = re.compile(r"\n{3,}")
DAY = re.compile(r"\[\[day (-?\d+)\]\]")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
}


def front_matter(text: str, *, where: str) -> tuple[dict[str, object], str]:
    """Split a file into its TOML table and the text below.

    Args:
        text: the whole file.
        where: how a problem names the file.

    Raises:
        WorldError: the fences are missing or the table is not TOML.
    """
    head, fence, body = text.removeprefix(FENCE).partition("\n" + FENCE)
    if not text.startswith(FENCE) or not fence:
        message = f"{where}: begin with a table between two lines +++"
        raise WorldError(message)
    try:
        return tomllib.loads(head), body.strip("\n")
    except tomllib.TOMLDecodeError as error:
        message = f"{where}: the table between +++ is not TOML: {error}"
        raise WorldError(message) from error


def stamp(text: str, *, where: str) -> tuple[str, Moment]:
    """Read "person days hh:mm".

    Raises:
        WorldError: the text has another form.
    """
    match = STAMP.fullmatch(text)
    if match is None:
        message = f'{where}: write "person days hh:mm", not {text!r}'
        raise WorldError(message)
    person, days, hour, minute = match.groups()
    return person, Moment(days_ago=int(days), minute=int(hour) * 60 + int(minute))


def unweave(body: str, *, stamps: list[str], where: str) -> tuple[Version, ...]:
    """Make the versions of a page out of its woven text.

    Args:
        body: the text with its marks.
        stamps: who wrote each version and when, oldest first.
        where: how a problem names the file.

    Raises:
        WorldError: a mark names a version that is not there, or a stamp is unreadable.
    """
    texts: list[list[str]] = [[] for _ in stamps]
    for line in body.split("\n"):
        match = WOVEN.fullmatch(line)
        first, last, on, kept = match.groups() if match else ("1", None, "+", line)
        stop = len(stamps) if on else int(last or first)
        if not 1 <= int(first) <= stop <= len(stamps):
            message = f"{where}: no such version: {line!r}"
            raise WorldError(message)
        for text in texts[int(first) - 1 : stop]:
            text.append(kept or "")
    made = []
    for each, text in zip(stamps, texts, strict=True):
        author, at = stamp(each, where=where)
        whole = SPARE_LINES.sub("\n\n", "\n".join(text)).strip("\n") + "\n"
        made.append(Version(author=author, at=at, text=whole))
    return tuple(made)


def posts(body: str, *, where: str) -> tuple[Post, ...]:
    """Cut the text of a thread into its posts.

    Raises:
        WorldError: something stands before the first line `---`, or a stamp is unreadable.
    """
    before, *parts = POST.split(body)
    if before.strip():
        message = f"{where}: a thread begins with a line --- person days hh:mm"
        raise WorldError(message)
    made = []
    for head, text in zip(parts[::2], parts[1::2], strict=True):
        author, at = stamp(head, where=where)
        made.append(Post(author=author, at=at, text=text.strip("\n") + "\n"))
    return tuple(made)


def fill_days(text: str, *, today: dt.date, lang: str) -> str:
    """Write the dates that a text names by their distance from today.

    Args:
        text: with marks such as `[[day 24]]`.
        today: the day to count from.
        lang: "en", "ru" or "uk".

    Returns:
        The text with "9 March", "9 марта" or "9 березня" in place of each mark.
    """
    months = MONTHS[lang].split()

    def written(match: re.Match[str]) -> str:
        day = today - dt.timedelta(days=int(match[1]))
        return f"{day.day} {months[day.month - 1]}"

    return DAY.sub(written, text)
