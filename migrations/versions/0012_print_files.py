"""print files"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "print_calls",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("submission_id", big, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_print_calls_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_calls")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_print_calls_submission_id")),
    )
    op.create_table(
        "print_files",
        sa.Column("id", big, autoincrement=True, nullable=False),
        sa.Column("submission_id", big, nullable=False),
        sa.Column("number", big, nullable=False),
        sa.Column("wish", sa.String(length=64), nullable=True),
        sa.Column("original_key", sa.String(length=200), nullable=False),
        sa.Column("original_sha256", sa.String(length=64), nullable=False),
        sa.Column("original_name", sa.String(length=200), nullable=False),
        sa.Column("bytes", big, nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("width", big, nullable=False),
        sa.Column("height", big, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("attempts", big, nullable=False),
        sa.Column("lease_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("renditions", sa.JSON(), nullable=False),
        sa.Column("placeholder", big, nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("print_report", sa.JSON(), nullable=False),
        sa.Column("distance", big, nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'processing', 'done', 'failed')", name=op.f("ck_print_files_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_print_files_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_files")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_print_files_submission_id_number")),
        sa.UniqueConstraint("wish", name=op.f("uq_print_files_wish")),
    )
    with op.batch_alter_table("print_files", schema=None) as batch_op:
        batch_op.create_index("ix_print_files_state", ["state", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("print_files", schema=None) as batch_op:
        batch_op.drop_index("ix_print_files_state")
    op.drop_table("print_files")
    op.drop_table("print_calls")
