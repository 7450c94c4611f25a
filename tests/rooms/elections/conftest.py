# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give the tests of the room what those of members have: an open instance and a group."""

from tests.rooms.members.conftest import group, vault

__all__ = ["group", "vault"]
