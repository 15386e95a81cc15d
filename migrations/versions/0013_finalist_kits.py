"""finalist kits"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "finalist_kits",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("submission_id", big, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("attempts", big, nullable=False),
        sa.Column("lease_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'processing', 'done', 'failed')", name=op.f("ck_finalist_kits_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_finalist_kits_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finalist_kits")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_finalist_kits_submission_id")),
    )
    with op.batch_alter_table("finalist_kits", schema=None) as batch_op:
        batch_op.create_index("ix_finalist_kits_state", ["state", "id"], unique=False)
    op.create_table(
        "finalist_counts",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("submission_id", big, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", big, nullable=False),
        sa.CheckConstraint("kind IN ('scan', 'wallpaper')", name=op.f("ck_finalist_counts_kind_known")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_finalist_counts_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finalist_counts")),
        sa.UniqueConstraint("submission_id", "kind", "day", name=op.f("uq_finalist_counts_submission_id_kind_day")),
    )


def downgrade() -> None:
    op.drop_table("finalist_counts")
    with op.batch_alter_table("finalist_kits", schema=None) as batch_op:
        batch_op.drop_index("ix_finalist_kits_state")
    op.drop_table("finalist_kits")
