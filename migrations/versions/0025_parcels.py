"""parcels"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "parcel_imports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("drop_id", _ID, nullable=False),
        sa.Column("by_id", _ID, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("filename", sa.String(length=120), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("sent", _ID, nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_parcel_imports_by_id_people")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_parcel_imports_drop_id_drops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_imports")),
    )
    with op.batch_alter_table("parcel_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parcel_imports_drop_id"), ["drop_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("parcel_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parcel_imports_drop_id"))
    op.drop_table("parcel_imports")
