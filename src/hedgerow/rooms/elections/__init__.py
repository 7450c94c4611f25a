# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the room where an election is set up, watched and shown with what was seen of it."""
