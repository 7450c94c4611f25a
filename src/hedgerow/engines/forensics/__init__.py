# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure how far polling-station results depart from stated models.

Nothing here shows fraud. Each method names its model, which stations it took and dropped,
the size of the departure with its uncertainty, and the innocent explanations. Every module
is pure: tables, seeds and executors come in as arguments, findings go out.
"""
