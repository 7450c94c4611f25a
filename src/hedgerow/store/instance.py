# SPDX-License-Identifier: AGPL-3.0-or-later
"""Describe one running Hedgerow: its names, languages, rooms and addresses.

The file holds nothing about a person and is read before the boot key is typed, so it
stands in clear in the instance's folder.
"""

import os
from pathlib import Path

import msgspec

from hedgerow.engines.vault.primitives import Cost
from hedgerow.kernel.errors import BadInput

FILE_NAME = "instance.json"
LANGUAGES = ("en", "ru", "uk")
ROOMS = (
    "members",
    "intake",
    "assembly",
    "elections",
    "actions",
    "solidarity",
    "surveys",
    "press",
)
NAME_LENGTH = 120


class Name(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give the instance's own name in each language."""

    en: str
    ru: str
    uk: str

    def in_language(self, code: str) -> str:
        """Return the name in a language, the English one where there is none."""
        return {"en": self.en, "ru": self.ru, "uk": self.uk}.get(code, self.en)


class Costs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how dear one guess is made; only demo and tests make it cheap.

    Args:
        phrase: For the eight words of a member.
        code: For the words of an invitation, which live for days and not for years.
        boot: For the words that open the boot key.
    """

    phrase: Cost = Cost(memory_kib=128 * 1024, passes=3)
    code: Cost = Cost(memory_kib=16 * 1024, passes=1)
    boot: Cost = Cost(memory_kib=256 * 1024, passes=4)


class Instance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Describe an instance as its file does.

    Args:
        name: The movement's own name in each language.
        languages: Codes offered on the pages; the first is the one spoken by default.
        rooms: What the instance is for; a room that is not listed has no address.
        addresses: Where people reach it, scheme and host, the one printed on cards first.
        demo: Whether everything in it is made up and drawn from a known seed.
        costs: How dear a guess is.
    """

    name: Name = msgspec.field(
        default_factory=lambda: Name(en="Hedgerow", ru="Hedgerow", uk="Hedgerow")
    )
    languages: tuple[str, ...] = LANGUAGES
    rooms: tuple[str, ...] = ("members", "intake", "elections")
    addresses: tuple[str, ...] = ("http://127.0.0.1:8000",)
    demo: bool = False
    costs: Costs = msgspec.field(default_factory=Costs)


def checked(instance: Instance) -> Instance:
    """Return the instance as it is, once its values have been looked at.

    Raises:
        BadInput: "instance.name", "instance.languages", "instance.rooms" or
            "instance.addresses", when that field cannot be used.
    """
    names = (instance.name.en, instance.name.ru, instance.name.uk)
    if not all(name.strip() and len(name) <= NAME_LENGTH for name in names):
        raise BadInput("instance.name")
    if not instance.languages or not set(instance.languages) <= set(LANGUAGES):
        raise BadInput("instance.languages")
    if not instance.rooms or not set(instance.rooms) <= set(ROOMS):
        raise BadInput("instance.rooms")
    if not instance.addresses or not all(_is_address(one) for one in instance.addresses):
        raise BadInput("instance.addresses")
    return instance


def _is_address(address: str) -> bool:
    scheme, separator, host = address.partition("://")
    return bool(scheme in {"http", "https"} and separator and host and "/" not in host)


def load(home: Path) -> Instance | None:
    """Return the instance described in a folder, or None where none was made yet.

    Raises:
        BadInput: "instance.unreadable" when the file does not parse, else as `checked`.
    """
    try:
        text = (home / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    try:
        return checked(msgspec.json.decode(text, type=Instance))
    except msgspec.DecodeError as error:
        raise BadInput("instance.unreadable") from error


def save(home: Path, *, instance: Instance) -> None:
    """Write the instance's file whole or not at all, readable by its owner only.

    Raises:
        BadInput: As `checked`.
    """
    text = msgspec.json.format(msgspec.json.encode(checked(instance)), indent=2)
    fresh = home / f"{FILE_NAME}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / FILE_NAME)
