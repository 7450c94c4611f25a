# SPDX-License-Identifier: AGPL-3.0-or-later
"""Correct Django's formats of dates where they would be read wrongly."""
