"""payments: what a refund is for, when the provider is asked again, a goal that was missed"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _int() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("by_id", _int(), nullable=True))
        batch_op.add_column(sa.Column("tries", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("look_at", UtcDateTime(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_payments_by_id_people"), "people", ["by_id"], ["id"])
        batch_op.create_index("ix_payments_due", ["state", "look_at"], unique=False)

    with op.batch_alter_table("payments", schema=None) as batch_op:
        for name in ("reason", "tries"):
            batch_op.alter_column(name, server_default=None)

    with op.batch_alter_table("payment_events", schema=None) as batch_op:
        batch_op.create_index("ix_payment_events_handled", ["handled_at", "id"], unique=False)

    with op.batch_alter_table("drops", schema=None) as batch_op:
        batch_op.add_column(sa.Column("goal_missed_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("drops", schema=None) as batch_op:
        batch_op.drop_column("goal_missed_at")

    with op.batch_alter_table("payment_events", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_events_handled")

    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index("ix_payments_due")
        batch_op.drop_constraint(op.f("fk_payments_by_id_people"), type_="foreignkey")
        for name in ("look_at", "tries", "by_id", "reason"):
            batch_op.drop_column(name)
