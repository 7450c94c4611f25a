# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep the migrations of the sealed tables."""
