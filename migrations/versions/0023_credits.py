"""credits"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "credit_shares",
        sa.Column("id", _ID, nullable=False),
        sa.Column("submission_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("share_bp", _ID, nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("suggestion_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=True),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("role IN ('co-author', 'suggestion')", name=op.f("ck_credit_shares_role_known")),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'ended')", name=op.f("ck_credit_shares_state_known")
        ),
        sa.CheckConstraint(
            "(state IN ('offered', 'accepted')) = (standing IS NOT NULL)",
            name=op.f("ck_credit_shares_standing_by_state"),
        ),
        sa.CheckConstraint("share_bp BETWEEN 0 AND 10000", name=op.f("ck_credit_shares_share_sane")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_credit_shares_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_credit_shares_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_shares")),
        sa.UniqueConstraint(
            "submission_id", "person_id", "standing", name=op.f("uq_credit_shares_submission_id_person_id_standing")
        ),
    )
    with op.batch_alter_table("credit_shares", schema=None) as batch_op:
        batch_op.create_index("ix_credit_shares_person", ["person_id", "state"], unique=False)

    op.create_table(
        "credit_freezes",
        sa.Column("submission_id", _ID, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_credit_freezes_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_credit_freezes")),
    )

    op.create_table(
        "suggestions",
        sa.Column("comment_id", _ID, autoincrement=False, nullable=False),
        sa.Column("submission_id", _ID, nullable=False),
        sa.Column("x", _ID, nullable=True),
        sa.Column("y", _ID, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("done_revision_id", _ID, nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'accepted', 'declined')", name=op.f("ck_suggestions_status_known")),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f("ck_suggestions_decided_iff_date")),
        sa.CheckConstraint(
            "(x IS NULL AND y IS NULL) OR (x BETWEEN 0 AND 1000 AND y BETWEEN 0 AND 1000)",
            name=op.f("ck_suggestions_pin_on_picture"),
        ),
        sa.CheckConstraint(
            "(done_revision_id IS NULL) = (done_at IS NULL) AND (done_at IS NULL OR status = 'accepted')",
            name=op.f("ck_suggestions_done_when_accepted"),
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_suggestions_comment_id_comments")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_suggestions_submission_id_submissions")
        ),
        sa.ForeignKeyConstraint(
            ["done_revision_id"], ["revisions.id"], name=op.f("fk_suggestions_done_revision_id_revisions")
        ),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_suggestions")),
    )
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.create_index("ix_suggestions_design", ["submission_id", "comment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("suggestions", schema=None) as batch_op:
        batch_op.drop_index("ix_suggestions_design")
    op.drop_table("suggestions")
    op.drop_table("credit_freezes")
    with op.batch_alter_table("credit_shares", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_shares_person")
    op.drop_table("credit_shares")
