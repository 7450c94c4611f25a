# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold what every layer needs: errors, ids, canonical bytes, clock, randomness."""
