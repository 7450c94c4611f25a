# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draw the secret that Django insists on, anew in every process and kept in memory only.

Nothing that one process signs is ever read by another or after a restart: the CSRF
token is a random cookie that needs no signature, sessions belong to the store, and
flash messages, signed cookies and password links are not installed. So a key on the disk or
in the environment would only be one more thing to seize.
"""

import secrets

BYTES = 50


def drawn_key() -> str:
    """Return fresh randomness for SECRET_KEY."""
    return secrets.token_urlsafe(BYTES)
