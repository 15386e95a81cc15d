"""exposure"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("impressions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(length=8), nullable=False, server_default="before"))
        batch_op.add_column(sa.Column("looks", _id(), nullable=False, server_default="0"))
        batch_op.drop_constraint(batch_op.f("uq_impressions_submission_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_impressions_submission_id_stage"), ["submission_id", "stage"])
        batch_op.create_check_constraint("stage_known", "stage IN ('before', 'open', 'final')")
    # Half of the cards of a page are looked at, more or less: the counts so far say no more.
    op.execute("UPDATE impressions SET looks = 50 * shown")
    with op.batch_alter_table("impressions", schema=None) as batch_op:
        batch_op.alter_column("stage", server_default=None)
        batch_op.alter_column("looks", server_default=None)

    op.create_table(
        "exposure_reports",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("round_id", _id(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_exposure_reports_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure_reports")),
        sa.UniqueConstraint("round_id", name=op.f("uq_exposure_reports_round_id")),
    )
    op.create_table(
        "would_wear",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("submission_id", _id(), nullable=False),
        sa.Column("contest_id", _id(), nullable=False),
        sa.Column("person_id", _id(), nullable=True),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("size", sa.String(length=20), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (device_id IS NULL)", name=op.f("ck_would_wear_one_owner")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_would_wear_contest_id_contests")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_would_wear_person_id_people")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_would_wear_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_would_wear")),
        sa.UniqueConstraint("submission_id", "person_id", name=op.f("uq_would_wear_submission_id_person_id")),
        sa.UniqueConstraint("submission_id", "device_id", name=op.f("uq_would_wear_submission_id_device_id")),
    )
    with op.batch_alter_table("would_wear", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_would_wear_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_would_wear_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_would_wear_device_id"), ["device_id"], unique=False)


def downgrade() -> None:
    op.drop_table("would_wear")
    op.drop_table("exposure_reports")
    # One row a design again: what was shown at all stages together.
    sums = "SELECT submission_id, min(id) AS first, sum(shown) AS whole FROM impressions GROUP BY submission_id"
    for row in op.get_bind().execute(sa.text(sums)).all():
        values = {"id": row.first, "whole": int(row.whole), "design": row.submission_id}
        op.get_bind().execute(sa.text("UPDATE impressions SET shown = :whole WHERE id = :id"), values)
        op.get_bind().execute(sa.text("DELETE FROM impressions WHERE submission_id = :design AND id <> :id"), values)
    with op.batch_alter_table("impressions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_impressions_stage_known"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_impressions_submission_id_stage"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_impressions_submission_id"), ["submission_id"])
        batch_op.drop_column("looks")
        batch_op.drop_column("stage")
