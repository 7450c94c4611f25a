# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leak on purpose: each function here makes one mistake to a running service of the drill.

Nothing of this is reached by a service that anybody uses: a leak is made only by the start
file in `onto`, which only the drill puts on a path.
"""
