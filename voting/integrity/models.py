"""Tables of integrity. Acts, runs, rejections and appeals are kept; what voting browsers look like is not."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.infra.db import Base, primary_key

STATES = "('counted', 'held', 'rejected', 'reinstated')"


class BallotAct(Base):
    """One change of one ballot's state, by a person (`actor_id`) or by a rule and its version. Append-only.

    `batch` holds together what one decision did. `undoes_id` names the act this one takes back.
    """

    __tablename__ = "ballot_acts"
    __table_args__ = (
        CheckConstraint(f"from_state IN {STATES} AND to_state IN {STATES}", name="states_known"),
        CheckConstraint("(actor_id IS NULL) = (rule <> '')", name="person_or_rule"),
        Index("ix_ballot_acts_ballot", "ballot_id", "id"),
        Index("ix_ballot_acts_round", "round_id", "id"),
        Index("ix_ballot_acts_batch", "batch"),
        UniqueConstraint("undoes_id"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    from_state: Mapped[str] = mapped_column(String(12))
    to_state: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    rule: Mapped[str] = mapped_column(String(40), default="")
    rule_version: Mapped[int | None]
    reason_code: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text, default="")
    batch: Mapped[str] = mapped_column(String(16))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_acts.id"))
    at: Mapped[datetime]


class VotingFeature(Base):
    """What a ballot's first vote looked like, hashed with a salt of its round; deleted 90 days after the result.

    `prefix`: the address but for its last part; `agent`: the program's name for itself.
    """

    __tablename__ = "voting_features"
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), unique=True)
    prefix: Mapped[str] = mapped_column(String(16), default="")
    device: Mapped[str] = mapped_column(String(16), default="")
    agent: Mapped[str] = mapped_column(String(16), default="")
    received_at: Mapped[datetime]


class SignalRun(Base):
    """A look of the rules at a round that came out other than the one before; `alarms` lists designs, worst first."""

    __tablename__ = "signal_runs"
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    rule_version: Mapped[int]
    ballots: Mapped[int]
    held: Mapped[int]
    input_sha256: Mapped[str] = mapped_column(String(64))
    outcome_sha256: Mapped[str] = mapped_column(String(64))
    alarms: Mapped[list[Any]]
    at: Mapped[datetime]


class SignalCluster(Base):
    """Ballots that belong together, as a run found them; `rule` is the one that held them ('': only shown).

    `key` is what binds them (kind of tie, hashed value, design). `signals` says what was odd, in figures.
    """

    __tablename__ = "signal_clusters"
    __table_args__ = (UniqueConstraint("round_id", "key"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    key: Mapped[str] = mapped_column(String(64))
    tie: Mapped[str] = mapped_column(String(12))
    rule: Mapped[str] = mapped_column(String(40), default="")
    rule_version: Mapped[int]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    signals: Mapped[list[Any]]
    size: Mapped[int]
    of: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    found_at: Mapped[datetime]
    stands: Mapped[bool]  # whether the last run found it, too
    settled_at: Mapped[datetime | None]  # a person has decided about it


class SignalMember(Base):
    """A ballot in a cluster."""

    __tablename__ = "signal_members"
    __table_args__ = (UniqueConstraint("cluster_id", "ballot_id"),)
    id: Mapped[int] = primary_key()
    cluster_id: Mapped[int] = mapped_column(ForeignKey("signal_clusters.id"))
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))


class BallotRejection(Base):
    """A wish to reject ballots that a person held: another person confirms or declines it."""

    __tablename__ = "ballot_rejections"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people"),
        CheckConstraint("(outcome = '') = (decided_at IS NULL)", name="decided_whole"),
    )
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("signal_clusters.id"))
    ballots: Mapped[list[Any]]
    reason_code: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")  # confirmed, declined, withdrawn


class BallotAppeal(Base):
    """A voter's objection to their ballot being held or rejected: one for each ballot."""

    __tablename__ = "ballot_appeals"
    __table_args__ = (CheckConstraint("(outcome = '') = (decided_at IS NULL)", name="decided_whole"),)
    id: Mapped[int] = primary_key()
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")  # upheld, declined
    answer: Mapped[str] = mapped_column(Text, default="")
