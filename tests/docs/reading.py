# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find the documents of the project, and the examples in them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HIDDEN: Final = {".venv", ".git", "node_modules", "demo_world", "wordlists"}
#: A comment of its own before an example says that a test runs it, not only reads it.
RUN_MARK: Final = "<!-- run -->"
PROGRAMS: Final = ("./hedgerow", ".venv/bin/python")
INLINE: Final = re.compile(r"`(\./hedgerow [^`]+)`")


@dataclass(frozen=True, slots=True)
class Example:
    """Hold one line that a document tells people to type.

    Attributes:
        path: Of the document, from the root.
        line: Without prompt and indentation.
        is_whole: Whether it stands in a block of its own; a name in the middle of a sentence
            may leave out what a command demands.
        is_run: Whether the document says that it can be run as it stands.
    """

    path: Path
    line: str
    is_whole: bool
    is_run: bool = False

    def __str__(self) -> str:
        """Return the name of the test about it."""
        return f"{self.path}:{self.line}"


def documents() -> list[Path]:
    """List the documents of the project."""
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.md")]
    return sorted(path for path in found if not HIDDEN & set(path.parts))


def text_of(path: Path | str) -> str:
    """Read a document by its path from the root."""
    return (ROOT / path).read_text("utf-8")


def examples_of(path: Path, *, text: str) -> list[Example]:
    """Return the examples of one document in their order, each once.

    Args:
        path: Of the document, from the root.
        text: What it holds.
    """
    found: dict[Example, None] = {}
    is_marked = is_fenced = False
    for line in text.splitlines():
        bare = line.strip().removeprefix("$ ")
        is_fence = bare.startswith("```")
        is_fenced ^= is_fence
        is_block = is_fenced or line.startswith("    ")
        if is_block and bare.startswith(PROGRAMS):
            found[Example(path, bare, is_whole=True, is_run=is_marked)] = None
        elif not is_block:
            found |= {Example(path, one, is_whole=False): None for one in INLINE.findall(line)}
        if bare and not is_block and not is_fence:
            is_marked = bare == RUN_MARK
    return list(found)


def examples() -> list[Example]:
    """List the examples of all documents."""
    return [one for path in documents() for one in examples_of(path, text=text_of(path))]
