"""what people ask of their own data"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "data_requests",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", _ID, nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("failure", sa.String(length=40), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=True),
        sa.Column("bytes", _ID, nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('export', 'erase')", name=op.f("ck_data_requests_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_data_requests_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint("person_id", "kind", "standing", name=op.f("uq_data_requests_person_id_kind_standing")),
    )
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.create_index("ix_data_requests_open", ["standing", "lease_until"], unique=False)
        batch_op.create_index("ix_data_requests_files", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("data_requests")
