# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write Ukrainian days without a leading zero, as people do."""

DATE_FORMAT = "j E Y р."
DATETIME_FORMAT = "j E Y р., H:i"
MONTH_DAY_FORMAT = "j F"
