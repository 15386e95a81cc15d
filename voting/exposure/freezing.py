"""The report of a round's exposure, written once between its seal and its count, so that it never changes later."""

from datetime import datetime

import structlog
from redis.exceptions import RedisError

from contests.submissions import queries as submissions
from voting import picks_queries, queries, rules
from voting.exposure import queries as exposure
from voting.exposure import reporting, seen
from voting.exposure.models import ExposureReport
from voting.wearing import queries as wearing
from webapp.infra.db import db, insert_once, transaction

log = structlog.get_logger()


def freeze(round_id: int, now: datetime) -> bool:
    """Write the report of a sealed round (a step before its count; may run twice); return that it is done."""
    try:
        seen.flush()
    except RedisError as error:  # what was counted and not yet written is missing: no reason not to count the votes
        log.warning("exposure may lack the last moments", error=str(error))
    session = db.session()
    session.rollback()
    poll = queries.round_by_id(session, round_id)
    if poll is None:
        return True
    designs = set(submissions.public_ids(session, poll.contest_id))
    if poll.kind == rules.FINAL:
        designs &= set(picks_queries.shortlist(session, poll.contest_id))
    known = exposure.shown(session, poll.contest_id, poll.kind)
    report = reporting.report(
        {design: known.get(design, (0, 0)) for design in designs},
        {design: each for design, each in exposure.arrivals(session, round_id).items() if design in designs},
        {design: each.people for design, each in wearing.wishes(session, designs).items()},
    )
    session.rollback()
    with transaction() as writing:
        insert_once(writing, ExposureReport, round_id=round_id, report=report, made_at=now)
    return True
