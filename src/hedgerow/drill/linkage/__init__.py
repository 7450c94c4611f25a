# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure whether images of the disk betray which account belongs to which space."""

from hedgerow.drill.linkage.report import LinkageReport
from hedgerow.drill.linkage.run import run

__all__ = ["LinkageReport", "run"]
