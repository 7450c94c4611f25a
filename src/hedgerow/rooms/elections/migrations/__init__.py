# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the changes of the room's public tables."""
