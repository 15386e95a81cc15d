"""integrity"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("rounds") as rounds:
        rounds.add_column(sa.Column("final_at", UtcDateTime(), nullable=True))
    # Results from before there were appeals were final when they were published.
    op.execute("UPDATE rounds SET final_at = closed_at WHERE closed_at IS NOT NULL")
    op.create_table(
        "voting_features",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("ballot_id", BIG, nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("agent", sa.String(length=16), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_voting_features_ballot_id_ballots")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_voting_features_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voting_features")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_voting_features_ballot_id")),
    )
    op.create_index(op.f("ix_voting_features_round_id"), "voting_features", ["round_id"], unique=False)
    op.create_table(
        "signal_runs",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("rule_version", BIG, nullable=False),
        sa.Column("ballots", BIG, nullable=False),
        sa.Column("held", BIG, nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("outcome_sha256", sa.String(length=64), nullable=False),
        sa.Column("alarms", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_signal_runs_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_runs")),
    )
    op.create_index(op.f("ix_signal_runs_round_id"), "signal_runs", ["round_id"], unique=False)
    op.create_table(
        "signal_clusters",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tie", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_version", BIG, nullable=False),
        sa.Column("submission_id", BIG, nullable=True),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("of", BIG, nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_signal_clusters_round_id_rounds")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_signal_clusters_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_clusters")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_signal_clusters_round_id_key")),
    )
    op.create_table(
        "signal_members",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("cluster_id", BIG, nullable=False),
        sa.Column("ballot_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_signal_members_ballot_id_ballots")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["signal_clusters.id"], name=op.f("fk_signal_members_cluster_id_signal_clusters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_members")),
        sa.UniqueConstraint("cluster_id", "ballot_id", name=op.f("uq_signal_members_cluster_id_ballot_id")),
    )
    op.create_table(
        "ballot_acts",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("ballot_id", BIG, nullable=False),
        sa.Column("from_state", sa.String(length=12), nullable=False),
        sa.Column("to_state", sa.String(length=12), nullable=False),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_version", BIG, nullable=True),
        sa.Column("reason_code", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column("undoes_id", BIG, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(actor_id IS NULL) = (rule <> '')", name=op.f("ck_ballot_acts_person_or_rule")),
        sa.CheckConstraint(
            "from_state IN ('counted', 'held', 'rejected', 'reinstated') AND to_state IN ('counted', 'held', 'rejected', 'reinstated')",
            name=op.f("ck_ballot_acts_states_known"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_ballot_acts_actor_id_people")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_acts_ballot_id_ballots")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballot_acts_round_id_rounds")),
        sa.ForeignKeyConstraint(["undoes_id"], ["ballot_acts.id"], name=op.f("fk_ballot_acts_undoes_id_ballot_acts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_acts")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_ballot_acts_undoes_id")),
    )
    op.create_index(op.f("ix_ballot_acts_ballot"), "ballot_acts", ["ballot_id", "id"], unique=False)
    op.create_index(op.f("ix_ballot_acts_batch"), "ballot_acts", ["batch"], unique=False)
    op.create_index(op.f("ix_ballot_acts_round"), "ballot_acts", ["round_id", "id"], unique=False)
    op.create_table(
        "ballot_rejections",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("cluster_id", BIG, nullable=False),
        sa.Column("ballots", sa.JSON(), nullable=False),
        sa.Column("reason_code", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", BIG, nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.CheckConstraint("(outcome = '') = (decided_at IS NULL)", name=op.f("ck_ballot_rejections_decided_whole")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_ballot_rejections_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["signal_clusters.id"], name=op.f("fk_ballot_rejections_cluster_id_signal_clusters")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_ballot_rejections_decided_by_people")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_ballot_rejections_proposed_by_people")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballot_rejections_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_rejections")),
    )
    op.create_index(op.f("ix_ballot_rejections_round_id"), "ballot_rejections", ["round_id"], unique=False)
    op.create_table(
        "ballot_appeals",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("ballot_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", BIG, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint("(outcome = '') = (decided_at IS NULL)", name=op.f("ck_ballot_appeals_decided_whole")),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_ballot_appeals_ballot_id_ballots")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_ballot_appeals_decided_by_people")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballot_appeals_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_appeals")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_ballot_appeals_ballot_id")),
    )
    op.create_index(op.f("ix_ballot_appeals_round_id"), "ballot_appeals", ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_table("ballot_appeals")
    op.drop_table("ballot_rejections")
    op.drop_table("ballot_acts")
    op.drop_table("signal_members")
    op.drop_table("signal_clusters")
    op.drop_table("signal_runs")
    op.drop_table("voting_features")
    with op.batch_alter_table("rounds") as rounds:
        rounds.drop_column("final_at")
