# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare what each column of the sealed side gives away, and why it may."""

COLUMNS = (
    ("small", "id", "random", "A keyed hash under the night key, new every night."),
    ("small", "box", "sealed", "One size for all; opened by the night key, then another."),
    ("large", "id", "random", "A keyed hash under the night key, new every night."),
    ("large", "box", "sealed", "One size for all; opened by the night key, then another."),
    ("body", "id", "random", "A keyed hash under the key of its record."),
    ("body", "until", "coarse date", "The week after which it is swept, as a running number."),
    ("body", "box", "sealed", "Its size is rounded, so that few sizes occur."),
    ("night", "seq", "count", "How often the ring was changed."),
    ("django_migrations", "id", "count", "Counts the steps by which the tables were made."),
    ("django_migrations", "app", "public", "Names a part of the program."),
    ("django_migrations", "name", "public", "Names a step of a part of the program."),
    ("django_migrations", "applied", "coarse date", "Set to the day of the release."),
    ("sqlite_sequence", "name", "public", "Names a table that counts its rows: public ones."),
    ("sqlite_sequence", "seq", "count", "The greatest number that table ever gave."),
)
