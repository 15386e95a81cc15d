"""guardians"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "guardians",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_guardians_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardians")),
        sa.UniqueConstraint("person_id", name=op.f("uq_guardians_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_guardians_token_hash")),
    )
    op.create_index(op.f("ix_guardians_email"), "guardians", ["email"])
    op.create_table(
        "guardian_requests",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("mailed_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("agreed_at", UtcDateTime(), nullable=True),
        sa.Column("terms_hash", sa.String(length=64), nullable=False),
        sa.Column("refused_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name=op.f("ck_guardian_requests_one_answer")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR agreed_at IS NOT NULL", name=op.f("ck_guardian_requests_withdrawn_after_agreed")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_guardian_requests_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardian_requests")),
        sa.UniqueConstraint("action", "subject_id", name=op.f("uq_guardian_requests_action_subject_id")),
    )
    op.create_index("ix_guardian_requests_person", "guardian_requests", ["person_id", "id"])


def downgrade() -> None:
    op.drop_table("guardian_requests")
    op.drop_table("guardians")
