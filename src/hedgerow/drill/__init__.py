# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plant canaries, kill processes and search a disk, knowing the site from outside."""
