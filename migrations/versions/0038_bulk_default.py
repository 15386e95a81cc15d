"""bulk_default"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # 0031 took it away again: a process of the release before, which writes mails without this column, failed.
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.alter_column("bulk", server_default=sa.false(), existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.alter_column("bulk", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
