"""Tables of votes: `ballot_versions` is the append-only ledger, `votes` its current state, totals are folded."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key


def random_number() -> int:
    """Return the number of a new ballot: 53 bits, exact in every program that reads JSON."""
    return secrets.randbits(53)


def random_salt() -> str:
    """Return what hides a version's choices in its hash."""
    return secrets.token_hex(16)


class Round(Base):
    """A round of voting in a contest: 'open' on all designs, 'final' on the shortlist.

    Made when first needed; its dates are the contest's. `method` is the counting rule (contests.ways.RULES),
    `places` how many designs a ranked ballot may name (0: all). `root` is the hexadecimal root over the final
    ballots, known before anything is counted. `result` is what was published: see docs/voting.md.
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
    places: Mapped[int] = mapped_column(default=3)
    budget: Mapped[int]
    folded_through: Mapped[int] = mapped_column(default=0)  # how many ballot versions are folded: the next leaf index
    sealed_at: Mapped[datetime | None]  # no vote is taken after this row says so
    closed_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]  # appeals are answered and the result stands for good
    root: Mapped[str | None] = mapped_column(String(64))
    result: Mapped[dict[str, Any] | None]


class Ballot(Base):
    """All of one voter in one round.

    `spent` is how many marks it bears: hearts (held to the budget by a conditional update), designs rated or
    ranked, pairs compared. `number` is its public name. Counted are 'counted' and 'reinstated' ballots. `trail`
    (pairs only) lists [low id, high id, winner's id or 0 for a skip] in the order in which the voter met them.
    """

    __tablename__ = "ballots"
    __table_args__ = (
        UniqueConstraint("round_id", "voter_id"),
        UniqueConstraint("round_id", "number"),
        CheckConstraint("spent >= 0", name="spent_not_negative"),
        CheckConstraint("state IN ('counted', 'held', 'rejected', 'reinstated')", name="state_known"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    spent: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    number: Mapped[int] = mapped_column(default=random_number)
    state: Mapped[str] = mapped_column(String(12), default="counted")
    trail: Mapped[list[Any]] = mapped_column(default=list)


class Vote(Base):
    """One expression on one design that stands now; un-voting removes the row, its ledger line stays.

    `value`: 1 for a heart, the stars, the place on a ranked ballot, or how many pairs the design won.
    """

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
    value: Mapped[int] = mapped_column(default=1)
    via: Mapped[str] = mapped_column(String(12), default="gallery")  # gallery, design, link
    received_at: Mapped[datetime]
    at: Mapped[datetime]


class BallotVersion(Base):
    """One state of one ballot, appended with each change. `choices` by the kind of ballot:

    hearts [id, …] sorted; stars [[id, 0…5], …] sorted; rank [id, …] best first; pairs [[low id, high id,
    winner's id], …] sorted. `added` and `removed` name designs that came onto the ballot or left it, so that
    totals can be folded from the ledger. `salt` hides the choices in the version's hash; None once erased.
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
    salt: Mapped[str | None] = mapped_column(String(32), default=random_salt)
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


class PendingBallot(Base):
    """A stranger's stars, ranking or pairs, kept by browser until an e-mail code makes them count.

    `choices` and `trail` are as on a ballot; `received_at` is the moment of the last change.
    """

    __tablename__ = "pending_ballots"
    __table_args__ = (UniqueConstraint("round_id", "device_id"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    device_id: Mapped[str] = mapped_column(String(32), index=True)
    choices: Mapped[list[Any]]
    trail: Mapped[list[Any]] = mapped_column(default=list)
    via: Mapped[str] = mapped_column(String(12), default="gallery")
    received_at: Mapped[datetime]


class Total(Base):
    """How many ballots name a design in one round, folded from the ledger. Never shown before the close."""

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
