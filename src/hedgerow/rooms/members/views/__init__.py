# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answer the requests of the room, one module per part of it."""
