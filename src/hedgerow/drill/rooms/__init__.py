# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant through the pages of each room; a room's register names its function here."""
