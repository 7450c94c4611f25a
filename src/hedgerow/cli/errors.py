# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put errors with codes into sentences for the person at the terminal.

The terminal speaks English: whoever runs the machine reads it, not the members. A code
without a sentence of its own is shown as it is, with its details, which hold no secrets.
"""

from hedgerow.kernel.errors import HedgerowError

# Code → sentence; the details of the error fill the braces.
SENTENCES: dict[str, str] = {
    "backup.exists": "There is {path} already. Name a new file, or a folder.",
    "backup.no_place": (
        "{path} cannot be written ({reason}). Name a place where the user who serves may write, and"
        " which the unit lets it write to."
    ),
    "backup.rows_damaged": (
        "{rows} rows do not open: somebody or something altered them. Take an earlier back-up, or"
        " repeat restore with --accept-damage, which leaves them out of use."
    ),
    "backup.turned": "Ring and database of this back-up are not of one moment. Take another.",
    "backup.under_way": "Another back-up is being made. Wait until it is done.",
    "backup.unreadable": "This file is no back-up of Hedgerow.",
    "boot.wrong_key": "The boot key does not open this ring. Nothing was touched.",
    "boot.wrong_words": "These words do not open the boot key. Look at your paper once more.",
    "boot.nothing_waits": "No words were typed in the last ten minutes. Begin again with unlock.",
    "boot.same_share": "That was the same share twice. It takes the words of two holders.",
    "boot.not_typed_back": "These are not the new words. Nothing was changed; begin again.",
    "boot.change_broken": (
        "The change broke off, and the service was closed. Try the new words, then the old ones:"
        " one of them opens it."
    ),
    "boot.not_confirmed": "Not opened. Look for the newest disk before you go on.",
    "count.no_observer": "No report is by “{observer}”.",
    "count.rulings": (
        "Line {line} of the rulings: expected are the columns {columns}, with whole numbers."
    ),
    "design.no_history": (
        "The earlier election has no ballots at two stations: no size of a sample follows from it."
    ),
    "design.size": (
        "A sample of {size} cannot be drawn; possible are {fewest} (two of each stratum) to {most}."
    ),
    "design.torn_cluster": (
        "The commission “{cluster}” lies in two strata. Name it together with its stratum."
    ),
    "forensics.column_missing": "The mapping names no column for {column}.",
    "forensics.coordinates": (
        "Line {line}, column {column}: {value} degrees are nowhere on earth. Expected is -90 to 90"
        " for the latitude and -180 to 180 for the longitude."
    ),
    "forensics.duplicate": "Line {line}: the station “{station}” stands there a second time.",
    "forensics.more_votes": (
        "Line {line}, column “{column}”: more votes than ballots were found at this station."
    ),
    "forensics.negative": (
        "Line {line}, column “{column}”: {value} is below zero; expected is a count from 0 up."
    ),
    "forensics.no_files": "There is no table in {folder}.",
    "forensics.no_method": "There is no method {method}. There are: {known}.",
    "forensics.no_option": "There is no option “{option}”. There are: {known}.",
    "forensics.no_options": "The mapping names no option.",
    "forensics.not_counts": "The column {column} does not hold {rows} whole numbers.",
    "forensics.swapped": (
        "Line {line}: {column} is larger than {other}, as in {rows} rows. Expected is that it is"
        " not: were two columns swapped, in the file or in the mapping?"
    ),
    "form.bad_rule": "The rule “{rule}” of the form cannot be read from character {place} on.",
    "form.missing": "There is no form {form}. Shipped are: {known}.",
    "form.no_translation": "The form lacks the text {key}.",
    "form.twice": "The form gives the name {name} to two things.",
    "form.unknown_key": "The form has a key {key} that means nothing. Known: {known}.",
    "form.unknown_line": "{place} of the form names a line {line}, which the form does not have.",
    "form.unreadable": "The form is not TOML: {reason}.",
    "form.wrong_value": "The key {key} of the form lacks, or has a value of another kind.",
    "instance.database_used": (
        "The database holds an instance already, whose ring is elsewhere. Give an empty one."
    ),
    "instance.exists": "There is an instance in {folder} already. Choose another folder.",
    "instance.missing": "There is no instance in {folder}. Make one with ./hedgerow init.",
    "instance.name": "The name must not be empty and have at most 120 letters.",
    "instance.rooms": "One of the rooms does not exist. See ./hedgerow init --help.",
    "instance.languages": "Languages are en, ru and uk, with commas between them.",
    "instance.addresses": "An address looks like https://example.org, without a path.",
    "instance.unreadable": "instance.json does not parse. Put back a copy, or mend it by hand.",
    "instance.demo_address": "The demo is served on 127.0.0.1 only, not on {host}.",
    "instance.cheap": "This instance makes guessing cheap, as tests do. It is not served.",
    "layout.options": "The mapping has no options, or one of them twice (form {form}).",
    "layout.parts": "Parts are given that the form {form} has not, or of what is no option.",
    "mapping.missing": "There is no mapping {mapping}. Ready ones are: {known}.",
    "mapping.none_fits": (
        "No ready mapping fits the columns of {file}. Write one, and name it with --mapping."
    ),
    "mapping.unknown_key": "The mapping has a key {key} that means nothing. Known: {known}.",
    "mapping.unreadable": "The mapping is not TOML: {reason}.",
    "mapping.wrong_value": "The key {key} of the mapping lacks, or has a value of another kind.",
    "memory.swap": (
        "The memory cannot be locked, so keys could reach the swap. Set LimitMEMLOCK=infinity,"
        " or HEDGEROW_ACCEPT_SWAP=1 where there is no swap."
    ),
    "night.under_way": "Another process is holding the night. Wait until it is done.",
    "night.not_confirmed": "Not confirmed: nothing was renewed.",
    "night.date_not_believed": (
        "The date was not believed: nothing was delivered or erased. Set the clock, or repeat"
        " with --confirm-date."
    ),
    "postgresql.journal": (
        "The journal of this PostgreSQL would keep the order and the time of all writes"
        " ({settings}). Use docs/examples/postgresql.conf, or accept it with"
        " HEDGEROW_ACCEPT_WRITE_ORDER=1."
    ),
    "postgresql.logs": (
        "The log of this PostgreSQL could hold values ({settings}). Set what"
        " docs/examples/postgresql.conf says, for the server or for this role."
    ),
    "postgresql.loses": (
        "This PostgreSQL may lose what was acknowledged ({settings}). Set what"
        " docs/examples/postgresql.conf says."
    ),
    "postgresql.no_answer": (
        "PostgreSQL does not answer at HEDGEROW_DATABASE_URL, or does not let this role in."
    ),
    "postgresql.old": "This PostgreSQL is older than version 14.",
    "reading.column_missing": (
        "The file has no column “{column}”, which the mapping names. The nearest is: {near}."
    ),
    "reading.damaged": "{file} is torn, or is not of the kind that its name says.",
    "reading.encoding": (
        "{file}, line {line}: bytes that {encoding} does not know. Put the right one into the"
        " mapping."
    ),
    "reading.encoding_unknown": "There is no encoding {encoding}.",
    "reading.fields": "Line {line} has {found} fields; expected are {expected}, as in the heading.",
    "reading.kind": "{file} is of no kind that is read. Read are: {known}.",
    "reading.not_a_number": (
        "Line {line}, column “{column}”: “{found}” (letter: {letter}). Expected is {expected}."
    ),
    "reading.truncated_zip": "{file} is torn: it does not end as a zip does. Fetch it once more.",
    "reading.zip_members": "{file} holds {found} tables; expected is one.",
    "restore.not_confirmed": "Not restored: all is as it was.",
    "restore.under_way": "This instance is being restored, or started. Wait until that is done.",
    "runtime.not_in_memory": "{folder} is not in memory. Mount a tmpfs there.",
    "runtime.not_ours": "{folder} belongs to somebody else or is open to others. Remove it.",
    "serve.runs_already": "This instance is being served already.",
    "serve.no_answer": "The service ended before it could answer. Look at its log.",
    "serve.not_running": "This instance is not being served. Start it with ./hedgerow serve.",
    "sheetmap.unknown_key": "The mapping has a key {key} that means nothing. Known: {known}.",
    "sheetmap.unknown_line": "The mapping names {line}, which the form has not. It has: {known}.",
    "sheetmap.unreadable": "The mapping is not TOML: {reason}.",
    "sheetmap.wrong_value": "The key {key} of the mapping lacks, or has a value of another kind.",
    "store.locked": "The instance is closed. Open it with ./hedgerow unlock.",
    "store.busy": "The database is being written to by others. Try again in a minute.",
    "store.full": "The disk is full: nothing was written. Make room, then try again.",
    "store.ring_missing": "There is no ring in the data folder: this is not a whole instance.",
    "store.wrap_missing": "There is no boot.wrap in the data folder: no words can open it.",
    "store.no_night_row": "The database is not one of an instance.",
    "upgrade.failed": (
        "The tables could not be brought to this version ({reason}). Nothing was opened."
    ),
    "vault.backup_damaged": (
        "The back-up is damaged, or cut short, or the boot key is another. Take another copy."
    ),
    "tally.announced": (
        "The figures announced for “{option}” cannot be: a share is from 0 to 100, a count at most"
        " the total."
    ),
    "tally.impossible": "Line {line}, column “{column}”: no sheet can hold {value}.",
    "tally.no_group": "Stations are not grouped by “{group}”. They are by: {known}.",
    "tally.no_option": "There is no option “{option}”. There are: {known}.",
    "tally.no_voters": "Line {line}: the station has no number of registered voters.",
    "tally.nothing_shared": (
        "The forms {ours} and {official} have no line or option in common; compare the names of"
        " options."
    ),
    "tally.station_twice": "Line {line}: the station “{station}” stands there a second time.",
    "tally.swapped": (
        "Line {line}: “{rule}” is broken, as in {rows} rows. Were two columns swapped?"
    ),
    "tally.unknown_station": "Line {line}: the list of stations has no “{station}”.",
    "tally.wrong_report": "Line {line}: {value} is no {column} of a report.",
    "tally.wrong_ruling": (
        "Ruling {number} is about no station or figure there is, or rules what cannot be."
    ),
    "words.count": "There should be {wanted} words; you typed {typed}.",
    "words.unknown": "Word {position} is not in the list. Look at it once more.",
    "words.mistyped": "One of the words was mistyped. Compare them with your paper.",
}


def sentence_for(error: HedgerowError) -> str:
    """Return one sentence that says what is wrong.

    Args:
        error: Any error that Hedgerow raised on purpose.

    Returns:
        The sentence of the table, or a plain one made of code and details.
    """
    known = SENTENCES.get(error.code)
    if known is not None:
        return known.format_map(error.details)
    details = ", ".join(f"{name}: {value}" for name, value in sorted(error.details.items()))
    return f"This cannot be done ({error.code}{'; ' + details if details else ''})."
