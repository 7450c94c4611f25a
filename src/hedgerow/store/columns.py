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
)
