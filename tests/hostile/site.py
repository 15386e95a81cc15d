"""A site with a row in every table that people write into, hung where its pages look for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from contests.comments.models import Comment
from contests.submissions.models import ModerationAct
from preorders.models import Preorder
from tests.hostile.written import WITHIN, WRITTEN
from tests.house.crowd import Crowd
from tests.house.filling import filled
from tests.pages.make import NOW
from voting.models import Ballot, Pick
from webapp.infra.db import Base, transaction

ALONE: dict[str, dict[str, Any]] = {
    "ballot_acts": {"rule": "", "from_state": "counted", "to_state": "held", "reason_code": "other"},
    "export_templates": {"base": "orders", "columns": ["number"], "format": "csv", "shared": True, "filters": {}},
    "newsletter_letters": {"state": "draft", "segment": {}, "picture": "", "button_path": "/c/v", "locale": "en"},
    "order_batches": {"action": "ship", "done_at": NOW, "filters": {}, "token": "token", "refusals": {}},
    "order_events": {"kind": "cancelled"},
    "pick_links": {"locale": "en"},
    "saved_views": {"shared": True, "query": {}},
    "shipping_zones": {"countries": ["FI"]},
    "contest_changes": {"kind": "extended", "before": {}, "after": {}},
    "escalations": {"subject_kind": "comment", "evidence": {}, "closed_at": NOW, "outcome": "x"},
    "production_packs": {"done_at": NOW},
    "shipments": {"carrier": "posti"},
    "tax_rates": {"country": "FI", "tax_class": "standard"},
    "print_files": {"state": "done", "failure_code": ""},
    "outgoing_mails": {"state": "failed", "kind": "code", "locale": "en", "zone": "UTC", "params": {"code": "1"}},
    "data_requests": {"receipt": {}},
}
"""What a table wants beside what is made up."""


def grown() -> Crowd:
    """Make the site, with two of everything and one of what nobody counts."""
    made = Crowd()
    made.grow(2)
    with transaction() as session:
        given = _given(session, made)
        _without_number(session, made)
        for name in sorted(WRITTEN.keys() | WITHIN.keys()):
            table = Base.metadata.tables[name]
            if not session.scalar(select(func.count()).select_from(table)):
                filled(session, name, **given | ALONE.get(name, {}))
    return made


def _given(session: Session, made: Crowd) -> dict[str, Any]:
    """What rows hang on, by the name of the column."""
    mine = select(Preorder.id).where(Preorder.person_id == made.me).order_by(Preorder.id)
    people = dict.fromkeys(
        ("person_id", "by_id", "actor_id", "made_by", "changed_by", "created_by", "closed_by", "asker_id"), made.me
    )
    return people | {
        "artist_id": made.artist_id,
        "drop_id": made.drop_id,
        "product_id": made.product_id,
        "contest_id": made.contests["d"],
        "round_id": made.rounds["v"],
        "ballot_id": session.scalar(select(Ballot.id)),
        "pick_id": session.scalar(select(Pick.id)),
        "submission_id": made.first,
        "preorder_id": session.scalar(mine.limit(1)),
        "recipient_id": made.me,
        "act_id": session.scalar(select(ModerationAct.id).where(ModerationAct.subject_kind == "submission")),
    }


def _without_number(session: Session, made: Crowd) -> None:
    """Rows whose key is another row's."""
    said = session.scalar(select(Comment.id).where(Comment.submission_id == made.first, Comment.state == "visible"))
    hung = {"comment_id": said, "submission_id": made.first, "x": 500, "y": 500}
    session.execute(
        insert(Base.metadata.tables["suggestions"]).values(**hung, status="declined", answer="No.", decided_at=NOW)
    )
    kept = {"artist_id": made.artist_id, "words": "x", "with_house": True, "changed_at": NOW, "changed_by": made.me}
    session.execute(insert(Base.metadata.tables["word_lists"]).values(**kept))
