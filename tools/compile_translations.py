# SPDX-License-Identifier: AGPL-3.0-or-later
"""Compile every translation catalogue below a folder, without the gettext tools.

Usage: python tools/compile_translations.py src
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_catalogue(source: Path) -> Path:
    """Write the .mo file beside a .po file, in one step, and return its path.

    A reader never sees half a catalogue: the bytes go to a neighbour that takes the name
    at the end.
    """
    target = source.with_suffix(".mo")
    locale = source.parent.parent.name
    with source.open("rb") as file:
        catalogue = read_po(file, locale=locale, domain=source.stem, abort_invalid=True)
    unfinished = target.with_suffix(".mo.part")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    unfinished.replace(target)
    return target


def remove_orphans(folder: Path) -> None:
    """Remove compiled catalogues whose source is gone, or Django would still speak them."""
    for compiled in folder.rglob("LC_MESSAGES/*.mo"):
        if not compiled.with_suffix(".po").exists():
            compiled.unlink()


def main(arguments: list[str]) -> int:
    """Compile all catalogues below the folder named first; return the exit status."""
    folder = Path(arguments[0] if arguments else "src")
    for source in sorted(folder.rglob("LC_MESSAGES/*.po")):
        try:
            compile_catalogue(source)
        except (PoFileError, UnicodeDecodeError, ValueError) as error:
            print(f"{source}: {error}", file=sys.stderr)
            return 1
    remove_orphans(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
