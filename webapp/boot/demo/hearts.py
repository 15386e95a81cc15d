"""Votes of the demo, hearts and orders: ballots with their ledger, folded and closed by the code of all others."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contests import queries as contests
from contests import store as contests_store
from voting import closing, ledger, marks, picks_store, queries, rules, store
from voting.models import Ballot, BallotVersion, Vote
from voting.queries import RoundRow
from webapp.boot.demo import odd
from webapp.boot.demo.designs import Hung


@dataclass(frozen=True)
class Turnout:
    """Who votes between two instants, how many of the hearts are given, and what is liked more."""

    voters: Sequence[int]
    share: float
    begins: datetime
    ends: datetime
    appeal: Sequence[float]
    sparing: frozenset[int] = frozenset()  # who keeps hearts for later


@dataclass
class _Step:
    """One version of one ballot on its way into the ledger."""

    ballot: Ballot
    version: int
    at: datetime
    choices: list[int]
    added: list[int]
    removed: list[int]


def seed_votes(session: Session, rng: random.Random, poll: RoundRow, hung: Sequence[Hung], turnout: Turnout) -> None:
    """Insert ballots, their versions in the order of time, and the votes that stand; fold them."""
    revisions = {design.id: design.revision_id for design in hung}
    steps: list[_Step] = []
    for voter in turnout.voters:
        if rng.random() < turnout.share or voter in turnout.sparing:
            steps += _ballot(rng, poll, voter, hung, turnout)
    session.add_all({id(step.ballot): step.ballot for step in steps}.values())
    session.flush()
    steps.sort(key=lambda step: step.at)
    session.add_all(
        BallotVersion(
            ballot_id=step.ballot.id,
            round_id=poll.id,
            version=step.version,
            choices=step.choices,
            added=step.added,
            removed=step.removed,
            at=step.at,
        )
        for step in steps
    )
    session.add_all(_standing(rng, poll, steps, revisions))
    session.flush()
    while ledger.fold(session, poll.id):
        pass


def close_round(session: Session, contest_id: int, kind: str, at: datetime) -> list[int]:
    """Seal, count and publish a round as the close does; return the shortlist."""
    contest = contests.contest(session, contest_id)
    assert contest is not None
    poll = store.ensure_round(session, contest_id, kind, rules.budget_of(kind, contest.hearts))
    store.seal(session, poll.id, at)
    odd.publish_seal(session, poll.id, at)
    sealed = queries.round_by_id(session, poll.id)
    assert sealed is not None
    poll = sealed
    result, chosen = closing.count(session, contest, poll)
    store.publish(session, poll.id, result, at)
    if kind == rules.OPEN:
        picks_store.add_finalists(session, contest_id, chosen.finalists)
    return [each.placed.submission_id for each in chosen.finalists]


def pick(session: Session, contest_id: int, submission_id: int, artist: int, reason: str, at: datetime) -> int:
    """Pick a finalist and let the undo window pass; return the pick's id. Raises Refused as the rules do."""
    contest = contests.contest(session, contest_id)
    assert contest is not None
    rules.require_picking(contest.phase(at), True, False)
    placed = queries.result(session, contest_id)
    place = placed.placed(submission_id) if placed else None
    rules.require_reason(reason, place.rank if place else None)
    public_at = at + rules.UNDO
    pick_id = picks_store.add_pick(
        session,
        contest_id=contest_id,
        submission_id=submission_id,
        picked_by=artist,
        reason=reason,
        picked_at=at,
        undo_until=public_at,
    )
    assert pick_id is not None
    picks_store.announce(session, pick_id, public_at)
    contests_store.decide(session, contest_id, public_at)
    return pick_id


def _ballot(rng: random.Random, poll: RoundRow, voter: int, hung: Sequence[Hung], turnout: Turnout) -> list[_Step]:
    """One voter's way to a ballot: a first look, often a second, now and then a change of mind."""
    sparing = voter in turnout.sparing
    wanted = 2 if sparing else rng.choices(range(1, poll.budget + 1), [n * n for n in range(1, poll.budget + 1)])[0]
    if poll.way == marks.RANK:
        return _order(rng, poll, voter, hung, turnout)
    liked = _liked(rng, voter, hung, turnout.appeal, wanted + 1)
    spare, chosen = liked[wanted:], liked[:wanted]
    at = turnout.begins + (turnout.ends - turnout.begins) * rng.betavariate(0.8, 1.2)
    row = Ballot(round_id=poll.id, voter_id=voter, spent=len(chosen), version=0)
    cut = rng.randint(1, len(chosen))
    steps, held = [], []  # type: ignore[var-annotated]
    for part in (chosen[:cut], chosen[cut:]):
        if part:
            held = held + part
            steps.append(_Step(row, len(steps) + 1, at, sorted(held), sorted(part), []))
            at += (turnout.ends - at) * rng.uniform(0.01, 0.2)
    if spare and not sparing and rng.random() < 0.15:
        gone = held[0]
        steps.append(_Step(row, len(steps) + 1, at, sorted(held[1:]), [], [gone]))
        at += timedelta(seconds=rng.uniform(2, 30))
        steps.append(_Step(row, len(steps) + 1, at, sorted([*held[1:], *spare]), spare, []))
    row.version = len(steps)
    return steps


def _order(rng: random.Random, poll: RoundRow, voter: int, hung: Sequence[Hung], turnout: Turnout) -> list[_Step]:
    """One voter's order of the designs they like best."""
    chosen = _liked(rng, voter, hung, turnout.appeal, rng.randint(1, poll.places))
    at = turnout.begins + (turnout.ends - turnout.begins) * rng.betavariate(0.8, 1.2)
    row = Ballot(round_id=poll.id, voter_id=voter, spent=len(chosen), version=1)
    return [_Step(row, 1, at, chosen, sorted(chosen), [])]


def _liked(rng: random.Random, voter: int, hung: Sequence[Hung], appeal: Sequence[float], count: int) -> list[int]:
    """Draw designs without repetition, the appealing ones more often, never one's own."""
    keyed = [
        (rng.random() ** (1 / weight), design.id)
        for design, weight in zip(hung, appeal, strict=True)
        if design.author_id != voter
    ]
    return [design for _key, design in sorted(keyed, reverse=True)[:count]]


def _standing(rng: random.Random, poll: RoundRow, steps: Sequence[_Step], revisions: dict[int, int]) -> list[Vote]:
    """The votes of every ballot's last version, each received with the version that added it."""
    last = {step.ballot.id: step for step in steps if step.version == step.ballot.version}
    added = {(step.ballot.id, design): step.at for step in steps for design in step.added}
    votes = []
    for ballot_id, step in last.items():
        for design, value in marks.values(poll.way, step.choices).items():
            at = added[ballot_id, design]
            votes.append(
                Vote(
                    round_id=poll.id,
                    voter_id=step.ballot.voter_id,
                    submission_id=design,
                    revision_id=revisions[design],
                    state="counted",
                    value=value,
                    via=rng.choice(("gallery", "gallery", "design", "link")),
                    received_at=at,
                    at=at,
                )
            )
    return votes
