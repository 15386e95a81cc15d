"""One thing of the queue with everything a moderator needs to decide about it."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests.comments import desk, history, queries, reasons
from contests.comments.queries import CommentRow, TakedownRow
from contests.comments.questions import queries as questions
from contests.comments.questions.queries import QuestionRow
from contests.submissions import queries as submissions
from contests.submissions import rules as design_rules
from contests.submissions.queries import CardRow, DesignRow, Lookalike


@dataclass(frozen=True)
class Item:
    """A thing with what is said about it. `reasons` are (code, sentence), in the order of the keys 1 to 6."""

    waiting: desk.Waiting
    design: DesignRow | None
    comment: CommentRow | None
    question: QuestionRow | None
    takedown: TakedownRow | None
    reports: list[desk.ReportRow]
    account: history.Account | None
    lookalikes: list[tuple[Lookalike, CardRow]]
    reasons: list[tuple[str, str]]

    @property
    def key(self) -> str:
        """Return its name, e.g. 'comment:12'."""
        return self.waiting.key

    @property
    def rule(self) -> str:
        """Return which rule holds it, '' when none does."""
        words = self.comment or self.question
        return words.rule if words and words.state == "held" else ""


def load(session: Session, waiting: desk.Waiting, artist_id: int) -> Item:
    """Read one thing of the queue; a fixed number of statements."""
    comment = queries.comment(session, waiting.id) if waiting.kind == "comment" else None
    question = questions.one(session, waiting.id) if waiting.kind == "question" else None
    takedown = queries.takedown(session, waiting.id) if waiting.kind == "takedown" else None
    design_id = comment.submission_id if comment else takedown.submission_id if takedown else None
    design_id = waiting.id if waiting.kind == "submission" else design_id
    design = submissions.by_id(session, design_id) if design_id else None
    alike = _lookalikes(session, design.id) if design and waiting.kind == "submission" else []
    return Item(
        waiting=waiting,
        design=design,
        comment=comment,
        question=question,
        takedown=takedown,
        reports=desk.reports_on(session, waiting.kind, waiting.id),
        account=history.account(session, waiting.author_id, artist_id) if waiting.author_id else None,
        lookalikes=alike,
        reasons=_reasons(waiting.kind),
    )


def act_names() -> dict[str, str]:
    """Return what acts are called in the log."""
    return {
        "approve": gettext("approved"),
        "hold": gettext("put aside"),
        "hide": gettext("hidden"),
        "restore": gettext("shown again"),
        "keep": gettext("kept in spite of reports"),
        "suspend": gettext("account suspended"),
        "reinstate": gettext("account let in again"),
        "undo": gettext("taken back"),
    }


def _lookalikes(session: Session, submission_id: int) -> list[tuple[Lookalike, CardRow]]:
    found = submissions.lookalikes(session, submission_id)
    cards = submissions.cards(session, [each.submission_id for each in found])
    return [(each, cards[each.submission_id]) for each in found if each.submission_id in cards]


def _reasons(kind: str) -> list[tuple[str, str]]:
    if kind == "takedown":
        return []
    if kind in ("comment", "question"):
        return [(code, gettext(sentence)) for code, sentence in reasons.of_words(kind).items()]
    return [(code, gettext(design_rules.REASONS[code])) for code in reasons.DESIGN_KEYS]
