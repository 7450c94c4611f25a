# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the made-up movement of the demo: texts in this folder, and what reads them.

Everything here is invented: people, towns, the election, the figures. The folder is meant to be
edited by hand; `README.md` beside this file says how.
"""

from hedgerow.cli.demo_world.loader import load_world
from hedgerow.cli.demo_world.model import (
    File,
    Invitation,
    Member,
    Moment,
    Page,
    Person,
    Post,
    Space,
    Thread,
    Version,
    World,
    WorldError,
)

__all__ = [
    "File",
    "Invitation",
    "Member",
    "Moment",
    "Page",
    "Person",
    "Post",
    "Space",
    "Thread",
    "Version",
    "World",
    "WorldError",
    "load_world",
]
