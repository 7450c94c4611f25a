# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keep everything sealed, and give rooms spaces, records and codes without keys or rows."""
