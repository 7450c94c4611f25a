# SPDX-License-Identifier: AGPL-3.0-or-later
"""Judge what was seen of a machine: what is wrong, and what helps. Nothing is looked at here."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from hedgerow.cli.facts import Facts, Finding

_DAY_S: Final = 24 * 60 * 60
_KEPT_DAYS: Final = 35
_FRESH_DAYS: Final = 2
_NIGHT_LATE_S: Final = 2 * _DAY_S
_SLACK_S: Final = 3600
_LEAST_FREE: Final = 0.1
_IN_PLACE: Final = frozenset({"ext2", "ext3", "ext4", "xfs"})
_OK: Final = 200
_WANTED_HEADERS: Final = (
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
)
_UNWANTED_HEADERS: Final = ("content-encoding", "etag", "last-modified", "via", "x-cache")


def _swap(facts: Facts) -> Iterator[Finding]:
    """Look for ways by which memory reaches the disk."""
    if facts.is_service_locked is False:
        yield Finding(
            "swap",
            "wrong" if facts.swaps else "look",
            "the memory of the running service is not locked.",
            "Set LimitMEMLOCK=infinity in the unit, and take HEDGEROW_ACCEPT_SWAP away.",
        )
    elif facts.is_service_locked is None and not facts.may_lock:
        yield Finding(
            "swap",
            "wrong" if facts.swaps else "look",
            "this user may not lock enough memory, so serve refuses to start.",
            "Set LimitMEMLOCK=infinity in the unit, or memlock in /etc/security/limits.conf.",
        )
    elif facts.swaps:
        yield Finding(
            "swap",
            "look",
            f"there is swap in clear on a disk ({', '.join(facts.swaps)}): locked memory stays out"
            " of it, other programs' copies of it do not.",
            "swapoff -a and take it out of /etc/fstab, or encrypt it with a key drawn at each"
            " start.",
        )
    if facts.can_hibernate:
        yield Finding(
            "hibernation",
            "wrong",
            "the machine may hibernate, which writes all memory to the disk, locked or not.",
            "systemctl mask hibernate.target hybrid-sleep.target, or boot with nohibernate.",
        )


def _core(facts: Facts) -> Iterator[Finding]:
    """Look for core dumps."""
    if facts.core_limit and facts.is_service_locked is None:
        yield Finding(
            "core dumps",
            "look",
            "processes of this user may leave core dumps"
            f" ({facts.core_pattern or 'nowhere'}); Hedgerow forbids its own to.",
            "Set LimitCORE=0 in the unit, or * hard core 0 in /etc/security/limits.conf.",
        )


def _permissions(facts: Facts) -> Iterator[Finding]:
    """Look who may read the instance's files."""
    if facts.open_paths:
        yield Finding(
            "permissions",
            "wrong",
            f"others may read {', '.join(facts.open_paths)}.",
            "chmod -R go-rwx the instance's folder.",
        )
    if facts.foreign_paths:
        yield Finding(
            "permissions",
            "wrong",
            f"somebody else owns {', '.join(facts.foreign_paths)}.",
            "chown -R the instance's folder to the user who serves it.",
        )


def _places(facts: Facts) -> Iterator[Finding]:
    """Look at what the data and the visits lie on."""
    if not facts.is_runtime_in_memory:
        yield Finding(
            "runtime folder",
            "wrong",
            "it does not lie in memory, so visits would leave traces.",
            "Set RuntimeDirectory= in the unit, or mount a tmpfs on /dev/shm.",
        )
    if facts.file_system not in _IN_PLACE:
        yield Finding(
            "file system",
            "look",
            f"{facts.file_system} may keep what is overwritten: what was erased is gone only for"
            " somebody without the boot key.",
            "Put the data on ext4 or xfs, without snapshots.",
        )
    elif facts.is_flash:
        yield Finding(
            "file system",
            "look",
            "flash may keep old cells: what was erased is surely gone only for somebody without"
            " the boot key.",
            "Encrypt the disk, or use one that turns.",
        )


def _clock(facts: Facts) -> Iterator[Finding]:
    """Look whether today is today, and whether nights are held."""
    if facts.newest > facts.now + _SLACK_S:
        yield Finding(
            "clock",
            "wrong",
            "files of the instance were changed later than now: the clock was turned back.",
            "Set the clock; nothing is erased while it is before the last night.",
        )
    elif facts.is_date_believed is False:
        yield Finding(
            "clock",
            "wrong",
            "today does not follow the last night: nothing is erased or delivered.",
            "Set the clock, or say that it is right by ./hedgerow night --confirm-date.",
        )
    elif facts.now - facts.ring_changed > _NIGHT_LATE_S:
        days = int((facts.now - facts.ring_changed) // _DAY_S)
        yield Finding(
            "night",
            "wrong",
            f"there was no night for {days} days: what was erased since is not gone.",
            "Unlock the service, which holds it, or call ./hedgerow night.",
        )
    if facts.twins:
        yield Finding(
            "night",
            "look",
            f"the last one found {facts.twins} rows under both its keys; the newer ones stayed.",
            "Nothing is lost. If it comes again, tell those who make the program.",
        )
    if facts.is_clock_kept is False:
        yield Finding(
            "clock",
            "look",
            "nobody keeps the clock right.",
            "apt install systemd-timesyncd, or look at the clock when you type the boot words.",
        )


def _debug(facts: Facts) -> Iterator[Finding]:
    """Look for switches that show or accept more than they should."""
    if facts.debug:
        yield Finding(
            "debug",
            "wrong",
            "errors would show what people typed.",
            "Take DEBUG out of the settings; the program has no switch for it.",
        )
    if facts.accepted:
        yield Finding(
            "debug",
            "look",
            f"somebody accepted less than usual: {', '.join(facts.accepted)}.",
            "Take it out of the environment unless you know why it is there.",
        )
    if facts.is_demo:
        yield Finding(
            "debug",
            "wrong",
            "this instance is a demonstration: its words are known to everybody.",
            "Make one of your own by ./hedgerow init.",
        )
    elif facts.is_cheap:
        yield Finding(
            "debug",
            "wrong",
            "words are cheap to guess, as in tests; serve refuses it.",
            "Make an instance by ./hedgerow init.",
        )


def _disk(facts: Facts) -> Iterator[Finding]:
    """Look for room."""
    if facts.free < 2 * facts.database:
        yield Finding(
            "disk",
            "wrong",
            f"{facts.free:,} bytes are free, less than nights and back-ups may need"
            f" (twice the database, {facts.database:,}).",
            "Make room, or move to a larger disk by back-up and restore.",
        )
    elif facts.free < _LEAST_FREE * facts.total:
        yield Finding("disk", "look", "less than a tenth of the disk is free.", "Make room.")


def _backups(facts: Facts) -> Iterator[Finding]:
    """Look at the age of back-ups."""
    if not facts.backups:
        yield Finding(
            "back-ups",
            "look",
            "no folder of back-ups is known.",
            "Name it in HEDGEROW_BACKUPS and call ./hedgerow backup each day.",
        )
        return
    if not facts.backup_ages:
        yield Finding(
            "back-ups",
            "wrong",
            f"there is none in {facts.backups}: a broken disk loses everything.",
            "Call ./hedgerow backup each day, and carry a copy elsewhere.",
        )
        return
    if min(facts.backup_ages) > _FRESH_DAYS * _DAY_S:
        days = int(min(facts.backup_ages) // _DAY_S)
        yield Finding(
            "back-ups",
            "wrong",
            f"the newest is {days} days old.",
            "Call ./hedgerow backup, and see why it is not called each day.",
        )
    if max(facts.backup_ages) > (_KEPT_DAYS + 1) * _DAY_S:
        yield Finding(
            "back-ups",
            "wrong",
            f"there are some older than {_KEPT_DAYS} days: what was erased lives on in them.",
            "./hedgerow backup into the folder removes them; destroy copies elsewhere too.",
        )


def _instance(facts: Facts) -> Iterator[Finding]:
    """Look whether the instance is whole and of this version."""
    if facts.is_untidy:
        yield Finding(
            "restore",
            "wrong",
            "a restore was broken off.",
            "Repeat ./hedgerow restore, or start the service, which clears up.",
        )
    if not facts.has_database:
        yield Finding(
            "database",
            "wrong",
            "it does not answer, or is none.",
            "See whether the server runs and HEDGEROW_DATABASE_URL is right, or restore a back-up.",
        )
    if facts.lacking:
        yield Finding(
            "tables",
            "look",
            f"they are of an earlier version ({', '.join(facts.lacking)} lack).",
            "Make a back-up, then call ./hedgerow upgrade; serve does it too.",
        )
    if facts.server:
        yield Finding(
            "PostgreSQL",
            "wrong",
            f"the server loses or tells too much ({facts.server}).",
            "Set what docs/examples/postgresql.conf says.",
        )


def _proxy(facts: Facts) -> Iterator[Finding]:
    """Look at what the web server before the service does to its answers."""
    answer = facts.answer
    if answer is None:
        return
    if answer.status != _OK:
        yield Finding(
            "proxy",
            "wrong",
            f"{answer.url} answers {answer.status or 'nothing'}.",
            "The web server must pass on the Host header, and the address stand in instance.json.",
        )
        return
    if answer.url.startswith("https:") and "strict-transport-security" not in answer.headers:
        yield Finding(
            "proxy",
            "wrong",
            "the service is not told that people come over TLS.",
            "Let the web server set X-Forwarded-Proto to https.",
        )
    if lost := [one for one in _WANTED_HEADERS if one not in answer.headers]:
        yield Finding(
            "proxy",
            "wrong",
            f"the web server takes away {', '.join(lost)}.",
            "Take out what hides headers; see docs/examples.",
        )
    if added := [one for one in _UNWANTED_HEADERS if one in answer.headers]:
        yield Finding(
            "proxy",
            "wrong",
            f"the web server compresses, keeps or marks pages ({', '.join(added)}).",
            "Turn compression and caches off; see docs/examples.",
        )
    if any(one.isdigit() for one in answer.headers.get("server", "")):
        yield Finding(
            "proxy", "look", "the web server tells its version.", "nginx: server_tokens off;"
        )


_CHECKS: Final[Mapping[str, Callable[[Facts], Iterator[Finding]]]] = {
    "swap": _swap,
    "core dumps": _core,
    "permissions": _permissions,
    "places": _places,
    "clock and nights": _clock,
    "debug": _debug,
    "disk": _disk,
    "back-ups": _backups,
    "instance": _instance,
    "proxy": _proxy,
}


def findings(facts: Facts) -> list[Finding]:
    """Return what is to be said of a machine, at least one line of each check that was made."""
    found: list[Finding] = []
    for name, check in _CHECKS.items():
        said = list(check(facts))
        if not said and not (name == "proxy" and facts.answer is None):
            said = [Finding(name, "good", "nothing to mend.")]
        found += said
    return found
