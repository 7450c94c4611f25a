# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold one module for each group of commands."""
