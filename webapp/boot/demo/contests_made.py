"""The demo's contests as rows, published when their story says so."""

import hashlib
import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests import rights, store
from contests.local_time import at_hour
from contests.phases import Phase
from webapp.accounts import audit
from webapp.boot.demo import words
from webapp.boot.demo.calls import Call
from webapp.boot.demo.people import ZONE


def dates_of(call: Call, now: datetime) -> dict[str, datetime]:
    """Return the call's dates as instants."""
    return {name: at_hour(now, ZONE, days, hour) for name, (days, hour) in call.dates.items()}


def seed_contest(session: Session, rng: random.Random, call: Call, artist_id: int, by: int, now: datetime) -> int:
    """Insert the contest with its products, published and called off as its phase says; return its id."""
    dates = dates_of(call, now)
    created = min(dates["opens_at"], now) - timedelta(days=6)
    terms = rights.DEFAULTS | {"fee_minor": call.fee_minor}
    seed = rng.randbytes(32).hex()
    contest_id = store.add(
        session,
        slug=call.slug,
        artist_id=artist_id,
        title=call.title,
        brief_md=call.brief,
        prize=call.prize,
        preset=call.preset,
        rights=terms,
        rights_hash="",
        timezone=ZONE,
        seed=seed,
        seed_hash=hashlib.sha256(seed.encode()).hexdigest(),
        created_at=created,
        created_by=by,
        hearts=call.hearts,
        shortlist_size=call.shortlist,
        method=call.method,
        final_method=call.final_method,
        **dates,
    )
    assert contest_id is not None
    store.replace_products(session, contest_id, [dict(product) for product in call.products])
    audit.note(session, created, by, artist_id, "contest.create", f"contest:{contest_id}")
    if call.phase is not Phase.DRAFT:
        _publish(session, contest_id, terms, by, artist_id, created + timedelta(days=1))
    _tell_nobody(session, contest_id, call.phase, dates, now)
    if call.phase is Phase.CANCELLED:
        _cancel(session, contest_id, by, now - timedelta(days=2))
    if call.phase is Phase.FINAL:
        _moved(session, contest_id, by, dates)
    return contest_id


def _publish(session: Session, contest_id: int, terms: dict[str, Any], by: int, artist_id: int, at: datetime) -> None:
    store.publish(session, contest_id, by, rights.hash_of(terms), at)
    audit.note(session, at, by, artist_id, "contest.publish", f"contest:{contest_id}")


def _tell_nobody(session: Session, contest_id: int, phase: Phase, dates: dict[str, datetime], now: datetime) -> None:
    """Mark what lies in the past as told, so that the ticker does not tell it now."""
    if phase not in (Phase.DRAFT, Phase.CANCELLED) and dates["voting_at"] <= now:
        store.mark_voting_told(session, contest_id, dates["voting_at"])
    if phase is Phase.LAPSED:
        store.mark_lapse_told(session, contest_id, dates["decide_by"])


def _cancel(session: Session, contest_id: int, by: int, at: datetime) -> None:
    store.cancel(session, contest_id, by, words.CANCELLED, at)
    store.add_change(
        session,
        contest_id=contest_id,
        at=at,
        by_id=by,
        kind="cancelled",
        reason=words.CANCELLED,
        before={},
        after={},
    )


def _moved(session: Session, contest_id: int, by: int, dates: dict[str, datetime]) -> None:
    store.add_change(
        session,
        contest_id=contest_id,
        at=dates["voting_at"] - timedelta(days=3),
        by_id=by,
        kind="rescheduled",
        reason=words.MOVED,
        before={"voting_at": (dates["voting_at"] - timedelta(days=2)).isoformat()},
        after={"voting_at": dates["voting_at"].isoformat()},
    )
