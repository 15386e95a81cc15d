"""The use cases of contests: each is one transaction."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import local_time, queries, rights, rules, specs, store, ways
from contests.events import ContestCancelled, ContestPublished, ContestRescheduled
from contests.phases import Phase, Schedule
from contests.queries import ContestRow
from webapp.accounts import audit
from webapp.accounts.models import Person
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.infra.i18n import known_zone
from webapp.kernel.codes import short_code
from webapp.kernel.refusal import N_, NotFound, Refused

DRAFT_FIELDS = frozenset(
    {
        "title",
        "brief_md",
        "prize",
        "rights",
        "timezone",
        "designs_per_fan",
        "hearts",
        "shortlist_size",
        "method",
        "final_method",
        "rank_places",
        *rules.DATES,
    }
)
PRODUCT_FIELDS = frozenset(specs.product("tee"))


def create(artist_id: int, person_id: int, preset: str, title: str, now: datetime) -> int:
    """Make a draft from a preset, with sensible dates in its maker's time zone; return its id.

    Raises Refused('unknown-preset') or Refused('bad-title').
    """
    chosen = specs.PRESETS.get(preset)
    if chosen is None:
        raise Refused("unknown-preset", N_("Choose one of the presets."), 422)
    _check_title(title)
    seed = secrets.token_hex(32)
    with transaction() as session:
        zone = _zone_of(session, person_id)
        contest_id = _insert(
            session,
            title,
            artist_id=artist_id,
            title=title,
            brief_md="",
            prize="",
            preset=preset,
            rights=dict(rights.DEFAULTS),
            rights_hash="",
            timezone=zone,
            method=chosen.method,
            final_method=chosen.final_method,
            rank_places=ways.USUAL_PLACES,
            seed=seed,
            seed_hash=hashlib.sha256(seed.encode()).hexdigest(),
            created_at=now,
            created_by=person_id,
            **_usual_dates(chosen, zone, now),
        )
        store.replace_products(session, contest_id, [dict(product) for product in chosen.products])
        audit.note(session, now, person_id, artist_id, "contest.create", f"contest:{contest_id}")
    return contest_id


def update(contest_id: int, person_id: int, now: datetime, **fields: Any) -> None:
    """Change fields of a draft (DRAFT_FIELDS); dates are instants.

    Raises Refused('published'), 'dates-not-in-order', 'bad-zone', 'bad-title', 'unknown-method' or 'unknown-field'.
    """
    if not fields.keys() <= DRAFT_FIELDS:
        raise Refused("unknown-field", N_("That can't be changed here."), 422)
    with transaction() as session:
        contest = _get(session, contest_id)
        rules.check_draft(contest.phase(now))
        _check_title(fields.get("title", contest.title))
        _check_ways(fields)
        if not known_zone(fields.get("timezone", contest.timezone)):
            raise Refused("bad-zone", N_("Choose a time zone from the list."), 422)
        dates = {name: fields[name] for name in rules.DATES if name in fields}
        rules.check_order(Schedule(**{**vars(contest.schedule), **dates}))
        if fields and not store.update_draft(session, contest_id, **fields):
            rules.check_draft(Phase.UPCOMING)
        audit.note(session, now, person_id, contest.artist_id, "contest.edit", f"contest:{contest_id}")


def set_products(contest_id: int, person_id: int, products: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Replace a draft's products; each mapping holds the keys of `specs.product`.

    Raises Refused('published'), 'bad-product' or 'too-many-products'.
    """
    rows = [_checked_product(product) for product in products]
    if len(rows) > specs.MAX_PRODUCTS:
        raise Refused("too-many-products", N_("A contest has at most six products."), 422)
    with transaction() as session:
        contest = _get(session, contest_id)
        rules.check_draft(contest.phase(now))
        store.replace_products(session, contest_id, rows)
        audit.note(session, now, person_id, contest.artist_id, "contest.products", f"contest:{contest_id}")


def publish(contest_id: int, person_id: int, now: datetime) -> None:
    """Publish a complete draft: its terms are frozen and hashed, its followers hear of it.

    Raises Refused('not-ready'), or 'published' when somebody was faster.
    """
    with transaction() as session:
        contest = _get(session, contest_id)
        rules.check_draft(contest.phase(now))
        rules.check_ready(contest, queries.products(session, contest_id), now)
        if not store.publish(session, contest_id, person_id, rights.hash_of(contest.rights), now):
            rules.check_draft(Phase.UPCOMING)
        audit.note(session, now, person_id, contest.artist_id, "contest.publish", f"contest:{contest_id}")
        outbox.record(session, ContestPublished(contest_id))


def reschedule(
    contest_id: int, person_id: int, dates: Mapping[str, datetime | None], reason: str, now: datetime
) -> int:
    """Move dates that are still to come, with a public reason; return the id of the public line.

    After a lapse only `decide_by` moves: the contest is prolonged. Raises Refused for what may not
    move, and 'changed-meanwhile' when somebody else was faster.
    """
    reason = rules.check_reason(reason)
    with transaction() as session:
        contest = _get(session, contest_id)
        changes = rules.changed_dates(contest.schedule, dates)
        rules.check_reschedule(contest.schedule, contest.phase(now), changes, now)
        if not store.set_dates(session, contest_id, contest.schedule, changes):
            raise Refused("changed-meanwhile", N_("Somebody changed this contest just now. Look at it again."))
        before = {name: _iso(getattr(contest.schedule, name)) for name in changes}
        after = {name: _iso(date) for name, date in changes.items()}
        kind = "prolonged" if set(changes) == {"decide_by"} else "rescheduled"
        change_id = _note_change(session, contest, person_id, now, kind, reason, before, after)
        outbox.record(session, ContestRescheduled(contest_id, change_id))
    return change_id


def cancel(contest_id: int, person_id: int, reason: str, now: datetime) -> None:
    """Call a published contest off, with a public reason.

    Raises Refused('cannot-cancel') when it is a draft, decided or already called off.
    """
    reason = rules.check_reason(reason)
    with transaction() as session:
        contest = _get(session, contest_id)
        rules.require(contest.phase(now), rules.RUNNING, "cannot-cancel")
        if not store.cancel(session, contest_id, person_id, reason, now):
            rules.require(Phase.CANCELLED, rules.RUNNING, "cannot-cancel")
        _note_change(session, contest, person_id, now, "cancelled", reason, {}, {})
        outbox.record(session, ContestCancelled(contest_id))


def _get(session: Session, contest_id: int) -> ContestRow:
    contest = queries.contest(session, contest_id)
    if contest is None:
        raise NotFound()
    return contest


def _check_title(title: str) -> None:
    if not rules.TITLE[0] <= len(title.strip()) <= rules.TITLE[1]:
        raise Refused("bad-title", N_("A title has 3 to 120 characters."), 422)


def _check_ways(fields: Mapping[str, Any]) -> None:
    if any(fields[name] not in ways.RULES for name in ("method", "final_method") if name in fields):
        raise Refused("unknown-method", N_("Choose one of the ways to vote and count."), 422)
    if not 0 <= fields.get("rank_places", 0) <= ways.MOST_PLACES:
        raise Refused("bad-places", N_("A fan can rank up to twenty designs."), 422)


def _zone_of(session: Session, person_id: int) -> str:
    zone = session.scalar(select(Person.timezone).where(Person.id == person_id)) or ""
    return zone if known_zone(zone) else "UTC"


def _usual_dates(preset: specs.Preset, zone: str, now: datetime) -> dict[str, datetime]:
    opens = local_time.at_hour(now, zone, 3, 12)
    voting = local_time.at_hour(opens, zone, preset.submitting_days, 12)
    picking = local_time.at_hour(voting, zone, preset.voting_days, 20)
    decide_by = local_time.at_hour(picking, zone, preset.deciding_days, 20)
    return {"opens_at": opens, "voting_at": voting, "picking_at": picking, "decide_by": decide_by}


def _insert(session: Session, words: str, **values: Any) -> int:
    """Insert under a public name made of `words`, with a code behind it when that name is taken."""
    stem = slug_of(words)
    name = stem if stem not in queries.taken_slugs(session, stem) else f"{stem}-{short_code().lower()}"
    while True:
        contest_id = store.add(session, slug=name, **values)
        if contest_id is not None:
            return contest_id
        name = f"{stem}-{short_code().lower()}"


def slug_of(words: str) -> str:
    """Return `words` as the name in an address: lower case ASCII, hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "contest"


def _checked_product(product: Mapping[str, Any]) -> dict[str, Any]:
    row = dict(product)
    sound = (
        row.keys() == PRODUCT_FIELDS
        and row["kind"] in specs.KINDS
        and 1 <= len(str(row["title"]).strip()) <= 100
        and bool(row["colours"])
        and all(re.fullmatch(r"#[0-9A-Fa-f]{6}", colour["hex"]) and colour["name"] for colour in row["colours"])
        and bool(row["sizes"])
        and 1 <= row["print_width_cm"] <= 200
        and 1 <= row["print_height_cm"] <= 200
        and (row["max_inks"] is None or 1 <= row["max_inks"] <= 12)
        and 0 <= row["price_minor"] <= 100_000_00
        and row["currency"] in specs.CURRENCIES
    )
    if not sound:
        raise Refused("bad-product", N_("A product needs a kind, a title, colours, sizes, print area and price."), 422)
    return row


def _iso(date: datetime | None) -> str | None:
    return date.isoformat() if date else None


def _note_change(
    session: Session,
    contest: ContestRow,
    person_id: int,
    now: datetime,
    kind: str,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> int:
    audit.note(
        session,
        now,
        person_id,
        contest.artist_id,
        f"contest.{kind}",
        f"contest:{contest.id}",
        reason=reason,
        before=before,
        after=after,
    )
    return store.add_change(
        session,
        contest_id=contest.id,
        at=now,
        by_id=person_id,
        kind=kind,
        reason=reason,
        before=before,
        after=after,
    )
