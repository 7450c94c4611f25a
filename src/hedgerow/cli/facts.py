# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what can be seen of a machine without any words, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Level = Literal["good", "look", "wrong"]
"""Whether all is well, somebody should look, or the promise does not hold."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Say one thing of a machine.

    Attributes:
        check: What it is about.
        level: See `Level`.
        text: What was found.
        remedy: What helps; nothing where all is well.
    """

    check: str
    level: Level
    text: str
    remedy: str = ""

    def line(self) -> str:
        """Return it as one line."""
        sentence = f"{self.level.upper():5}  {self.check}: {self.text}"
        return f"{sentence} {self.remedy}" if self.remedy else sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what came back over the address by which people reach the instance.

    Attributes:
        url: What was asked for.
        status: 0 when nobody answered.
        headers: Their names in lower case.
    """

    url: str
    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hold everything that was seen of a machine and of the instance on it.

    Attributes:
        swaps: Swap areas that lie on a disk in clear.
        is_service_locked: Whether the running service locks its memory; None where none runs.
        may_lock: Whether a service of this user may lock its memory.
        can_hibernate: Whether the machine may write all of its memory to the disk.
        core_limit: Most bytes of a core dump of this user's processes; -1 for no limit.
        core_pattern: Where the kernel puts core dumps.
        open_paths: Paths of the instance that others than its owner may read.
        foreign_paths: Paths of the instance that belong to somebody else.
        file_system: Kind of the file system that holds the data.
        is_flash: Whether it lies on flash, where that is known.
        is_runtime_in_memory: Whether visits and locks lie in memory.
        now: Seconds since 1970.
        is_clock_kept: Whether somebody sets the clock right, where that is known.
        newest: The latest time at which a file of the data was changed.
        ring_changed: When the ring was changed.
        is_date_believed: What an open service says of today's date, else None.
        twins: Rows that the last night found under both its keys.
        debug: Whether pages of errors would show values.
        accepted: Variables by which somebody accepted less than usual.
        is_demo: Whether the instance is made up.
        is_cheap: Whether its words are cheap to guess.
        free: Free bytes on the file system of the data.
        total: All bytes there.
        database: Bytes of the database.
        backups: Folder of back-ups, or nothing.
        backup_ages: Seconds since each back-up there was made.
        is_untidy: Whether a restore was broken off.
        has_database: Whether the database answers.
        lacking: Steps by which the tables differ from this version's.
        server: What is wrong with the settings of a database server.
        answer: What came back over the instance's own address, if it was asked.
    """

    swaps: tuple[str, ...] = ()
    is_service_locked: bool | None = None
    may_lock: bool = True
    can_hibernate: bool = False
    core_limit: int = 0
    core_pattern: str = "core"
    open_paths: tuple[str, ...] = ()
    foreign_paths: tuple[str, ...] = ()
    file_system: str = "ext4"
    is_flash: bool | None = False
    is_runtime_in_memory: bool = True
    now: float = 0.0
    is_clock_kept: bool | None = True
    newest: float = 0.0
    ring_changed: float = 0.0
    is_date_believed: bool | None = None
    twins: int = 0
    debug: bool = False
    accepted: tuple[str, ...] = ()
    is_demo: bool = False
    is_cheap: bool = False
    free: int = 1
    total: int = 1
    database: int = 0
    backups: str = ""
    backup_ages: tuple[float, ...] = field(default=())
    is_untidy: bool = False
    has_database: bool = True
    lacking: tuple[str, ...] = ()
    server: str = ""
    answer: Answer | None = None
