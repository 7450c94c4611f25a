# SPDX-License-Identifier: AGPL-3.0-or-later
"""Be the room where strangers write to a group without an account, and come back for the answer."""
