"""renditions"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "remakes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("revision_id", _ID, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", _ID, nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name=op.f("fk_remakes_revision_id_revisions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remakes")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_remakes_revision_id")),
    )
    with op.batch_alter_table("remakes", schema=None) as batch_op:
        batch_op.create_index("ix_remakes_open", ["done_at", "lease_until"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("remakes", schema=None) as batch_op:
        batch_op.drop_index("ix_remakes_open")
    op.drop_table("remakes")
