# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tell the scenarios of test vectors about rosters: a chain with every kind, and forgeries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hedgerow.engines.vault import acts, roster, tags
from hedgerow.engines.vault import primitives as p
from hedgerow.engines.vault import roster_acts as ra
from hedgerow.engines.vault.roster_assents import assent_bytes, heirs_ground
from hedgerow.engines.vault.roster_chain import apply
from hedgerow.engines.vault.roster_state import RosterState
from hedgerow.kernel.errors import Refused
from hedgerow.kernel.ids import InvitationId, MemberId, SpaceId
from tools.vector_parts import Json, Seeded

SPACE: Final = SpaceId(0x0123_4567_89AB_CDEF)
DAY: Final = 20_200
FOUNDER: Final = 1
FIRST_INVITATION: Final = 101


class Story:
    """Tell how a space lives, entry by entry.

    Args:
        random: Gives seeds and keys.
    """

    def __init__(self, random: Seeded) -> None:
        """Found the space; the founder is member 1."""
        self.random = random
        self.seeds: dict[int, bytes] = {FOUNDER: random(32)}
        self.keys = tags.new_keys(0, random=random)
        self.entries, self.state = acts.found(
            SPACE, author=self.author(FOUNDER), sealing=self.sealing(FOUNDER), keys=self.keys
        )

    def author(self, one: int) -> acts.Author:
        """Return a member as the writer of an entry."""
        return acts.Author(MemberId(one), p.signing_keys(self.seeds[one]), DAY)

    def sealing(self, one: int) -> p.SealingKeys:
        """Return the sealing pair of somebody."""
        return p.sealing_keys(self.seeds[one])

    def take(self, step: acts.Step) -> roster.Entry:
        """Keep an entry and the state after it."""
        entry, self.state = step
        self.entries.append(entry)
        return entry

    def do(self, act: ra.Act, *, by: int = FOUNDER) -> roster.Entry:
        """Append an act."""
        return self.take(acts.append(self.state, act, author=self.author(by)))

    def invite(self, number: int, role: ra.Role, horizon: int = 0) -> ra.Invite:
        """Return the act that invites somebody."""
        self.seeds[number] = self.random(32)
        keys = (self.sealing(number).public, self.author(number).signing.public)
        tag = self.random(32)
        return ra.Invite(InvitationId(number), *keys, role, horizon, DAY + 7, tag)

    def add(self, member: int, role: ra.Role = ra.Role.EDITOR, horizon: int = 0) -> None:
        """Invite somebody who joins at once."""
        invitation = FIRST_INVITATION + member
        self.do(self.invite(invitation, role, horizon))
        self.seeds[member] = self.random(32)
        step = acts.join(
            self.state,
            InvitationId(invitation),
            author=self.author(member),
            sealing=self.sealing(member),
            invited=p.signing_keys(self.seeds[invitation]),
        )
        self.take(step)

    def agreed(self, act: ra.SetRole | ra.Remove | ra.NameHeirs, *, by: int) -> ra.Assent:
        """Return a keeper's assent."""
        return acts.assent(self.state, act, author=self.author(by))

    def handover(self, member: int, makers: Sequence[int]) -> ra.Handover:
        """Return a hand-over with the assents of heirs."""
        heirs = self.state.heirs
        given = [
            acts.handover_assent(self.state, MemberId(member), author=self.author(one))
            for one in makers
        ]
        return ra.Handover(heirs.id if heirs else b"", MemberId(member), tuple(given))

    def forge(self, act: ra.Act, *, actor: int, signers: Sequence[int]) -> roster.Entry:
        """Return an entry that nobody judged."""
        unsigned = roster.unsigned_bytes(
            act, space=SPACE, previous=self.state.anchor, actor=MemberId(actor), day=DAY
        )
        message = roster.bytes_to_sign(unsigned)
        pairs = [p.signing_keys(self.seeds[one]) for one in signers]
        return roster.finish_entry(unsigned, signatures=[p.sign(one, message) for one in pairs])

    def to_three_keepers(self) -> None:
        """Add an editor, a second and a third keeper: members 2, 3 and 4."""
        self.add(2)
        self.add(3, ra.Role.KEEPER)
        self.add(4)
        self.do(ra.SetRole(MemberId(4), ra.Role.KEEPER, 0))


def _told(random: Seeded) -> Story:
    """Tell a story in which every kind of entry occurs."""
    story = Story(random)
    story.to_three_keepers()
    story.take(acts.open_chapter(story.state, author=story.author(FOUNDER), keys=story.keys))
    story.add(5, ra.Role.READER, 1)
    story.add(6, ra.Role.PROBATIONER, tags.NO_CHAPTERS)
    story.do(story.invite(200, ra.Role.EDITOR))
    story.do(ra.Revoke(InvitationId(200)))
    story.do(ra.Settings(1, 0, 40))
    removal = ra.Remove(MemberId(4))
    story.do(replace(removal, assent=story.agreed(removal, by=3)))
    story.keys = tags.new_keys(1, random=random)
    keeper = story.author(3)
    story.take(acts.open_generation(story.state, author=keeper, keys=story.keys))
    old, story.seeds[5] = story.author(5), random(32)
    new = story.author(5).signing
    story.take(acts.rekey(story.state, author=old, sealing=story.sealing(5), new=new))
    story.add(7)
    heirs = story.do(ra.NameHeirs((MemberId(2), MemberId(7)), 2))
    story.do(ra.Objection(heirs.hash))
    story.do(story.invite(201, ra.Role.EDITOR))
    story.do(ra.Confirm(29_100_000))
    story.do(ra.Leave(), by=3)
    story.do(ra.Leave())
    story.do(story.handover(7, (2, 7)), by=5)
    return story


def _seeds_json(story: Story) -> Json:
    """Write everybody's seed."""
    return {str(one): seed.hex() for one, seed in sorted(story.seeds.items())}


def _state_json(state: RosterState) -> Json:
    """Write what follows from a chain."""
    return {
        "seq": state.seq,
        "hash": state.hash.hex(),
        "genesis_hash": state.genesis_hash.hex(),
        "members": [
            {
                "id": one.id,
                "x": one.sealing.hex(),
                "e": one.signing.hex(),
                "role": int(one.role),
                "horizon": one.horizon,
                "granted": one.granted.hex(),
            }
            for one in state.members.values()
        ],
        "past": sorted(state.past),
        "invitations": sorted(state.invitations),
        "generation": state.generation,
        "chapter": state.chapter,
        "is_stale": state.is_stale,
        "rounds": state.rounds,
        "confirmed_minute": state.confirmed_minute,
    }


def roster_scenario(random: Seeded) -> Json:
    """Write a chain in which every kind of entry occurs, its pages, and what follows."""
    story = _told(random)
    return {
        "space": SPACE,
        "seeds": _seeds_json(story),
        "entries": [
            {
                "kind": ra.number_of(type(one.act)),
                "actor": one.actor,
                "hash": one.hash.hex(),
                "raw": one.raw.hex(),
            }
            for one in story.entries
        ],
        "pages": [page.hex() for page in roster.pack_pages(story.entries)],
        "state": _state_json(story.state),
    }


def _forgeries(story: Story) -> list[tuple[str, roster.Entry]]:
    """Return entries that must be refused after three keepers are there, each with a name."""
    drawer = ra.Join(InvitationId(203), MemberId(8), bytes(32), story.author(8).signing.public)
    removal, raising = ra.Remove(MemberId(4)), ra.SetRole(MemberId(2), ra.Role.KEEPER, 0)
    own = replace(removal, assent=story.agreed(removal, by=4))
    twice = replace(removal, assent=story.agreed(removal, by=FOUNDER))
    other = replace(raising, assent=story.agreed(removal, by=3))
    heirs = ra.NameHeirs((MemberId(2), MemberId(3)), 2)
    plain: list[tuple[str, ra.Act, int, list[int]]] = [
        ("an editor removes a member", ra.Remove(MemberId(3)), 2, [2]),
        ("an editor signs for a keeper", ra.Remove(MemberId(2)), FOUNDER, [2]),
        ("one keeper of three removes another", removal, FOUNDER, [FOUNDER]),
        ("a keeper assents to the own removal", own, FOUNDER, [FOUNDER]),
        ("a keeper assents to the own act", twice, FOUNDER, [FOUNDER]),
        ("an assent is to another act", other, FOUNDER, [FOUNDER]),
        ("one keeper of three names heirs", heirs, FOUNDER, [FOUNDER]),
        ("a keeper's invitation was kept in a drawer", drawer, 8, [203, 8]),
        ("a keeper removes oneself", ra.Remove(MemberId(FOUNDER)), FOUNDER, [FOUNDER]),
        ("a generation is left out", ra.OpenGeneration(2, bytes(32), bytes(32)), 1, [1]),
        ("a space is founded again", ra.Genesis(bytes(32), bytes(32)), 1, [1]),
    ]
    entries = [
        (name, story.forge(act, actor=actor, signers=signers))
        for name, act, actor, signers in plain
    ]
    return [*entries, ("an old entry is replayed", story.entries[-1])]


def _rule_against(state: RosterState, entry: roster.Entry) -> str:
    """Return the rule that refuses an entry."""
    try:
        apply(state, entry)
    except Refused as refusal:
        return refusal.code
    raise AssertionError(entry.act)


def refused_scenario(random: Seeded) -> Json:
    """Write a chain of three keepers and entries that must be refused after it."""
    story = Story(random)
    story.do(story.invite(203, ra.Role.KEEPER))
    story.to_three_keepers()
    story.seeds[8] = random(32)
    return {
        "space": SPACE,
        "seeds": _seeds_json(story),
        "pages": [page.hex() for page in roster.pack_pages(story.entries)],
        "refused": [
            {"name": name, "raw": entry.raw.hex(), "rule": _rule_against(story.state, entry)}
            for name, entry in _forgeries(story)
        ],
    }


def assents_scenario(random: Seeded) -> Json:
    """Sign the three kinds of assents: to an act on a member, to heirs, to a hand-over."""
    story = Story(random)
    story.to_three_keepers()
    state = story.state
    members = (MemberId(2), MemberId(3))
    removal, heirs = ra.Remove(MemberId(4)), ra.NameHeirs(members, 2)
    ground = (state.members[MemberId(4)].granted, 0)
    about = heirs_ground(state, members=members, threshold=2)
    messages = [
        (ra.Remove, 4, 0, ground, story.agreed(removal, by=3)),
        (ra.NameHeirs, 0, 0, about, story.agreed(heirs, by=3)),
    ]
    named = story.do(replace(heirs, assent=messages[1][4]))
    given = acts.handover_assent(story.state, MemberId(2), author=story.author(2))
    messages.append((ra.Handover, 2, 1, (named.hash, 0), given))
    return {
        "space": SPACE,
        "seeds": _seeds_json(story),
        "assents": [
            {
                "act": ra.number_of(kind),
                "member": member,
                "role": role,
                "ground": [basis[0].hex(), basis[1]],
                "message": assent_bytes(
                    SPACE, kind=kind, member=member, role=role, ground=basis
                ).hex(),
                "maker": assent.member,
                "signature": assent.signature.hex(),
            }
            for kind, member, role, basis, assent in messages
        ],
    }
