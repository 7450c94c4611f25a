# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bring all catalogues up to date with the strings in the code; keep what is translated.

Usage: python -m tools.make_messages          then translate what is empty
"""

import sys

from tools.catalogues import (
    LANGUAGES,
    CatalogueError,
    Owner,
    all_owners,
    forms_of,
    messages_of,
    read_catalogue,
    write_catalogue,
)


def update_owner(owner: Owner) -> int:
    """Rewrite an owner's catalogues and return how many strings wait for a translation."""
    strings = messages_of(owner)
    waiting = 0
    for language in LANGUAGES:
        path = owner.path_for(language)
        catalogue = read_catalogue(path, language=language)
        catalogue.update(strings, no_fuzzy_matching=True)
        write_catalogue(path, catalogue=catalogue, language=language)
        waiting += sum(1 for one in catalogue if one.id and not all(forms_of(one.string)))
    return waiting


def main() -> int:
    """Update all catalogues; return the exit status."""
    try:
        for owner in all_owners():
            if (owner.folder / "locale").is_dir():
                print(f"{owner.name}: {update_owner(owner)} strings wait for a translation")
    except CatalogueError as error:
        print(f"make_messages: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
