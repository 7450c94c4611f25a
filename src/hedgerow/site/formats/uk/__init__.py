# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the Ukrainian formats that differ from Django's."""
