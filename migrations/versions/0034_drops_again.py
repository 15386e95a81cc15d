"""drops_again"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Null: placed before requests were told apart by more than their key.
    op.add_column("preorders", sa.Column("asked", sa.String(length=16), nullable=True))
    op.create_index("ix_payment_events_object", "payment_events", ["provider", "object_id"])


def downgrade() -> None:
    op.drop_index("ix_payment_events_object", table_name="payment_events")
    op.drop_column("preorders", "asked")
