# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the site's own addresses, pages and columns."""

from hedgerow.rooms.registration import ColumnRow, PageRow, PermissionRow, Register

MIGRATIONS = "django_migrations"
UPGRADE = "Says which version was installed and when, nothing about a person."

REGISTER = Register(
    permissions=(
        PermissionRow(url_name="site:front", otherwise=200),
        PermissionRow(url_name="site:about", otherwise=200),
        PermissionRow(url_name="site:limits", otherwise=200),
        PermissionRow(
            url_name="site:language", methods=("GET", "POST"), otherwise=200, post_otherwise=303
        ),
        PermissionRow(url_name="site:exit", methods=("POST",), post_otherwise=303),
        PermissionRow(url_name="site:away", otherwise=303),
        # The page of parts exists in the demo and in tests only.
        PermissionRow(url_name="site:parts", otherwise=404),
        PermissionRow(url_name="site:robots", otherwise=200),
    ),
    columns=tuple(
        ColumnRow(table=MIGRATIONS, column=column, kind="public", reason=UPGRADE)
        for column in ("id", "app", "name", "applied")
    ),
    pages=(
        PageRow(url_name="site:front"),
        PageRow(url_name="site:about"),
        PageRow(url_name="site:limits"),
        PageRow(url_name="site:language"),
        PageRow(url_name="site:parts"),
    ),
)
