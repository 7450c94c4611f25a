# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put the rooms together into one web site: settings, addresses, layout, look, guards."""
