"""The demo's designs as rows: who sent in what, when, and what a moderator decided. No pictures yet.

A revision that waits for its drawing has no original; its report says how to draw it (`jobs.draw`). The
design shows that revision from the start, so that pages have a tile in its colour until the picture is there.
"""

import random
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import Image
from sqlalchemy.orm import Session

from contests.phases import Phase
from contests.submissions.images.hashing import placeholder
from contests.submissions.models import ModerationAct, Revision, Submission
from webapp.boot.demo import art, drawings, words
from webapp.boot.demo.calls import Call
from webapp.boot.demo.people import Cast
from webapp.kernel.codes import ALPHABET

SIZE = (1080, 1296)
KEPT_APART = timedelta(days=365)
"""So long the ordinary sweep leaves revisions alone that have nothing to process yet."""
COVERS = 3  # of each wall are drawn before all others: no wall is bare, and the winner is there
FIRST, SOON, LATER, LAST = range(4)
LIKED = (("bram", Phase.DECIDED), ("milja", Phase.VOTING), ("milja", Phase.PICKING), ("milja", Phase.FINAL))


@dataclass(frozen=True)
class Hung:
    """A design on the wall: ids, style, author and the day it came."""

    id: int
    revision_id: int
    author_id: int
    style: str
    at: datetime


@dataclass(frozen=True)
class Sender:
    """A contest as its designs need it."""

    contest_id: int
    artist_id: int
    rights_hash: str
    opens_at: datetime
    until: datetime


def seed_designs(session: Session, rng: random.Random, call: Call, to: Sender, cast: Cast, now: datetime) -> list[Hung]:
    """Insert the call's approved designs, drawn in this order; return them."""
    plans = _plans(call)
    authors = _authors(call, cast, rng)
    rows: list[tuple[Submission, Revision, art.Design]] = []
    for number, plan in enumerate(plans):
        at = to.opens_at + (to.until - to.opens_at) * ((number + rng.random()) / call.designs)
        revision = _revision(plan, at, rng, now, _turn(call, number))
        rows.append((_submission(plan, to, authors[number], at, rng), revision, plan))
    _insert(session, [(design, revision) for design, revision, _plan in rows])
    moderator = cast.named["jonas"]
    session.add_all(_act(to, moderator, design, "approve", design.approved_at or now) for design, *_ in rows)
    return [
        Hung(design.id, revision.id, design.author_id, plan.style, revision.created_at)
        for design, revision, plan in rows
    ]


def seed_queue(session: Session, rng: random.Random, to: Sender, cast: Cast, now: datetime) -> None:
    """Insert what an open contest holds besides: drawings of the studio; and for a moderator designs that wait, one
    held, one hidden, one that failed."""
    drawings.seed_drawings(session, to.contest_id, to.artist_id, to.rights_hash, cast, now)
    plans = [art.plan(style, 7000 + n) for n, style in enumerate(("jelly_lamp", "tour_list", "neon_cactus", "slogan"))]
    authors = [cast.named["noor"], cast.crowd[11], cast.named["iiris"], cast.crowd[30]]
    for plan, author, state in zip(plans, authors, ("pending", "pending", "held", "hidden"), strict=True):
        at = now - timedelta(hours=rng.uniform(2, 40))
        design, revision = _submission(plan, to, author, at, rng), _revision(plan, at, rng, now)
        design.state, design.approved_at = state, None
        _insert(session, [(design, revision)])
        if state == "held":
            session.add(_act(to, cast.named["jonas"], design, "hold", at, "rights", words.HELD_DESIGN))
        if state == "hidden":
            session.add(_act(to, cast.named["jonas"], design, "hide", at, "copy", words.HIDDEN_DESIGN))
    _failed(session, rng, to, cast.named["milja"], now)


def add_version(session: Session, rng: random.Random, hung: Hung, now: datetime) -> None:
    """Let an earlier drawing of the design have come first: what is shown becomes version 2."""
    shown = session.get_one(Revision, hung.revision_id)
    seed = shown.report["demo"]["seed"]
    shown.number = 2
    shown.created_at = min(now - timedelta(hours=5), hung.at + timedelta(days=3))
    session.flush()
    first = _revision(art.plan(hung.style, seed + 300), hung.at, rng, now)
    first.submission_id = hung.id
    session.add(first)
    session.flush()


def _insert(session: Session, rows: list[tuple[Submission, Revision]]) -> None:
    session.add_all(design for design, _revision in rows)
    session.flush()
    for design, revision in rows:
        revision.submission_id = design.id
    session.add_all(revision for _design, revision in rows)
    session.flush()
    for design, revision in rows:
        design.current_revision_id = revision.id
    session.flush()


def _plans(call: Call) -> list[art.Design]:
    """The wall: no title twice, and no style twice in the same inks."""
    seed = zlib.crc32(call.slug.encode()) % 900
    plans: list[art.Design] = []
    for number in range(call.designs):
        style = call.styles[number % len(call.styles)]
        plan = art.plan(style, seed)
        while any(plan.style == p.style and (plan.title == p.title or plan.inks == p.inks) for p in plans):
            seed += 1
            plan = art.plan(style, seed)
        plans.append(plan)
        seed += 1
    return plans


def _turn(call: Call, number: int) -> int:
    """Covers first; then the wall from which the artist picks, since a pick is made from pictures alone."""
    if number < COVERS:
        return FIRST
    return SOON if call.phase is Phase.PICKING else LATER


def _authors(call: Call, cast: Cast, rng: random.Random) -> list[int]:
    """One author for each design; the first is the one the demo's story needs there."""
    lead = [cast.named[key] for key, phase in LIKED if phase is call.phase]
    return (lead + rng.sample(cast.crowd, call.designs))[: call.designs]


def _submission(plan: art.Design, to: Sender, author_id: int, at: datetime, rng: random.Random) -> Submission:
    return Submission(
        contest_id=to.contest_id,
        author_id=author_id,
        code="".join(rng.choice(ALPHABET) for _ in range(5)),
        title=plan.title,
        alt=plan.alt,
        description=plan.description,
        state="approved",
        rights_hash=to.rights_hash,
        created_at=at - timedelta(minutes=rng.randint(4, 50)),
        submitted_at=at,
        approved_at=at + timedelta(minutes=rng.randint(9, 240)),
    )


def _revision(plan: art.Design, at: datetime, rng: random.Random, now: datetime, turn: int = LAST) -> Revision:
    upload = rng.choices(("sheet", "photo"), (8, 1))[0] if plan.product != "poster" else "sheet"
    name = plan.title.lower().replace(" ", "-").replace(",", "")
    return Revision(
        number=1,
        original_key="",
        original_sha256="",
        original_name=f"{name}.{'png' if plan.product == 'poster' else 'jpg'}",
        bytes=0,
        width=SIZE[0],
        height=SIZE[1],
        state="waiting",
        lease_until=now + KEPT_APART,
        placeholder=placeholder(Image.new("RGB", (8, 8), plan.ground)),
        report={"demo": {"style": plan.style, "seed": plan.seed, "upload": upload, "turn": turn}},
        created_at=at,
    )


def _act(
    to: Sender, moderator: int, design: Submission, act: str, at: datetime, code: str = "", reason: str = ""
) -> ModerationAct:
    return ModerationAct(
        at=at,
        artist_id=to.artist_id,
        moderator_id=moderator,
        subject_kind="submission",
        subject_id=design.id,
        act=act,
        reason_code=code,
        reason=reason,
        state_before="pending",
    )


def _failed(session: Session, rng: random.Random, to: Sender, author_id: int, now: datetime) -> None:
    """A draft whose picture came from a telephone in a format we can't read: its author sees why."""
    draft = Submission(
        contest_id=to.contest_id,
        author_id=author_id,
        code="".join(rng.choice(ALPHABET) for _ in range(5)),
        title="Kitchen, 23:40",
        alt="",
        created_at=now - timedelta(hours=20),
    )
    session.add(draft)
    session.flush()
    session.add(
        Revision(
            submission_id=draft.id,
            number=1,
            original_key="",
            original_sha256="",
            original_name="IMG_2207.jpg",
            bytes=2_841_337,
            state="failed",
            failure_code="truncated",
            attempts=1,
            report={"details": {}},
            created_at=now - timedelta(hours=20),
        )
    )
