# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the views of the room, those of a group and those that everybody sees."""
