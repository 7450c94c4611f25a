# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the rooms: what people see, each a thin layer over the engines and the store."""
