"""One fan who has done everything, and another one whose name must stay out of the first one's file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from contests.comments.mentions import rules as naming
from contests.comments.mentions.models import Mention
from contests.comments.models import Comment, Report, Takedown
from contests.comments.questions.models import Question, QuestionAnswer, QuestionVote
from contests.comments.reactions.models import Reaction
from contests.comments.suggestions.models import Suggestion
from contests.submissions.credits.models import CreditShare
from contests.submissions.models import ModerationAct, Revision, Submission
from contests.submissions.studio.models import StudioAsset, StudioDraft
from preorders import service as drops
from preorders import timeline
from preorders.models import ExportLog, Payment, Preorder, Shipment, WaitlistEntry
from preorders.waitlist import joining
from tests.preorders import make as shop
from tests.voting import make
from voting import service as votes
from voting.bundle import making
from voting.pick_models import PickLink, PickNote
from voting.wearing.models import WouldWear
from webapp.accounts import audit, profile, store
from webapp.accounts import service as sign_in
from webapp.accounts.following.models import Following, Profile
from webapp.accounts.guardians.models import Guardian, GuardianRequest
from webapp.accounts.models import ApiToken, Follow, Invitation, KnownDevice, Person, TeamMember
from webapp.accounts.passkeys.models import Passkey
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.insights.models import ContestRegular
from webapp.newsletters.models import Subscription
from webapp.notices.models import Notice, NoticePreference

NOW = make.NOW
NAME, EMAIL = "Ilmatar Ääriviiva", "ilmatar.quux@example.org"
NEEDLES = ("Ilmatar", "lmatar", "riviiva", "quux")
OTHER = "Zebedee Zorn"
HOME = drops.Contact("Ilmatar Ääriviiva", "Quuxkatu 1 A 2", "00170", "Helsinki", "FI", "+358401234567", "Ring Ilmatar")


@dataclass
class Rich:
    """What a test asks about."""

    fan: int
    other: int
    scene: make.Scene
    lost: int  # her design that did not win
    won: int  # and the one that is printed
    drop_id: int
    unpaid: int
    paid: int
    shipped: int
    next_in_line: int
    bundle: str


def build() -> Rich:
    """Let her do everything; the round is counted, and its bundle is out."""
    scene = make.scene(designs=2)
    with transaction() as session:
        fan = store.add_person(session, EMAIL, NAME, NOW, age_band="16-17", country="FI", timezone="Europe/Helsinki")
        other = store.add_person(session, "zebedee@example.net", OTHER, NOW, age_band="18+")
    _account(fan, other, scene)
    told = shop.story()
    lost, won = make.design(scene, fan), told.submission_id
    _designs(fan, other, scene, lost, won)
    _talk(fan, other, scene, lost)
    _questions(fan, other, scene)
    _newsletters(fan, other, scene)
    bundle = _voting(fan, scene, lost)
    drop_id = shop.drop(cap=3, told=told, submission_id=won, pick_id=told.pick_id, contest_id=told.contest_id)
    return Rich(fan, other, scene, lost, won, drop_id, *_orders(fan, other, drop_id), bundle)


def _account(fan: int, other: int, scene: make.Scene) -> None:
    profile.set_password(fan, "a long password of hers", 0, NOW)
    profile.new_recovery_codes(fan)
    sign_in.request_code(EMAIL, NOW)
    about: dict[str, Any] = {"role": "moderator", "invited_by": scene.boss, "created_at": NOW}
    about |= {"artist_id": scene.artist_id, "expires_at": NOW + timedelta(days=3), "email": EMAIL}
    mum = {"email": "mum.quux@example.org", "nonce": "n", "token_hash": "t", "expires_at": NOW, "named_at": NOW}
    told = {"path": "/D/X", "name": NAME, "words": "Ilmatar says: rounder", "title": "Fox"}
    with transaction() as session:
        store.record_consent(session, fan, "terms", True, "h", NOW)
        session.add_all(
            [
                Follow(artist_id=scene.artist_id, person_id=fan, since=NOW),
                Following(person_id=fan, kind="contest", subject_id=1, since=NOW),
                Following(person_id=other, kind="person", subject_id=fan, since=NOW),
                Profile(person_id=fan, code="QVVX0000", since=NOW),
                TeamMember(artist_id=scene.artist_id, person_id=fan, role="merch_staff", since=NOW),
                Invitation(token_hash="a", **about),
                Invitation(token_hash="b", accepted_at=NOW, accepted_by=fan, **about),
                KnownDevice(person_id=fan, mark="m", first_at=NOW, last_at=NOW),
                Passkey(
                    person_id=fan,
                    credential_id="c",
                    public_key="p",
                    handle="h",
                    sign_count=1,
                    transports=["internal"],
                    name="Ilmatar's phone",
                    created_at=NOW,
                ),
                ApiToken(person_id=fan, name="Ilmatar's bot", token_hash="k", scopes=["read"], created_at=NOW),
                Guardian(person_id=fan, **mum),
                GuardianRequest(person_id=fan, action="preorder", subject_id=1, asked_at=NOW, terms_hash=""),
                Notice(recipient_id=fan, kind="comment", dedupe="c:1", params={"path": "/D/Y", "name": OTHER}, at=NOW),
                Notice(recipient_id=other, kind="comment", dedupe="c:2", params=told, at=NOW),
                NoticePreference(person_id=fan, kind="comment", pace="daily", changed_at=NOW),
                ContestRegular(contest_id=scene.contest_id, person_id=fan, first_at=NOW),
            ]
        )
        audit.note(session, NOW, fan, scene.artist_id, "contest.edit", f"contest:{scene.contest_id}")
        letter = {"kind": "comment", "params": told, "unsubscribe_url": ""}
        later = NOW + timedelta(days=300)
        mail.post(
            session,
            [
                mail.Message(EMAIL, "notice", letter, recipient_id=fan, dedupe="m1", not_before=later),
                mail.Message(
                    "zebedee@example.net", "notice", letter, recipient_id=other, dedupe="m2", not_before=later
                ),
            ],
        )


def _stored(key: str, text: str) -> str:
    storage().put(key, text.encode())
    return key


def _designs(fan: int, other: int, scene: make.Scene, lost: int, won: int) -> None:
    digest = hashlib.sha256(b"hers").hexdigest()
    files: dict[str, Any] = {
        "original_key": _stored(f"originals/{digest[:2]}/{digest}", "picture by Ilmatar"),
        "original_sha256": digest,
        "original_name": "ilmatar-quux.png",
        "format": "PNG",
        "renditions": [
            {
                "w": 1,
                "h": 1,
                "avif": _stored("renditions/i.avif", "Ilmatar"),
                "jpeg": _stored("renditions/i.jpg", "Ilmatar"),
            }
        ],
        "share_card_key": _stored("share/i.jpg", "by Ilmatar"),
        "mockups": [{"avif": _stored("mockups/i.avif", "Ilmatar"), "jpeg": _stored("mockups/i.jpg", "Ilmatar")}],
    }
    asset: dict[str, Any] = {"contest_id": scene.contest_id, "bytes": 1, "width": 1, "height": 1, "state": "done"}
    asset |= {
        "original_key": _stored("assets/i", "Ilmatar"),
        "sha256": "1" * 64,
        "proxy_key": _stored("proxies/i", "I"),
    }
    scene_of_it = {"layers": [{"t": "text", "s": "Ilmatar"}, {"t": "img", "a": "asset1"}]}
    drawing: dict[str, Any] = {"contest_id": scene.contest_id, "product": 0, "colour": "#FFFFFF", "front": scene_of_it}
    with transaction() as session:
        words = {"title": "Ilmatar's fox", "description": "by quux", "alt": "Ilmatar"}
        session.execute(update(Submission).where(Submission.id == lost).values(**words))
        session.execute(update(Revision).where(Revision.submission_id == lost).values(**files))
        session.execute(update(Submission).where(Submission.id == won).values(author_id=fan))
        named = {"original_name": "quux.png", "original_sha256": "2" * 64}
        session.execute(update(Revision).where(Revision.submission_id == won).values(**named))
        session.add_all(
            [
                StudioAsset(code="asset1", person_id=fan, created_at=NOW, **asset),
                StudioDraft(code="draft1", person_id=fan, created_at=NOW, updated_at=NOW, **drawing),
                CreditShare(
                    submission_id=scene.designs[0],
                    person_id=fan,
                    role="co-author",
                    share_bp=1000,
                    note="Ilmatar's sleeve",
                    state="accepted",
                    offered_at=NOW,
                ),
                ModerationAct(
                    at=NOW,
                    artist_id=scene.artist_id,
                    moderator_id=other,
                    subject_kind="submission",
                    subject_id=lost,
                    act="approve",
                    reason_code="fine",
                    reason="",
                    state_before="pending",
                ),
            ]
        )


def _talk(fan: int, other: int, scene: make.Scene, lost: int) -> None:
    with transaction() as session:
        said = Comment(
            submission_id=scene.designs[0], author_id=fan, body_md="Yours, Ilmatar", created_at=NOW, revision_id=None
        )
        words = f"Zebedee Zorn was here, @{NAME}, and `@[{NAME}]` too"
        theirs = Comment(submission_id=lost, author_id=other, body_md=words, created_at=NOW)
        session.add_all([said, theirs])
        session.flush()
        session.add_all(
            [
                Suggestion(comment_id=said.id, submission_id=scene.designs[0], x=1, y=1),
                Reaction(comment_id=theirs.id, person_id=fan, word="thanks", at=NOW),
                Mention(
                    comment_id=theirs.id,
                    place="comment",
                    author_id=other,
                    person_id=fan,
                    name=naming.fold(NAME),
                    at=NOW,
                ),
                Mention(comment_id=said.id, place="comment", author_id=fan, person_id=other, name="zebedee", at=NOW),
                Report(
                    artist_id=scene.artist_id,
                    subject_kind="comment",
                    subject_id=theirs.id,
                    reporter_id=fan,
                    reason="rude",
                    note="says Ilmatar",
                    at=NOW,
                ),
                Takedown(
                    submission_id=scene.designs[0],
                    address="/D/X",
                    claimant="Ilmatar",
                    email=EMAIL,
                    work="mine",
                    statement="Ilmatar",
                    at=NOW,
                    resolved_at=NOW,
                    outcome="rejected",
                ),
            ]
        )


def _questions(fan: int, other: int, scene: make.Scene) -> None:
    """One of hers that nobody has answered, one that is answered, and one of another fan that she answered."""
    asked: dict[str, Any] = {"contest_id": scene.contest_id, "created_at": NOW}
    with transaction() as session:
        hers = Question(author_id=fan, words="Ilmatar wonders: is there a hoodie, too?", **asked)
        stands = Question(author_id=fan, words="Which blue is it?", answered_at=NOW, wanted=1, **asked)
        theirs = Question(author_id=other, words="Zebedee asks: how many inks?", answered_at=NOW, wanted=1, **asked)
        session.add_all([hers, stands, theirs])
        session.flush()
        session.add_all(
            [QuestionVote(question_id=each.id, given_to_id=each.id, voter_id=fan, at=NOW) for each in (hers, theirs)]
        )
        for question, by, words in ((stands, scene.boss, "Night blue."), (theirs, fan, "Four at most.")):
            role = "artist" if by == scene.boss else "team"
            session.add(QuestionAnswer(question_id=question.id, number=1, by_id=by, role=role, body_md=words, at=NOW))


def _newsletters(fan: int, other: int, scene: make.Scene) -> None:
    """Asked for with her account, and once more by her bare address."""
    elsewhere = make.scene(designs=0).artist_id
    said: dict[str, Any] = {"locale": "en", "source": "vote", "text_hash": "h", "asked_at": NOW, "confirmed_at": NOW}
    with transaction() as session:
        session.add_all(
            [
                Subscription(artist_id=scene.artist_id, person_id=fan, address=EMAIL, **said),
                Subscription(artist_id=elsewhere, address=EMAIL, **said),
                Subscription(artist_id=scene.artist_id, person_id=other, address="zebedee@example.net", **said),
            ]
        )


def _voting(fan: int, scene: make.Scene, lost: int) -> str:
    votes.cast(scene.designs[0], fan, "gallery", NOW)
    votes.cast(scene.designs[1], fan, "gallery", NOW)
    make.counted(scene, 3, 1)
    with transaction() as session:
        session.add_all(
            [
                WouldWear(submission_id=lost, contest_id=scene.contest_id, person_id=fan, size="M", received_at=NOW),
                PickNote(owner=f"person:{fan}", submission_id=lost, body="quux", at=NOW),
                PickLink(
                    contest_id=scene.contest_id,
                    made_by=scene.boss,
                    for_name=NAME,
                    for_email=EMAIL,
                    nonce="n",
                    token_hash="pick",
                    made_at=NOW,
                    expires_at=NOW,
                ),
            ]
        )
    digest = making.make(scene.contest_id, "seal", NOW)
    assert digest
    return digest


def _orders(fan: int, other: int, drop_id: int) -> tuple[int, int, int, int]:
    """One that is not paid, one that is, one that was sent; another fan waits for a piece."""
    items = [shop.tee(drop_id)]
    unpaid, paid, shipped = (drops.place(drop_id, fan, items, HOME, f"a key {n:08}", NOW).id for n in range(3))
    entry = joining.join(drop_id, other, items[0].variant_ids[0], 1, NOW)
    with transaction() as session:
        session.execute(update(Person).where(Person.id == fan).values(age_band="18+"))
        change = update(Preorder)
        done = {"awaits_guardian": False, "expires_at": None}
        session.execute(change.where(Preorder.id == unpaid).values(state="reserved", **done))
        session.execute(change.where(Preorder.id == paid).values(state="reserved", paid_at=NOW, **done))
        sent = {"state": "shipped", "shipped_at": NOW, "paid_at": NOW, "tracking": "QUUX-1", **done}
        session.execute(change.where(Preorder.id == shipped).values(**sent))
        timeline.note(session, shipped, NOW, other, "note", text="Ilmatar rang")
        session.add_all(
            [
                Shipment(preorder_id=shipped, position=1, carrier="Posti", tracking="QUUX-1", shipped_at=NOW),
                Payment(
                    preorder_id=shipped,
                    provider="local",
                    kind="checkout",
                    reference="r1",
                    customer="cus_quux",
                    amount_minor=1,
                    currency="EUR",
                    state="succeeded",
                    created_at=NOW,
                ),
                ExportLog(
                    drop_id=drop_id,
                    by_id=other,
                    at=NOW,
                    template="packing",
                    format="csv",
                    filters={"q": "Ilmatar"},
                    file_key=_stored("exports/1-1.csv", "Ilmatar Ääriviiva"),
                    expires_at=NOW + timedelta(days=1),
                ),
            ]
        )
    assert db.session.get_one(WaitlistEntry, entry).state == "waiting"
    db.session.rollback()
    return unpaid, paid, shipped, entry
