# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the pure libraries: no web, no database, no clock."""
