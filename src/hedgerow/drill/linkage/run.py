# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let worlds live, attack their images, train on the others, and report."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import product
from multiprocessing import get_context
from os import cpu_count
from typing import Final, Literal

import numpy as np

from hedgerow.drill.linkage.attacks import attack
from hedgerow.drill.linkage.fellows import named_first
from hedgerow.drill.linkage.images import Image
from hedgerow.drill.linkage.metrics import certain_links, inside_auc, links_by_size
from hedgerow.drill.linkage.report import Case, Fellows, LinkageReport, Seed, Size
from hedgerow.drill.linkage.trained import Pairs, scored, train
from hedgerow.drill.linkage.world import Lived, live

Progress = Callable[[int, int], None]
"""Is told how many worlds have been lived through, and of how many."""

SEEDS: Final = {"full": 8, "small": 6}
CONTROL_SEEDS: Final = {"full": 4, "small": 2}
_WEEK: Final = 7
_FIRST_SEED: Final = 1
_NO_YES: Final = (False, True)


@dataclass(frozen=True, slots=True)
class _Job:
    """Name one world."""

    size: Size
    seed: int
    is_control: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attacked:
    """Hold what attack programs made of one world.

    Attributes:
        seed: Of the world.
        cases: The pairs as each adversary has them.
        fellows: What somebody with a member's words learned.
        members: How many memberships there were.
        acts: How often each kind of thing happened.
    """

    seed: int
    cases: dict[Case, Pairs]
    fellows: Fellows
    members: int
    acts: dict[str, int]


def attack_all(lived: Lived, *, seed: int, is_control: bool) -> Attacked:
    """Run every attack on a world that has been lived through, for each adversary."""
    weekly = [image for image in lived.images if image.day % _WEEK == 0]
    # Who has no keyring on any image cannot be asked for.
    known = np.array([image.accounts for image in weekly]).any(axis=0)
    truth = np.zeros((known.size, len(weekly[0].heads)), dtype=bool)
    for account, space in lived.members:
        truth[account, space] = True
    truth = truth[known]
    sizes = truth.sum(axis=0, dtype=np.float64)
    cases: dict[Case, Pairs] = {}
    taken: dict[Literal["weekly", "daily"], Sequence[Image]] = {
        "weekly": weekly,
        "daily": lived.images,
    }
    for name, images in taken.items():
        for has_key, has_words, has_log in product(_NO_YES, repeat=3):
            if (has_words and not has_key) or (has_log and images[0].log is None):
                continue
            shown = _with_log(images) if has_log else images
            found = attack(shown, has_key=has_key, has_words=has_words)
            scores = {program: score[known] for program, score in found.items()}
            case = Case(name, has_key, is_control, has_log, has_words)
            cases[case] = Pairs(scores, sizes, truth)
    fellows = _fellows(lived, seed=seed, is_control=is_control, accounts=int(known.sum()))
    return Attacked(seed, cases, fellows, len(lived.members), lived.acts)


def _with_log(images: Sequence[Image]) -> list[Image]:
    """Return images with what a server's log of writes says besides."""
    return [replace(image, traces=image.log or image.traces) for image in images]


def _fellows(lived: Lived, *, seed: int, is_control: bool, accounts: int) -> Fellows:
    """Let somebody with a member's words name the rows of fellow members."""
    by_delivery = not is_control
    hits, authors = named_first(lived, by_delivery=by_delivery, knows_joins=False)
    more, _ = named_first(lived, by_delivery=by_delivery, knows_joins=True)
    tried = max(1, authors)
    return Fellows(seed, authors, hits / tried, more / tried, 1 / accounts)


def _lived_and_attacked(job: _Job) -> Attacked:
    """Do everything that one world needs, in a process of its own."""
    lived = live(job.size, seed=job.seed, is_control=job.is_control, url=job.url)
    return attack_all(lived, seed=job.seed, is_control=job.is_control)


def judge(worlds: Sequence[Attacked], case: Case) -> tuple[Seed, ...]:
    """Let an attacker trained on all other worlds try each one."""
    seeds = []
    for at, world in enumerate(worlds):
        pairs = world.cases[case]
        weights = train([other.cases[case] for n, other in enumerate(worlds) if n != at])
        guesses = scored(pairs, weights)
        single = {name: inside_auc(score, pairs.truth) for name, score in pairs.scores.items()}
        best = max(single, key=lambda name: single[name])
        seeds.append(
            Seed(
                seed=world.seed,
                inside_auc=inside_auc(guesses, pairs.truth),
                best_auc=single[best],
                best=best,
                links=certain_links(guesses, pairs.truth),
                best_links=max(certain_links(one, pairs.truth) for one in pairs.scores.values()),
                by_size=links_by_size(pairs.truth),
            )
        )
    return tuple(seeds)


def _silent(_done: int, _of: int) -> None:
    """Show nothing."""


def _all_worlds(jobs: Sequence[_Job], progress: Progress) -> list[Attacked]:
    """Live through all worlds, each in a process of its own, as many at once as there are cores."""
    context = get_context("spawn")
    workers = min(len(jobs), max(1, cpu_count() or 1))
    done: dict[int, Attacked] = {}
    with ProcessPoolExecutor(workers, context, max_tasks_per_child=1) as pool:
        futures = {pool.submit(_lived_and_attacked, job): at for at, job in enumerate(jobs)}
        for future in as_completed(futures):
            done[futures[future]] = future.result()
            progress(len(done), len(jobs))
    return [done[at] for at in range(len(jobs))]


def run(
    size: Size,
    *,
    progress: Progress | None = None,
    first_seed: int = _FIRST_SEED,
    urls: Sequence[str] = (),
) -> LinkageReport:
    """Measure linkage.

    Args:
        size: "full": 8 worlds of 200 accounts; "small": 6 of 60.
        progress: Is told how many worlds have been lived through, and of how many.
        first_seed: Seeds are counted from here.
        urls: Of empty databases on a PostgreSQL server, one a world; none for SQLite.
    """
    jobs = [_Job(size, first_seed + n, is_control=False) for n in range(SEEDS[size])]
    jobs += [_Job(size, first_seed + n, is_control=True) for n in range(CONTROL_SEEDS[size])]
    if urls:
        jobs = [replace(job, url=url) for job, url in zip(jobs, urls, strict=True)]
    worlds = _all_worlds(jobs, progress or _silent)
    plain, control = worlds[: SEEDS[size]], worlds[SEEDS[size] :]
    cases = {case: judge(group, case) for group in (plain, control) for case in group[0].cases}
    acts: Counter[str] = Counter()
    for world in plain:
        acts.update(world.acts)
    return LinkageReport(
        size=size,
        cases=cases,
        fellows=tuple(world.fellows for world in plain),
        control_fellows=tuple(world.fellows for world in control),
        members=tuple(world.members for world in plain),
        acts=dict(acts),
        database="postgresql" if urls else "sqlite",
    )
