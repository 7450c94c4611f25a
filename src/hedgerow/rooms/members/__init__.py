# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the room where people join, keep their groups, and write and talk in them."""
