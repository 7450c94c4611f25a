# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the views of the room, the stranger's side and the group's."""
