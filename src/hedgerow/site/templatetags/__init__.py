# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the site's template tags."""
