# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the checks and chores of a developer; nothing here runs on an instance."""
