"""Where people type, as a browser sends it: the address, the fields, and the cell in which the text must stand then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select, update

from contests.comments.models import Comment, Report
from contests.comments.questions.models import Question
from contests.submissions.models import Submission
from contests.submissions.studio.models import KitItem
from preorders.models import Preorder
from tests.hostile.sample import kept
from tests.house.crowd import Crowd
from webapp.accounts.passkeys.models import Passkey
from webapp.infra.db import db, transaction
from webapp.newsletters.models import Letter

TEXT = "TEXT"
"""Stands for the text in a door's fields."""
REASON = "At least ten letters of a reason."


@dataclass(frozen=True)
class Door:
    """`path` takes `fields` by POST; `table.column` then holds the text, as `kept` says, in JSON below `key`."""

    name: str
    path: str
    fields: dict[str, Any]
    table: str
    column: str
    key: str = ""
    least: int = 1
    most: int = 2000
    kept: Callable[[str], str] = kept
    before: Callable[[], None] = field(default=lambda: None)


def line(text: str) -> str:
    """Return a text as it is kept in one line: white space drawn together."""
    return " ".join(kept(text).split())


def lines(text: str) -> str:
    """Return lines as they are kept: without blanks around each, or empty ones."""
    return "\n".join(filter(None, (" ".join(each.split()) for each in kept(text).splitlines())))


def every(made: Crowd) -> list[Door]:
    """Return the doors of a site, for the one who holds every role."""
    team, drop = "/team/band", f"/team/band/drops/{made.drop_id}"
    mine = _first(select(Preorder.number).where(Preorder.person_id == made.me))
    theirs = _first(select(Preorder.number).where(Preorder.person_id != made.me))
    said = _first(select(Comment.id).where(Comment.author_id != made.me, Comment.state == "visible"))
    own = _first(select(Comment.id).where(Comment.author_id == made.me, Comment.state == "visible"))
    asked = _first(select(Question.id).where(Question.answered_at.is_(None), Question.state == "visible"))
    finalist = _first(select(Submission.code).where(Submission.contest_id == made.contests["p"]))
    label, letter = _first(select(KitItem.id)), _first(select(Letter.id))
    passkey = _first(select(Passkey.id).where(Passkey.person_id == made.me))
    links = f"{team}/contests/{made.contests['p']}/pick-links"
    address = {"line1": "K 1", "postcode": "00100", "city": "Helsinki", "country": "FI", "phone": "", "note": ""}
    claim = {"address": "V0000", "claimant": "Agency", "email": "a@example.org", "work": REASON, "true": "y"}
    page = {"name": "Band", "tagline": "", "bio_md": "", "brand_colour": "#FFC83D"}
    return [
        Door("comment", "/D/V0000/comments", {"body": TEXT}, "comments", "body_md"),
        Door("changed comment", f"/comments/{own}/edit", {"body": TEXT}, "comments", "body_md", before=_fresh(own)),
        Door("suggestion", "/D/V0000/suggest", {"body": TEXT}, "comments", "body_md"),
        Door("question", "/c/v/questions/ask", {"words": TEXT, "sure": "y"}, "questions", "words", least=10, kept=line),
        Door("answer", f"{team}/questions/{asked}", {"body": TEXT, "replaces": "0"}, "question_answers", "body_md"),
        Door(
            "report",
            f"/report/comment/{said}",
            {"reason": "spam", "note": TEXT},
            "reports",
            "note",
            most=500,
            before=_unreported,
        ),
        Door("takedown", "/takedown", {**claim, "statement": TEXT}, "takedowns", "statement", least=10),
        Door("token", "/settings/tokens", {"name": TEXT, "scopes": ["read"]}, "api_tokens", "name", most=60, kept=line),
        Door("passkey", f"/settings/passkeys/{passkey}/name", {"name": TEXT}, "passkeys", "name", most=60, kept=line),
        Door("artist's name", f"{team}/page", {**page, "name": TEXT}, "artists", "name", least=2, most=100, kept=line),
        Door("artist's line", f"{team}/page", {**page, "tagline": TEXT}, "artists", "tagline", most=200),
        Door("artist's words", f"{team}/page", {**page, "bio_md": TEXT}, "artists", "bio_md"),
        Door(
            "contest", f"{team}/contests/new", {"preset": "tee", "title": TEXT}, "contests", "title", least=5, most=80
        ),
        Door("view", f"{drop}/orders/views", {"name": TEXT}, "saved_views", "name", most=40, kept=line),
        Door(
            "export",
            f"{drop}/exports/templates?template=orders",
            {"name": TEXT, "template": "orders", "format": "csv"},
            "export_templates",
            "name",
            most=60,
            kept=line,
        ),
        Door(
            "note on an order",
            f"{drop}/orders/{theirs}/note",
            {"text": TEXT},
            "order_events",
            "params",
            "text",
            most=500,
        ),
        Door(
            "address", f"/preorders/{mine}/address", {**address, "name": TEXT}, "preorders", "name", least=2, most=100
        ),
        Door(
            "address' note",
            f"/preorders/{mine}/address",
            {**address, "name": "Aino", "note": TEXT},
            "preorders",
            "address",
            "note",
            most=200,
        ),
        Door(
            "note to oneself",
            f"{team}/contests/{made.contests['p']}/pick/{finalist}/note",
            {"note": TEXT},
            "pick_notes",
            "body",
            most=1000,
        ),
        Door("link to pick", links, {"name": TEXT, "email": ""}, "pick_links", "for_name", most=100, kept=line),
        Door(
            "words that hold",
            f"{team}/moderation/words",
            {"words": TEXT, "with_house": "y"},
            "word_lists",
            "words",
            least=3,
            most=60,
            kept=lines,
        ),
        Door(
            "kit",
            f"{team}/contests/{made.contests['s']}/kit/{label}/label",
            {"label": TEXT},
            "kit_items",
            "label",
            most=60,
        ),
        Door(
            "letter",
            f"{team}/letters/{letter}",
            {"subject": TEXT, "body_md": "x", "locale": "en"},
            "newsletter_letters",
            "subject",
            most=150,
            kept=line,
        ),
        Door(
            "auditor",
            "/operator/audits",
            {"contest": str(made.contests["d"]), "auditor": "A", "reason": TEXT},
            "audit_exports",
            "reason",
            most=500,
        ),
    ]


def _first(statement: Any) -> Any:
    found = db.session.scalar(statement.limit(1))
    assert found is not None, statement
    return found


def _fresh(comment_id: int) -> Callable[[], None]:
    """A comment that was said just now, so that it may still be changed."""

    def now() -> None:
        from webapp.kernel.now import now as moment

        with transaction() as session:
            session.execute(update(Comment).where(Comment.id == comment_id).values(created_at=moment()))

    return now


def _unreported() -> None:
    """Nobody has reported anything: of each person the first report counts."""
    with transaction() as session:
        session.execute(delete(Report))
