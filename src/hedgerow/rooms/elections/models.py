# SPDX-License-Identifier: AGPL-3.0-or-later
"""Declare the public tables of the room: an election as everybody may see it.

No row names a group or a person who watches; which group runs an election is sealed.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.core.validators import MaxValueValidator
from django.db import models

ADDRESS_LENGTH: Final = 40
NAME_LENGTH: Final = 160
TITLE_LENGTH: Final = 200
DIGEST_LENGTH: Final = 64
CURRENCY_LENGTH: Final = 3
KIND_LENGTH: Final = 10
#: So many days after the election observers' devices are known.
DAYS_AFTER: Final = 2
MINUTES_OF_A_DAY: Final = 24 * 60
#: Names of the standing rules that may release a sheet; each asks for one more thing.
HARD, TWO, SECOND = "hard", "two", "second"
RULES: Final = (HARD, TWO, SECOND)
#: Who released a sheet.
BY_RULE, BY_HAND = "rule", "hand"


def said_in(texts: Mapping[str, Any], language: str) -> Any:
    """Return what stands there in a language, or in the first one there is."""
    return texts[language] if language in texts else next(iter(texts.values()))


class Election(models.Model):
    """Hold an election.

    The column `letter_box` is the address of a letter-box for people who want to observe, or
    nothing; `texts` holds a mapping from language to `title` and `about`; `hours` those hours
    of the day at which turnout is asked for; `rules` names of standing rules, all of which a
    sheet must fulfil to be released, or none where it is released by hand alone;
    `photographs_back` counts photographs that everybody saw and that were taken back.
    """

    address = models.CharField(primary_key=True, max_length=ADDRESS_LENGTH)
    day = models.DateField()
    opens_minute = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(MINUTES_OF_A_DAY)]
    )
    closes_minute = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(MINUTES_OF_A_DAY)]
    )
    utc_offset_minutes = models.SmallIntegerField()
    hours = models.JSONField()
    texts = models.JSONField()
    is_shown = models.BooleanField(default=False)
    is_taking = models.BooleanField(default=False)
    rules = models.JSONField(default=list)
    letter_box = models.SlugField(max_length=ADDRESS_LENGTH, blank=True, default="", db_index=False)
    photographs_back = models.PositiveIntegerField(default=0)

    class Meta:
        """Name the table."""

        db_table = "election"

    def __str__(self) -> str:
        """Return the address."""
        return str(self.address)

    @property
    def last_day(self) -> date:
        """Return the last day on which observers' devices are known."""
        day: date = self.day
        return day + timedelta(days=DAYS_AFTER)

    def title_in(self, language: str) -> str:
        """Return its title in a language, or in the first one there is."""
        return str(said_in(self.texts, language)["title"])

    def about_in(self, language: str) -> str:
        """Return what is said about it, Markdown."""
        return str(said_in(self.texts, language)["about"])


class District(models.Model):
    """Hold a district of an election."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE)
    key = models.SlugField(max_length=ADDRESS_LENGTH, db_index=False)
    title = models.CharField(max_length=TITLE_LENGTH)
    region = models.CharField(max_length=NAME_LENGTH, blank=True)

    class Meta:
        """Name the table."""

        db_table = "election_district"
        constraints = (
            models.UniqueConstraint(fields=["election", "key"], name="district_key_once"),
        )

    def __str__(self) -> str:
        """Return the title."""
        return str(self.title)


class Contest(models.Model):
    """Hold a contest: one ballot paper, everywhere or in one district.

    The column `titles` maps languages to titles; `form` names a form that is shipped with the
    engine; `options` lists mappings with `key` and `titles`, in the order of the ballot.
    """

    election = models.ForeignKey(Election, on_delete=models.CASCADE)
    key = models.SlugField(max_length=ADDRESS_LENGTH, db_index=False)
    titles = models.JSONField()
    form = models.CharField(max_length=ADDRESS_LENGTH)
    options = models.JSONField()
    district = models.ForeignKey(District, on_delete=models.SET_NULL, null=True)

    class Meta:
        """Name the table."""

        db_table = "election_contest"
        constraints = (
            models.UniqueConstraint(fields=["election", "key"], name="contest_key_once"),
        )

    def __str__(self) -> str:
        """Return the key."""
        return str(self.key)

    @property
    def option_keys(self) -> tuple[str, ...]:
        """Return the keys of the options, in the order of the ballot."""
        return tuple(str(one["key"]) for one in self.options)

    def title_in(self, language: str) -> str:
        """Return its title in a language, or in the first one there is."""
        return str(said_in(self.titles, language))

    def option_titles(self, language: str) -> dict[str, str]:
        """Return the options' titles by their keys, in the order of the ballot."""
        return {str(one["key"]): str(said_in(one["titles"], language)) for one in self.options}


class Station(models.Model):
    """Hold a polling station, or the pseudo-station in which remote votes are counted."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE)
    name = models.CharField(max_length=NAME_LENGTH)
    region = models.CharField(max_length=NAME_LENGTH, blank=True)
    commission = models.CharField(max_length=NAME_LENGTH, blank=True)
    district = models.ForeignKey(District, on_delete=models.SET_NULL, null=True)
    registered = models.PositiveIntegerField()
    place = models.CharField(max_length=TITLE_LENGTH, blank=True)
    is_remote = models.BooleanField(default=False)

    class Meta:
        """Name the table."""

        db_table = "election_station"
        constraints = (
            models.UniqueConstraint(fields=["election", "name"], name="station_name_once"),
        )

    def __str__(self) -> str:
        """Return the name."""
        return str(self.name)


class TilePlace(models.Model):
    """Hold where a region, district or commission lies in a grid of tiles.

    The column `name` is that of a region or commission, or the key of a district; rows count from
    the north, columns from the west, both from 0.
    """

    election = models.ForeignKey(Election, on_delete=models.CASCADE)
    kind = models.CharField(max_length=KIND_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    tile_row = models.PositiveSmallIntegerField()
    tile_column = models.PositiveSmallIntegerField()

    class Meta:
        """Name the table."""

        db_table = "election_tile"
        constraints = (
            models.UniqueConstraint(
                fields=["election", "kind", "name"], name="tile_of_a_part_once"
            ),
        )

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.name)


class OfficialResult(models.Model):
    """Hold what the commission published of one station.

    The column `values` maps columns of the contest's sheets, as `sheets.layout_of` names them, to
    numbers.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE)
    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    values = models.JSONField()

    class Meta:
        """Name the table."""

        db_table = "election_official"
        constraints = (
            models.UniqueConstraint(fields=["contest", "station"], name="official_once"),
        )

    def __str__(self) -> str:
        """Return whose it is."""
        return f"{self.contest_id}/{self.station_id}"


class ReleasedSheet(models.Model):
    """Hold a sheet that observers copied and that was released for everybody.

    The column `values` is as in official results; `digest` is the SHA-256 of
    `sheets.canonical_text`; `versions` says how many versions there were; `hour` counts whole
    hours since 1970.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE)
    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    values = models.JSONField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    by = models.CharField(max_length=4, choices=[(BY_RULE, BY_RULE), (BY_HAND, BY_HAND)])
    versions = models.PositiveSmallIntegerField()
    hour = models.PositiveIntegerField()

    class Meta:
        """Name the table."""

        db_table = "election_sheet"
        constraints = (models.UniqueConstraint(fields=["contest", "station"], name="sheet_once"),)

    def __str__(self) -> str:
        """Return the digest."""
        return str(self.digest)


class PublishedPhotograph(models.Model):
    """Hold a photograph of a station that a person covered and showed to everybody.

    The column `content` is the new JPEG and `digest` its SHA-256; `original_digest` is that of
    the photograph as it came, which stays sealed; `hour` counts whole hours since 1970.
    """

    station = models.ForeignKey(Station, on_delete=models.CASCADE)
    content = models.BinaryField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    original_digest = models.CharField(max_length=DIGEST_LENGTH)
    hour = models.PositiveIntegerField()

    class Meta:
        """Name the table."""

        db_table = "election_photograph"
        constraints = (
            models.UniqueConstraint(fields=["station", "original_digest"], name="photograph_once"),
        )

    def __str__(self) -> str:
        """Return the digest."""
        return str(self.digest)


class Count(models.Model):
    """Hold what the public page shows of a contest's count.

    The column `result` is what `public_count.encode` returns; `minute` counts from 1970.
    """

    contest = models.OneToOneField(Contest, on_delete=models.CASCADE, primary_key=True)
    minute = models.PositiveIntegerField()
    result = models.JSONField()

    class Meta:
        """Name the table."""

        db_table = "election_count"

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.contest_id)


class ForensicsReport(models.Model):
    """Hold a report on the official results of a contest, as they were when it was made.

    The column `digest` is the SHA-256 of the data and the mapping that the report is made of;
    `sums` maps names of files to their lengths and sums; `archive` is a zip of the files; `hour`
    counts whole hours since 1970.
    """

    contest = models.OneToOneField(Contest, on_delete=models.CASCADE, primary_key=True)
    hour = models.PositiveIntegerField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    left_out = models.PositiveIntegerField()
    sums = models.JSONField()
    archive = models.BinaryField()

    class Meta:
        """Name the table."""

        db_table = "election_forensics"

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.contest_id)


class ForensicsOrder(models.Model):
    """Hold that a report is asked for, or why the last one could not be made.

    The column `code` is that of the error, empty while the report is waited for; `details` are
    those of the error.
    """

    contest = models.OneToOneField(Contest, on_delete=models.CASCADE, primary_key=True)
    code = models.CharField(max_length=NAME_LENGTH, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        """Name the table."""

        db_table = "election_forensics_order"

    def __str__(self) -> str:
        """Return whose it is."""
        return str(self.contest_id)


class Candidate(models.Model):
    """Hold the public page of a candidate or a list.

    The column `texts` maps languages to `page` and `programme`, both Markdown.
    """

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE)
    option = models.SlugField(max_length=ADDRESS_LENGTH, db_index=False)
    name = models.CharField(max_length=NAME_LENGTH)
    texts = models.JSONField()
    nominations_needed = models.PositiveIntegerField(default=0)
    nominations = models.PositiveIntegerField(default=0)
    target_amount = models.PositiveIntegerField(default=0)
    target_currency = models.CharField(max_length=CURRENCY_LENGTH, blank=True)
    is_shown = models.BooleanField(default=False)

    class Meta:
        """Name the table."""

        db_table = "election_candidate"
        constraints = (
            models.UniqueConstraint(fields=["contest", "option"], name="candidate_once"),
        )

    def __str__(self) -> str:
        """Return the name."""
        return str(self.name)
