"""deaths

A mail that kills whoever sends it is told from those that were in its company.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        # The default stays: the release before writes mails without this column.
        batch_op.add_column(sa.Column("deaths", BIG, nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_column("deaths")
