# SPDX-License-Identifier: AGPL-3.0-or-later
"""Work together under pressure: a seized disk betrays no one."""

__version__ = "0.1.0"
