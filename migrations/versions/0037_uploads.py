"""uploads"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload_counts",
        sa.Column("id", ID, nullable=False),
        sa.Column("sender", sa.String(length=80), nullable=False),
        sa.Column("span", sa.String(length=4), nullable=False),
        sa.Column("began", UtcDateTime(timezone=True), nullable=False),
        sa.Column("files", ID, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_counts")),
        sa.UniqueConstraint("sender", "span", "began", name=op.f("uq_upload_counts_sender_span_began")),
    )
    op.create_index(op.f("ix_upload_counts_began"), "upload_counts", ["began"])


def downgrade() -> None:
    op.drop_table("upload_counts")
