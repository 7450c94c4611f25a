# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refuse strings without a complete translation, and translations without their string.

Usage: python -m tools.check_translations

Each finding is one line. `python -m tools.make_messages` mends missing and superfluous
msgids; the rest is for a translator.
"""

import re
import sys
from collections.abc import Iterator

from babel.messages import Catalog
from babel.messages.catalog import Message

from tools.catalogues import (
    LANGUAGES,
    CatalogueError,
    Owner,
    all_owners,
    forms_of,
    keys_of,
    messages_of,
    placeholders_in,
    read_catalogue,
    singular_of,
)

FORMS = {"ru": 3, "uk": 3}
# Words of the code that no page says (docs/glossary.md).
CODE_WORDS = re.compile(
    r"\b(vaults?|rooms?|drills?|canar(y|ies)|desks?|intakes?|(un)?seal(s|ed|ing)?|stewards?)\b",
    re.IGNORECASE,
)


def findings_for(owner: Owner) -> Iterator[str]:
    """Yield what is wrong with the strings and catalogues of one owner."""
    strings = messages_of(owner)
    keys = keys_of(strings)
    if keys and not (owner.folder / "locale").is_dir():
        examples = ", ".join(repr(msgid) for _, msgid in sorted(keys, key=str)[:3])
        yield f"{owner.name}: no locale folder above the files with {examples}"
        return
    for _, msgid in sorted(keys, key=str):
        if match := CODE_WORDS.search(msgid):
            yield f"{owner.name}: {msgid!r} says {match.group(0)!r}, a word of the code"
    for language in LANGUAGES if (owner.folder / "locale").is_dir() else ():
        path = owner.path_for(language)
        catalogue = read_catalogue(path, language=language)
        for finding in catalogue_findings(catalogue, strings=strings, language=language):
            yield f"{owner.name} ({language}): {finding}"


def catalogue_findings(catalogue: Catalog, *, strings: Catalog, language: str) -> Iterator[str]:
    """Yield what is wrong with one catalogue, given the strings it must hold."""
    wanted, held = keys_of(strings), keys_of(catalogue)
    for _, msgid in sorted(wanted - held, key=str):
        yield f"missing: {msgid!r}"
    for _, msgid in sorted(held - wanted, key=str):
        yield f"no longer in the code: {msgid!r}"
    for message in catalogue:
        if message.id:
            for fault in message_faults(message, forms=FORMS[language]):
                yield f"{fault}: {singular_of(message.id)!r}"


def message_faults(message: Message, *, forms: int) -> Iterator[str]:
    """Yield the faults of one translated message.

    Args:
        message: The message with its translation.
        forms: How many plural forms the language has.
    """
    is_plural = not isinstance(message.id, str)
    translations = forms_of(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if is_plural and len(translations) != forms:
        yield f"{len(translations)} plural forms, not {forms}"
    if not all(translations):
        yield "untranslated"
        return
    # The singular of English may do without its number; the plural names all values.
    model = forms_of(message.id)[-1]
    for text in translations:
        if placeholders_in(text) != placeholders_in(model):
            yield "other placeholders in the translation"
        if (text[:1] == "\n", text[-1:] == "\n") != (model[:1] == "\n", model[-1:] == "\n"):
            yield "other line ends in the translation"


def main() -> int:
    """Print all findings; return the exit status."""
    try:
        findings = [finding for owner in all_owners() for finding in findings_for(owner)]
    except CatalogueError as error:
        print(f"check_translations: {error}", file=sys.stderr)
        return 1
    for finding in findings:
        print(finding)
    print(f"check_translations: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
