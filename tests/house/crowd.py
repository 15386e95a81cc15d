"""A site whose every list can be made longer: what the pages show is doubled, and doubled again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contests.comments.mentions.models import Mention
from contests.comments.models import Comment, Report, Takedown
from contests.comments.questions.models import Question, QuestionAnswer, QuestionVote
from contests.comments.reactions.models import Reaction
from contests.models import ContestProduct
from contests.phases import Phase
from contests.specs import product
from contests.submissions.finalists.models import FinalistKit
from contests.submissions.models import ModerationAct, Revision, Submission
from contests.submissions.studio.models import KitItem, StudioAsset, StudioDraft
from preorders.models import Drop, ExportLog, Preorder, PreorderLine, Product, Variant
from tests.pages import make
from tests.pages.make import DAY, NOW
from voting.models import Ballot, Pick, Round, Shortlisted, Vote
from webapp.accounts.following.models import Following, Profile
from webapp.accounts.models import ApiToken, Artist, AuditLine, Follow, Invitation, Person, SessionRow, TeamMember
from webapp.infra.db import transaction
from webapp.notices.models import Notice

CONTESTS = {"v": Phase.VOTING, "p": Phase.PICKING, "d": Phase.DECIDED, "s": Phase.SUBMITTING}


class Crowd:
    """One person (`me`) who holds every role, four contests, a drop; `grow` adds rows to all their lists."""

    def __init__(self) -> None:
        self.size = 0
        self.me = make.person("Me", is_operator=True, age_band="18+")
        self.artist_id = make.artist("band", artist=self.me)
        self.contests = {
            slug: make.contest(self.artist_id, self.me, phase, slug=slug) for slug, phase in CONTESTS.items()
        }
        with transaction() as session:
            for role in ("merch_staff", "moderator"):
                session.add(TeamMember(artist_id=self.artist_id, person_id=self.me, role=role, since=NOW))
            session.add(ContestProduct(contest_id=self.contests["s"], position=0, **product("tee")))
            self._rounds(session)
            self._drop(session)

    def grow(self, size: int) -> None:
        """Make every list `size` long."""
        with transaction() as session:
            for number in range(self.size, size):
                self._one_more(session, number)
            self.size = size
            self._publish_results(session)
            session.get_one(Drop, self.drop_id).reserved = size

    def _rounds(self, session: Session) -> None:
        self.rounds = {}
        for slug, closed in (("v", None), ("p", NOW), ("d", NOW)):
            row = Round(contest_id=self.contests[slug], kind="open", budget=100, sealed_at=closed, closed_at=closed)
            if closed:
                row.result = {}
            session.add(row)
            session.flush()
            self.rounds[slug] = row.id
        ballot = Ballot(round_id=self.rounds["v"], voter_id=self.me, spent=0)
        session.add(ballot)

    def _drop(self, session: Session) -> None:
        dates = {"opens_at": NOW - DAY, "closes_at": NOW + DAY, "created_at": NOW - DAY, "published_at": NOW - DAY}
        drop = Drop(
            artist_id=self.artist_id,
            slug="drop",
            title="Drop",
            currency="EUR",
            timezone="UTC",
            edition_cap=500,
            contest_id=self.contests["d"],
            **dates,
        )
        session.add(drop)
        session.flush()
        product = Product(drop_id=drop.id, position=0, kind="tee", title="Tee", price_minor=2000)
        session.add(product)
        session.flush()
        self.drop_id, self.product_id = drop.id, product.id

    def _one_more(self, session: Session, number: int) -> None:
        fan = Person(
            email=f"fan{number}@example.org", display_name=f"Fan {number}", age_band="18+", created_at=NOW - 30 * DAY
        )
        session.add(fan)
        session.flush()
        found = {slug: self._design(session, slug, fan.id, number) for slug in self.contests}
        mine = self._design(session, "s", self.me, number, "m")
        waiting = self._design(session, "v", fan.id, number, "w", state="pending")
        self.first = min(getattr(self, "first", found["v"]), found["v"])
        self._talk(session, fan.id, found["v"])
        self._ask(session, fan.id, number)
        self._votes(session, found)
        self._desk(session, fan.id, number)
        self._team(session, fan.id, number, waiting)
        self._studio(session, number)
        self._elsewhere(session, number)
        self._inbox(session, number)
        if number == 0:
            standing = {"picked_by": self.me, "picked_at": NOW, "undo_until": NOW, "announced_at": NOW}
            session.add(Pick(contest_id=self.contests["d"], submission_id=found["d"], reason="Yes.", **standing))
        self.latest = mine

    def _studio(self, session: Session, number: int) -> None:
        place = {"contest_id": self.contests["s"], "created_at": NOW}
        picture = {"original_key": "o", "sha256": "0" * 64, "bytes": 1, "width": 9, "height": 9, "proxy_key": "p.avif"}
        asset = StudioAsset(code=f"kit{number}", state="done", report={"alpha": True}, **place, **picture)
        session.add(asset)
        session.flush()
        laid_out = {"contest_id": self.contests["s"], "added_by": self.me, "added_at": NOW}
        session.add(KitItem(kind="logo", label=f"Logo {number}", asset_id=asset.id, **laid_out))
        drawing = {"product": 0, "colour": "#17151C", "updated_at": NOW}
        session.add(StudioDraft(code=f"draft{number}", person_id=self.me, **place, **drawing))

    def _design(
        self, session: Session, slug: str, author: int, number: int, mark: str = "", state: str = "approved"
    ) -> int:
        at = NOW - 5 * DAY
        design = Submission(
            contest_id=self.contests[slug],
            author_id=author,
            code=f"{slug.upper()}{mark.upper()}{number:04d}",
            title=f"Design {number}",
            alt="A drawing",
            state=state,
            rights_hash="h",
            created_at=at,
            submitted_at=at,
            approved_at=at,
        )
        session.add(design)
        session.flush()
        picture = Revision(
            submission_id=design.id,
            number=1,
            original_key="o",
            original_sha256="0" * 64,
            bytes=1,
            width=480,
            height=600,
            state="done",
            created_at=at,
            done_at=at,
            dhash=f"{design.id:016x}",
            renditions=[{"w": 480, "h": 600, "avif": make.key("avif"), "jpeg": make.key("jpg")}],
        )
        session.add(picture)
        session.flush()
        design.current_revision_id = picture.id
        return design.id

    def _talk(self, session: Session, fan: int, design: int) -> None:
        at = NOW - DAY
        said = Comment(submission_id=self.first, author_id=fan, body_md="I would *wear* this.", created_at=at)
        held = Comment(submission_id=self.first, author_id=fan, body_md="Hm.", state="held", created_at=at)
        mine = Comment(submission_id=design, author_id=self.me, body_md="Bolder!", created_at=at)
        session.add_all([said, held, mine])
        session.flush()
        session.add(
            Comment(submission_id=self.first, author_id=self.me, body_md="So do I.", parent_id=said.id, created_at=at)
        )
        session.add(Reaction(comment_id=said.id, person_id=self.me, word="agree", at=at))
        session.add(Mention(comment_id=said.id, place="comment", author_id=fan, person_id=self.me, name="me", at=at))
        for kind, subject in (("design", design), ("person", fan)):
            session.add(Following(person_id=self.me, kind=kind, subject_id=subject, since=at))
        session.add(Profile(person_id=fan, code=f"FAN{fan:05d}", since=at))
        for kind, subject in (("comment", said.id), ("submission", design)):
            session.add(
                Report(
                    artist_id=self.artist_id,
                    subject_kind=kind,
                    subject_id=subject,
                    reporter_id=fan,
                    reason="spam",
                    at=at,
                )
            )
        notice = {"address": "/D/V0000", "claimant": "Agency", "email": "a@example.org", "work": "W", "statement": "S"}
        session.add(Takedown(submission_id=design, at=at, **notice))

    def _ask(self, session: Session, fan: int, number: int) -> None:
        asked = {"contest_id": self.contests["v"], "author_id": fan, "created_at": NOW - DAY}
        waits = Question(words=f"What about number {number}?", **asked)
        done = Question(words=f"And why {number}?", answered_at=NOW, wanted=1, **asked)
        held = {**asked, "author_id": self.me, "state": "held", "rule": "words"}
        session.add_all([waits, done, Question(words=f"Is it {number}?", **held)])
        session.flush()
        same = {**asked, "merged_into_id": waits.id, "merged_at": NOW, "merged_by": self.me}
        answer = QuestionAnswer(question_id=done.id, number=1, by_id=self.me, role="team", body_md="So.", at=NOW)
        vote = QuestionVote(question_id=waits.id, given_to_id=waits.id, voter_id=self.me, at=NOW)
        session.add_all([Question(words=f"What of {number}?", **same), answer, vote])

    def _votes(self, session: Session, found: dict[str, int]) -> None:
        revision = session.get_one(Submission, found["v"]).current_revision_id or 0
        mine = Ballot.round_id == self.rounds["v"], Ballot.voter_id == self.me
        session.execute(update(Ballot).where(*mine).values(spent=Ballot.spent + 1))
        session.add(
            Vote(
                round_id=self.rounds["v"],
                voter_id=self.me,
                submission_id=found["v"],
                revision_id=revision,
                received_at=NOW,
                at=NOW,
            )
        )
        for slug in ("p", "d"):
            session.add(Shortlisted(contest_id=self.contests[slug], submission_id=found[slug], rank=1, votes=3))
            session.add(FinalistKit(submission_id=found[slug], created_at=NOW))

    def _desk(self, session: Session, fan: int, number: int) -> None:
        variant = Variant(
            drop_id=self.drop_id,
            product_id=self.product_id,
            sku=f"T-{number}",
            size="M",
            colour=f"Ink {number}",
            colour_hex="#112233",
            position=number,
            reserved=1,
        )
        session.add(variant)
        session.flush()
        for who, mark in ((fan, "F"), (self.me, "M")):
            order = Preorder(
                drop_id=self.drop_id,
                person_id=who,
                number=f"FM-{mark}{number:05d}",
                idempotency_key=f"key-{number}",
                email="a@example.org",
                name="A",
                address={"line1": "K 1", "postcode": "1", "city": "C", "country": "FI"},
                pieces=1,
                items_minor=2000,
                total_minor=2000,
                currency="EUR",
                placed_at=NOW,
            )
            session.add(order)
            session.flush()
            session.add(PreorderLine(preorder_id=order.id, variant_id=variant.id, quantity=1, price_minor=2000))
        session.add(
            ExportLog(drop_id=self.drop_id, by_id=self.me, at=NOW, template="orders", format="csv", filters={}, rows=1)
        )

    def _team(self, session: Session, fan: int, number: int, waiting: int) -> None:
        session.add(TeamMember(artist_id=self.artist_id, person_id=fan, role="moderator", since=NOW))
        session.add(
            Invitation(
                artist_id=self.artist_id,
                email=f"new{number}@example.org",
                role="moderator",
                invited_by=self.me,
                token_hash=f"{number:064d}",
                created_at=NOW,
                expires_at=NOW + DAY,
            )
        )
        for kind, subject in (("submission", waiting), ("person", fan)):
            session.add(
                ModerationAct(
                    at=NOW - DAY,
                    artist_id=self.artist_id,
                    moderator_id=fan,
                    subject_kind=kind,
                    subject_id=subject,
                    act="hold",
                    reason_code="other",
                    reason="Wait.",
                    state_before="pending",
                )
            )
        session.add(AuditLine(at=NOW, actor_id=fan, artist_id=self.artist_id, action="drop.edit", details={}))

    def _elsewhere(self, session: Session, number: int) -> None:
        other = Artist(slug=f"other-{number}", name=f"Other {number}", created_at=NOW)
        session.add(other)
        session.flush()
        session.add(Follow(artist_id=other.id, person_id=self.me, since=NOW))
        for artist_id, mark in ((other.id, "o"), (self.artist_id, "b")):
            dates = {"opens_at": NOW - DAY, "closes_at": NOW + DAY, "created_at": NOW, "published_at": NOW - DAY}
            session.add(
                Drop(
                    artist_id=artist_id, slug=f"{mark}-{number}", title="More", currency="EUR", timezone="UTC", **dates
                )
            )
        self._contest(session, number)

    def _contest(self, session: Session, number: int) -> None:
        from contests.models import Contest

        phases = [(1, -1, -2, -3), (2, 1, -1, -2), (3, 2, 1, -1)][number % 3]
        opens, voting, picking, decide = (NOW - days * DAY for days in phases)
        session.add(
            Contest(
                artist_id=self.artist_id,
                slug=f"more-{number}",
                title="More",
                preset="tee",
                rights={},
                timezone="UTC",
                opens_at=opens,
                voting_at=voting,
                picking_at=picking,
                decide_by=decide,
                seed="s",
                seed_hash="h",
                published_at=NOW - 9 * DAY,
                created_at=NOW - 10 * DAY,
                created_by=self.me,
            )
        )

    def _inbox(self, session: Session, number: int) -> None:
        params: dict[str, Any] = {"path": "/c/v", "title": "T", "artist": "B"}
        session.add(Notice(recipient_id=self.me, kind="contest-opened", dedupe=f"n:{number}", params=params, at=NOW))
        times = {"created_at": NOW, "fresh_until": NOW, "last_seen_at": NOW}
        session.add(SessionRow(person_id=self.me, token_hash=f"s{number:063d}", **times))
        session.add(
            ApiToken(
                person_id=self.me, name=f"Token {number}", token_hash=f"t{number:063d}", scopes=["read"], created_at=NOW
            )
        )

    def _publish_results(self, session: Session) -> None:
        for slug in ("p", "d"):
            found = select(Submission.id).where(Submission.contest_id == self.contests[slug])
            ids = list(session.scalars(found.order_by(Submission.id)))
            session.get_one(Round, self.rounds[slug]).result = {
                "order": [{"submission_id": each, "votes": 3, "rank": 1} for each in ids],
                "shortlist": ids,
                "draw": None,
                "method": "approval",
                "version": 1,
                "ending": "counted",
                "ballots": len(ids),
                "votes": 3 * len(ids),
                "set_aside": 0,
                "seed": "s",
                "seed_hash": "f" * 64,
            }
