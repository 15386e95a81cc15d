"""Facts about comments and reports."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class CommentMade(Fact):
    """Somebody commented on a design."""

    comment_id: int


@dataclass(frozen=True)
class CommentModerated(Fact):
    """A moderator hid or restored a comment."""

    comment_id: int
    act_id: int


@dataclass(frozen=True)
class ReportMade(Fact):
    """Somebody reported a design or a comment."""

    report_id: int


@dataclass(frozen=True)
class TakedownRequested(Fact):
    """A rights holder asked for something to be taken down."""

    takedown_id: int


@dataclass(frozen=True)
class TakedownResolved(Fact):
    """A rights holder's notice was upheld or declined."""

    takedown_id: int


@dataclass(frozen=True)
class Escalated(Fact):
    """A moderator handed something that may be against the law to the operators."""

    escalation_id: int


@dataclass(frozen=True)
class ActAppealed(Fact):
    """An author asked for a second look at an act."""

    appeal_id: int


@dataclass(frozen=True)
class ActAppealAnswered(Fact):
    """Another moderator answered an appeal."""

    appeal_id: int
