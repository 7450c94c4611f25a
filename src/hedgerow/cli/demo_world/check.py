# SPDX-License-Identifier: AGPL-3.0-or-later
"""Find what cannot be true in the made-up movement."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from hedgerow.cli.demo_world.model import (
    LANGUAGES,
    ROLES,
    WRITERS,
    Member,
    Moment,
    Page,
    Space,
    Thread,
    World,
)

# The sealed index keeps this many bytes for each; more would be cut off or refused.
TITLE_BYTES = 160
CARD_BYTES = 128
SPACE_BYTES = 120
FILE_BYTES = 64 * 1024
KEEPERS = range(2, 4)
KEY = re.compile(r"[a-z]+")
PARTS = ("keeper", "editor", "newcomer")
READS = ("all", "now")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Addresses that the people of the demo may name end in a domain that never exists.
SAFE_LINK = re.compile(r"(https://[a-z0-9.-]+\.(example|invalid)(/\S*)?|mailto:\S+\.example|#\S*)")


def problems(world: World) -> Iterator[str]:
    """Yield a sentence for each thing that cannot be true, beginning with where it stands."""
    yield from _world(world)
    known = {person.key for person in world.people}
    for space in world.spaces:
        yield from _space(space)
        yield from _members(space, known)
        yield from _invitation(space, known)
        yield from _titles(space)
        yield from _pages(space)
        yield from _threads(space)
        yield from _files(space)
        yield from _reach(space)


def _reach(space: Space) -> Iterator[str]:
    """Check that nobody goes on with a text from before the day they read from."""
    texts: list[tuple[str, list[tuple[str, Moment]]]] = [
        *((page.slug, [(one.author, one.at) for one in page.versions]) for page in space.pages),
        *(
            (thread.slug, [(one.author, one.at) for one in thread.posts])
            for thread in space.threads
        ),
    ]
    for slug, parts in texts:
        for author, _at in parts[1:]:
            member = space.member(author)
            if member and member.reads == "now" and parts[0][1].days_ago >= member.since:
                yield f"{space.key}/{slug}: {author} reads from a later day on"


def _world(world: World) -> Iterator[str]:
    """Check names, towns, people and the three parts."""
    for what, names in (("name", world.name), ("motto", world.motto), *world.towns.items()):
        if sorted(names) != sorted(LANGUAGES):
            yield f"world.toml: {what} needs exactly {', '.join(LANGUAGES)}"
    for person in world.people:
        if not KEY.fullmatch(person.key):
            yield f"world.toml: {person.key}: a key is made of the letters a to z"
        if person.town not in world.towns:
            yield f"world.toml: {person.key}: no such town: {person.town}"
        if person.lang not in LANGUAGES:
            yield f"world.toml: {person.key}: no such language: {person.lang}"
    parts = Counter(person.told for person in world.people if person.told)
    if parts != Counter(PARTS):
        yield f"world.toml: told must name once each: {', '.join(PARTS)}"


def _space(space: Space) -> Iterator[str]:
    """Check what a group says of itself."""
    if space.lang not in LANGUAGES:
        yield f"{space.key}: no such language: {space.lang}"
    if len(space.name.encode()) > SPACE_BYTES:
        yield f"{space.key}: the name has more than {SPACE_BYTES} bytes"
    keepers = sum(member.role == "keeper" for member in space.members if member.ended is None)
    if keepers not in KEEPERS:
        yield f"{space.key}: {keepers} coordinators, but a group has two or three"
    founder = space.member(space.founder)
    if founder is None or founder.role != "keeper" or founder.since != space.opened:
        yield f"{space.key}: the founder must be a coordinator since the first day"


def _members(space: Space, known: set[str]) -> Iterator[str]:
    """Check the people of a group."""
    for member in space.members:
        where = f"{space.key}, {member.person}"
        if member.person not in known:
            yield f"{where}: no such person"
        if member.since > space.opened:
            yield f"{where}: joined before the group was opened"
        yield from _card(member, where=where)
        yield from _ending(space, member, where=where)
    for name, count in Counter(member.name for member in space.members).items():
        if count > 1:
            yield f"{space.key}: two people are called {name}"


def _card(member: Member, *, where: str) -> Iterator[str]:
    """Check name and rights of one membership."""
    if member.role not in ROLES:
        yield f"{where}: no such role: {member.role}"
    if member.reads not in READS:
        yield f'{where}: reads is "all" or "now"'
    if member.role == "keeper" and member.reads != "all":
        yield f"{where}: a coordinator reads all of it"
    if not 0 < len(member.name.encode()) <= CARD_BYTES:
        yield f"{where}: the name needs 1 to {CARD_BYTES} bytes"


def _ending(space: Space, member: Member, *, where: str) -> Iterator[str]:
    """Check how a membership ended."""
    if member.left is not None and member.removed is not None:
        yield f"{where}: either left or was removed"
    if member.ended is not None and not 1 <= member.ended < member.since:
        yield f"{where}: ended before it began, or not yet"
    if (member.removed is None) != (member.removed_by == ""):
        yield f"{where}: removed and removed_by go together"
    if member.removed is not None:
        yield from _keeper(space, member.removed_by, day=member.removed, where=where)


def _keeper(space: Space, person: str, *, day: int, where: str) -> Iterator[str]:
    """Check that a person was a coordinator of the group on a day."""
    keeper = space.member(person)
    if keeper is None or keeper.role != "keeper" or keeper.since < day:
        yield f"{where}: {person} was no coordinator {day} days ago"


def _invitation(space: Space, known: set[str]) -> Iterator[str]:
    """Check the open invitation."""
    invitation = space.invitation
    if invitation is None:
        return
    where = f"{space.key}, invitation"
    made = invitation.made_at.days_ago
    if invitation.guest not in known or space.member(invitation.guest):
        yield f"{where}: the guest must be a known person who is no member"
    if invitation.role not in ROLES or invitation.reads not in READS:
        yield f"{where}: no such role or beginning"
    if not 1 <= made < invitation.valid_days:
        yield f"{where}: must have been made before today and be good still"
    yield from _keeper(space, invitation.made_by, day=made, where=where)


def _titles(space: Space) -> Iterator[str]:
    """Check the titles of pages and threads, and the names of files."""
    entries: tuple[Page | Thread, ...] = (*space.pages, *space.threads)
    titles = [entry.title for entry in entries]
    for title, count in Counter([*titles, *(file.name for file in space.files)]).items():
        if not 0 < len(title.encode()) <= TITLE_BYTES:
            yield f"{space.key}: a title needs 1 to {TITLE_BYTES} bytes: {title!r}"
        if count > 1:
            yield f"{space.key}: the title stands {count} times: {title!r}"
    for entry in entries:
        if entry.lang not in LANGUAGES:
            yield f"{space.key}/{entry.slug}: no such language: {entry.lang}"


def _author(space: Space, person: str, *, at: Moment, where: str) -> Iterator[str]:
    """Check that a person could write in the group at a moment."""
    member = space.member(person)
    if member is None:
        yield f"{where}: {person} is no member"
        return
    if member.role not in WRITERS:
        yield f"{where}: {person} may only read"
    # On the days of joining and going the hour is not told, so that these days do not count.
    if at.days_ago >= member.since or at.days_ago <= (member.ended or 0):
        yield f"{where}: {person} was no member {at.days_ago} days ago"


def _rising(moments: list[Moment], *, where: str) -> Iterator[str]:
    """Check that each moment lies after the one before it."""
    if not moments:
        yield f"{where}: nothing in it"
    for before, after in pairwise(moments):
        if not before < after:
            yield f"{where}: {after.days_ago} days ago does not come after what stands before it"


def _text(text: str, *, where: str) -> Iterator[str]:
    """Check that a text says something and links to nowhere real."""
    if not text.strip():
        yield f"{where}: an empty text"
    for link in LINK.findall(text):
        if not SAFE_LINK.fullmatch(link):
            yield f"{where}: link to an address ending in .example, not to {link}"


def _pages(space: Space) -> Iterator[str]:
    """Check the notebook."""
    for page in space.pages:
        where = f"{space.key}/pages/{page.slug}.md"
        yield from _rising([version.at for version in page.versions], where=where)
        for version in page.versions:
            yield from _author(space, version.author, at=version.at, where=where)
            yield from _text(version.text, where=where)
        for before, after in pairwise(page.versions):
            if before.text == after.text:
                yield f"{where}: two versions after each other are the same"


def _threads(space: Space) -> Iterator[str]:
    """Check the discussions."""
    for thread in space.threads:
        where = f"{space.key}/threads/{thread.slug}.md"
        yield from _rising([post.at for post in thread.posts], where=where)
        for post in thread.posts:
            yield from _author(space, post.author, at=post.at, where=where)
            yield from _text(post.text, where=where)


def _files(space: Space) -> Iterator[str]:
    """Check the shelf."""
    for file in space.files:
        where = f"{space.key}/files/{file.name}"
        yield from _author(space, file.author, at=file.at, where=where)
        if not 0 < len(file.content) <= FILE_BYTES:
            yield f"{where}: a file needs 1 to {FILE_BYTES} bytes"
