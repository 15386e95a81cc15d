"""Tables of votes: `ballot_versions` is the append-only ledger, `votes` its current state, totals are folded."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


class Round(Base):
    """A round of voting in a contest: 'open' on all designs, 'final' on the shortlist.

    Made when first needed; its dates are the contest's. `result` is the published ranking, written
    once at the close: see `voting.closing.result_of`.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("contest_id", "kind"),
        CheckConstraint("kind IN ('open', 'final')", name="kind_known"),
        CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="closed_iff_result"),
    )
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    kind: Mapped[str] = mapped_column(String(8))
    method: Mapped[str] = mapped_column(String(20), default="approval")
    budget: Mapped[int]
    folded_through: Mapped[int] = mapped_column(default=0)  # how many ballot versions are folded: the next leaf index
    sealed_at: Mapped[datetime | None]  # no vote is taken after this row says so
    closed_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]


class Ballot(Base):
    """All of one voter in one round. `spent` is held to the budget by a conditional update."""

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("round_id", "voter_id"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    spent: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)


class Vote(Base):
    """One expression on one design that counts now; un-voting removes the row, its ledger line stays."""

    __tablename__ = "votes"
    __table_args__ = (
        UniqueConstraint("round_id", "voter_id", "submission_id"),
        Index("ix_votes_design", "round_id", "submission_id"),
        CheckConstraint("state IN ('counted', 'held', 'rejected', 'reinstated')", name="state_known"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    state: Mapped[str] = mapped_column(String(12), default="counted")
    via: Mapped[str] = mapped_column(String(12), default="gallery")  # gallery, design, link
    received_at: Mapped[datetime]
    at: Mapped[datetime]


class BallotVersion(Base):
    """One state of one ballot, appended with each change. `choices` is a sorted list of submission ids.

    `added` and `removed` name what this version changed, so that totals can be folded from the ledger.
    """

    __tablename__ = "ballot_versions"
    __table_args__ = (
        UniqueConstraint("ballot_id", "version"),
        UniqueConstraint("round_id", "leaf_index"),
        Index("ix_ballot_versions_unfolded", "round_id", "leaf_index", "id"),
    )
    id: Mapped[int] = primary_key()
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    version: Mapped[int]
    choices: Mapped[list[Any]]
    added: Mapped[list[Any]]
    removed: Mapped[list[Any]]
    at: Mapped[datetime]
    leaf_index: Mapped[int | None]  # dense, given when folded into the totals


class PendingVote(Base):
    """A stranger's vote, kept by browser until an e-mail code makes it count. Never counted itself."""

    __tablename__ = "pending_votes"
    __table_args__ = (UniqueConstraint("round_id", "device_id", "submission_id"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    device_id: Mapped[str] = mapped_column(String(32), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    via: Mapped[str] = mapped_column(String(12), default="gallery")
    received_at: Mapped[datetime]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # signed in, but above the budget


class Total(Base):
    """Votes of one design in one round, folded from the ledger. Never shown before the close."""

    __tablename__ = "totals"
    __table_args__ = (UniqueConstraint("round_id", "submission_id"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    votes: Mapped[int] = mapped_column(default=0)


class Shortlisted(Base):
    """A finalist, with the rank of the open round; `drawn` when the draw decided the last places."""

    __tablename__ = "shortlisted"
    __table_args__ = (UniqueConstraint("contest_id", "submission_id"),)
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    rank: Mapped[int]
    votes: Mapped[int]
    drawn: Mapped[bool] = mapped_column(default=False)


class Pick(Base):
    """The artist's pick. One standing pick per contest; undone and voided ones stay as history."""

    __tablename__ = "picks"
    __table_args__ = (
        # Partial: history may repeat, a standing pick may not.
        Index(
            "uq_picks_standing",
            "contest_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("undone_at IS NULL AND voided_at IS NULL"),
        ),
    )
    id: Mapped[int] = primary_key()
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    picked_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text)
    picked_at: Mapped[datetime]
    undo_until: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(Text, default="")
    # Two people void an announced pick: somebody of the artist's team asks, an operator agrees.
    void_asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
