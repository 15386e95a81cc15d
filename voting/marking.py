"""Use cases of a voter whose ballot holds more than hearts: rating, ranking, comparing.

Each replaces what the ballot said, in one transaction, with one new version if anything changed at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from voting import marks, papers, polls, rules
from voting.marks import PAIRS, RANK, STARS, Choices
from voting.papers import Paper
from voting.queries import ChoiceRow, RoundRow
from webapp.infra.db import transaction


@dataclass(frozen=True)
class Marked:
    """A ballot after an act: 'counted', 'pending' or 'none' (it is blank), and what it says (see `marks`)."""

    state: str
    kind: str
    choices: Choices
    trail: Choices


def rate(submission_id: int, voter_id: int, stars: int | None, via: str, now: datetime) -> Marked:
    """Give a design 0 to 5 stars, or take them back (None). Raises Refused when that can't be done now."""
    return _rate(submission_id, voter_id, None, stars, via, now)


def rate_pending(submission_id: int, device_id: str, stars: int | None, via: str, now: datetime) -> Marked:
    """Keep a stranger's stars until an e-mail code makes them count. Raises Refused like `rate`."""
    return _rate(submission_id, None, device_id, stars, via, now)


def rank(contest_id: int, voter_id: int, order: Sequence[int], via: str, now: datetime) -> Marked:
    """Let the ballot be this order of designs, the best first; an empty one takes it back. Raises Refused."""
    return _rank(contest_id, voter_id, None, order, via, now)


def rank_pending(contest_id: int, device_id: str, order: Sequence[int], via: str, now: datetime) -> Marked:
    """Keep a stranger's order until an e-mail code makes it count. Raises Refused like `rank`."""
    return _rank(contest_id, None, device_id, order, via, now)


def compare(contest_id: int, voter_id: int, a: int, b: int, winner: int | None, now: datetime) -> Marked:
    """Say which of two designs is better, or skip the pair (None), which then is not shown again.

    A pair compared before is compared anew; skipping it takes the comparison back. Raises Refused.
    """
    return _compare(contest_id, voter_id, None, a, b, winner, now)


def compare_pending(contest_id: int, device_id: str, a: int, b: int, winner: int | None, now: datetime) -> Marked:
    """Keep a stranger's comparison until an e-mail code makes it count. Raises Refused like `compare`."""
    return _compare(contest_id, None, device_id, a, b, winner, now)


def uncompare(contest_id: int, voter_id: int, now: datetime, pair: tuple[int, int] | None = None) -> Marked:
    """Forget the pair met last, compared or skipped, or the `pair` that is named, so that a repeat is harmless.

    Without such a pair nothing changes. Raises Refused.
    """
    return _uncompare(contest_id, voter_id, None, now, pair)


def uncompare_pending(contest_id: int, device_id: str, now: datetime, pair: tuple[int, int] | None = None) -> Marked:
    """Forget the pair a stranger met last, or the one named. Raises Refused when voting is not open."""
    return _uncompare(contest_id, None, device_id, now, pair)


def _rate(
    submission_id: int, voter_id: int | None, device_id: str | None, stars: int | None, via: str, now: datetime
) -> Marked:
    rules.require_stars(stars)
    with transaction() as session:
        papers.hold(session, device_id)
        design, contest = polls.of_design(session, submission_id)
        poll, now = polls.held_open(session, contest, STARS, now)
        if stars is not None:
            polls.require_choosable(session, poll, [design], voter_id)
        paper = papers.locked(session, poll, voter_id, device_id)
        choices = marks.rated(paper.choices, design.id, stars)
        rules.require_fewer(choices, paper.choices, rules.MOST_RATED)
        return _write(session, poll, paper, choices, [], {design.id: design}, via, now)


def _rank(
    contest_id: int, voter_id: int | None, device_id: str | None, order: Sequence[int], via: str, now: datetime
) -> Marked:
    wanted = list(order)
    with transaction() as session:
        papers.hold(session, device_id)
        poll, now = polls.held_open(session, polls.of_contest(session, contest_id), RANK, now)
        rules.require_order(wanted, poll.places)
        designs = polls.choosable(session, poll, wanted, voter_id)
        paper = papers.locked(session, poll, voter_id, device_id)
        return _write(session, poll, paper, wanted, [], designs, via, now)


def _compare(
    contest_id: int, voter_id: int | None, device_id: str | None, a: int, b: int, winner: int | None, now: datetime
) -> Marked:
    rules.require_pair(a, b, winner)
    with transaction() as session:
        papers.hold(session, device_id)
        poll, now = polls.held_open(session, polls.of_contest(session, contest_id), PAIRS, now)
        designs = polls.choosable(session, poll, [a, b], voter_id)
        paper = papers.locked(session, poll, voter_id, device_id)
        trail = marks.compared(paper.trail, a, b, winner)
        if marks.met(paper.trail, a, b) == (winner or 0):
            trail = paper.trail  # sent twice: the order of undoing stays as it was
        rules.require_fewer(trail, paper.trail, rules.MOST_PAIRS)
        return _write(session, poll, paper, marks.of_trail(trail), trail, designs, "focus", now)


def _uncompare(
    contest_id: int, voter_id: int | None, device_id: str | None, now: datetime, pair: tuple[int, int] | None
) -> Marked:
    with transaction() as session:
        papers.hold(session, device_id)
        poll, now = polls.held_open(session, polls.of_contest(session, contest_id), PAIRS, now)
        paper = papers.locked(session, poll, voter_id, device_id)
        trail = marks.uncompared(paper.trail, *pair) if pair else paper.trail[:-1]
        return _write(session, poll, paper, marks.of_trail(trail), trail, {}, "focus", now)


def _write(
    session: Session,
    poll: RoundRow,
    paper: Paper,
    choices: Choices,
    trail: Choices,
    designs: dict[int, ChoiceRow],
    via: str,
    now: datetime,
) -> Marked:
    papers.write(session, poll, paper, choices, trail, designs, rules.known_via(via), now)
    state = "none" if not choices else "counted" if paper.voter_id else "pending"
    return Marked(state, poll.way, choices, trail)
