"""What was seen in the demo: visitors, regulars, and how often each design was shown."""

import random
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from voting.exposure.models import Impression
from webapp.boot.demo.designs import Hung
from webapp.boot.demo.people import Cast
from webapp.infra.db import insert_many_once
from webapp.insights.models import ContestRegular, ContestVisitor


def seed_seen(
    session: Session,
    rng: random.Random,
    contest_id: int,
    hung: Sequence[Hung],
    cast: Cast,
    between: tuple[datetime, datetime],
    stages: dict[str, bool],
) -> None:
    """Insert visitors in proportion to the wall, nearly all fans as regulars, impressions of stages begun."""
    begins, ends = between

    def moment() -> datetime:
        return begins + (ends - begins) * rng.random()

    visitors = [
        {"contest_id": contest_id, "device_hash": rng.randbytes(32).hex(), "first_at": moment()}
        for _ in range(60 + 11 * len(hung) + rng.randint(0, 40))
    ]
    insert_many_once(session, ContestVisitor, visitors)
    regulars = [person_id for person_id in cast.fans if rng.random() < 0.9]
    insert_many_once(
        session,
        ContestRegular,
        [{"contest_id": contest_id, "person_id": person_id, "first_at": moment()} for person_id in regulars],
    )
    for stage, began in stages.items():
        often = rng.randint(180, 260)
        shown = [_shown(contest_id, design.id, stage, rng.gauss(often, often / 25)) for design in hung if began]
        insert_many_once(session, Impression, shown)


def _shown(contest_id: int, submission_id: int, stage: str, often: float) -> dict[str, object]:
    """An impression row: of the cards of a page a bit more than half are looked at."""
    where = {"contest_id": contest_id, "submission_id": submission_id, "stage": stage}
    return {**where, "shown": round(often), "looks": round(often * 54)}
