# SPDX-License-Identifier: AGPL-3.0-or-later
"""Measure what was promised: one module for each benchmark.

A module offers `run()`, which yields `harness.Figure`s; `./hedgerow bench` prints them.
"""
