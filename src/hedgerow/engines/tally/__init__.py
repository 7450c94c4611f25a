# SPDX-License-Identifier: AGPL-3.0-or-later
"""Count results sheets beside the authorities, and say what the count can and cannot bear.

Sheets are described by forms, which are data. What observers report becomes one checked
protocol a station; what protocols add up to is always shown with its coverage. Every module is
pure: tables, minutes, seeds and generators come in as arguments.
"""
