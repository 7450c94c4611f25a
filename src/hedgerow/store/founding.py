# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make an instance: its folder, database, ring, boot key and the first keeper's invitation."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection

from hedgerow.engines.vault.boot import HOLDERS, wrap_for_one, wrap_for_three
from hedgerow.engines.vault.codes import (
    FOUNDER_ROW,
    Label,
    code_of,
    encode_invitation,
    root_of,
    salt_of,
)
from hedgerow.engines.vault.primitives import KEY_BYTES, Cost
from hedgerow.engines.vault.ring import new_ring
from hedgerow.engines.vault.words import (
    BOOT_PHRASE_WORDS,
    BOOT_SHARE_WORDS,
    CODE_WORDS,
    Numbers,
    draw_numbers,
)
from hedgerow.kernel.clock import Clock, day_of, minute_now, week_of
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.randomness import Randomness
from hedgerow.store import machine as machines
from hedgerow.store import pausing
from hedgerow.store.bootkey import write_wrap
from hedgerow.store.instance import Instance, save
from hedgerow.store.night import BORN_KEPT
from hedgerow.store.ringfile import RingFile
from hedgerow.store.upgrading import make_tables
from hedgerow.store.writing import Transaction, in_writing

FOUNDER_WEEKS: Final = 4


@dataclass(frozen=True, slots=True)
class NewBootKey:
    """Hold a boot key that was just drawn.

    Attributes:
        key: Opens ring and back-ups.
        words: The boot phrase, or the three shares.
        wrap: The key under the words.
    """

    key: bytes
    words: tuple[Numbers, ...]
    wrap: bytes


@dataclass(frozen=True, slots=True)
class Founding:
    """Hold what is shown once when an instance was made.

    Attributes:
        boot: The boot phrase, or the three shares.
        founder: The numbers of the first keeper's invitation.
        boot_key: Opens the ring; kept nowhere.
    """

    boot: tuple[Numbers, ...]
    founder: Numbers
    boot_key: bytes


def demand_empty(home: Path) -> None:
    """Refuse a folder in which there is an instance.

    Raises:
        Refused: "instance.exists".
    """
    if (home / machines.DATA).is_symlink() or (home / machines.DATA).exists():
        raise Refused("instance.exists", folder=str(home))


def found(
    home: Path, instance: Instance, *, holders: int, clock: Clock, random: Randomness
) -> Founding:
    """Make an instance and open it in this process.

    Args:
        home: Where it is to lie; Django's settings must name it already.
        instance: Its description.
        holders: 1 for a boot phrase, 3 for shares of which two open.
        clock: Tells the day.
        random: Draws all keys.

    Raises:
        Refused: "instance.exists"; "instance.database_used".
    """
    demand_empty(home)
    demand_unused_database()
    data = home / f"{machines.DATA}-1"
    data.mkdir(mode=0o700, parents=True)
    (home / machines.DATA).symlink_to(data.name)
    boot = draw_boot_key(holders=holders, cost=instance.costs.boot, random=random)
    write_wrap(data, boot.wrap)
    _make_database()
    ring = new_ring(day_of(minute_now(clock)), random=random)
    RingFile(data, boot_key=boot.key, random=random).create(ring)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO night VALUES (%s)", [ring.seq])
    save(home, instance=instance)
    present = machines.open_with(home, boot.key, clock=clock, random=random)
    present.ephemeral.set_note(BORN_KEPT, 1)
    pausing.begin_list()
    return Founding(boot.words, issue_founder_code(), boot.key)


def demand_unused_database() -> None:
    """Refuse a database on a server that another instance has: its ring is elsewhere.

    Raises:
        Refused: "instance.database_used".
    """
    if connection.vendor == "sqlite" or "night" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM night")
        if cursor.fetchone() is not None:
            raise Refused("instance.database_used")


def draw_boot_key(*, holders: int, cost: Cost, random: Randomness) -> NewBootKey:
    """Draw a boot key and the words that open it.

    Args:
        holders: 1 for a boot phrase, 3 for shares of which two open.
        cost: Of guessing the words once.
        random: Where all of it comes from.
    """
    key = random(KEY_BYTES)
    if holders == 1:
        phrase = draw_numbers(BOOT_PHRASE_WORDS, random=random)
        return NewBootKey(key, (phrase,), wrap_for_one(key, phrase, cost=cost, random=random))
    shares = tuple(draw_numbers(BOOT_SHARE_WORDS, random=random) for _ in range(HOLDERS))
    return NewBootKey(key, shares, wrap_for_three(key, shares, cost=cost, random=random))


def _make_database() -> None:
    """Make the database, which only its owner may read, and its tables.

    SQLite gives its log the rights of the database, whatever the umask.
    """
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    make_tables()


def issue_founder_code() -> Numbers:
    """Write the row of the first keeper's invitation and return its numbers."""
    present = machines.machine()
    numbers = draw_numbers(CODE_WORDS, random=present.random)
    root = root_of(
        numbers,
        label=Label.INVITE,
        salt=salt_of(present.ring.hold),
        cost=present.costs.code,
    )
    code = code_of(root, label=Label.INVITE)
    week = week_of(day_of(minute_now(present.clock))) + FOUNDER_WEEKS

    def act(tx: Transaction) -> None:
        content = encode_invitation(FOUNDER_ROW)
        tx.put_small(code.row_tag, content, key=code.row_key, until_week=week)

    in_writing(act)
    return numbers
