"""Many ballots at once, written as the product writes them, with the traces of their first vote."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.voting import make
from tests.voting.make import Scene
from voting import closing, polls, queries
from voting.integrity.models import VotingFeature
from voting.models import Ballot, BallotVersion, Vote
from webapp.accounts.models import Person
from webapp.infra.db import transaction

_numbers = count(1)
BEGUN = make.NOW - timedelta(days=2)


def ballots(
    made: Scene,
    how_many: int,
    choices: Sequence[int] | None = None,
    *,
    email: str = "someone{n}@mail{n}.example",
    prefix: str = "",
    device: str = "",
    agent: str = "",
    at: datetime | None = None,
    within: timedelta = timedelta(hours=47),
    aged: bool | None = None,
) -> list[int]:
    """Let so many people vote (by chance without `choices`); return their ballots' ids."""
    dice, done = random.Random(next(_numbers)), []
    with transaction() as session:
        revisions = {design: row.revision_id for design, row in queries.choices(session, made.designs).items()}
        poll = polls.ensure(session, polls.of_contest(session, made.contest_id), "open")
        for _ in range(how_many):
            number = next(_numbers)
            moment = (at or BEGUN) + within * dice.random()
            is_aged = dice.random() < 0.5 if aged is None else aged
            born = moment - (timedelta(days=90) if is_aged else timedelta(minutes=1))
            word = "".join(chr(97 + int(digit)) for digit in str(number))  # a number would make them a series
            person = Person(email=email.format(n=word), display_name=f"Fan {number}", created_at=born)
            session.add(person)
            session.flush()
            said = sorted(choices) if choices else sorted(dice.sample(made.designs, dice.randint(1, 3)))
            ballot = Ballot(round_id=poll.id, voter_id=person.id, spent=len(said), version=1)
            session.add(ballot)
            session.flush()
            done.append(ballot.id)
            mine: dict[str, Any] = {"ballot_id": ballot.id, "round_id": poll.id}
            session.add(BallotVersion(**mine, version=1, choices=said, added=said, removed=[], at=moment))
            session.add(
                VotingFeature(
                    **mine,
                    prefix=prefix or f"home{number}",
                    device=device or f"device{number}",
                    agent=agent or f"agent{dice.randrange(5)}",
                    received_at=moment,
                )
            )
            for design in said:
                of_design = {"submission_id": design, "revision_id": revisions[design], "via": "gallery"}
                vote = Vote(round_id=poll.id, voter_id=person.id, **of_design, received_at=moment, at=moment)
                session.add(vote)
    while closing.fold(poll.id):
        pass
    return done
