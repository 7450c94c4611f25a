# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the bytes and rules of the vault, as docs/spec-vault.md states them.

Every module here is pure: keys, randomness, days and bytes come in as arguments, and
what goes out is bytes or frozen dataclasses. `primitives` is the only module that
calls libsodium, but for the secretstream of `files`.
"""
