"""post

Which mail goes first is written down with it, so that a code that was put back is still a code. What very many are
told waits in a table of its own, and is told a thousand at a time.
"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE, NEXT = "ix_outgoing_mails_due", "ix_outgoing_mails_next"


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        # The default stays: processes of the release before write mails without this column while they are replaced.
        batch_op.add_column(sa.Column("rank", BIG, nullable=False, server_default=sa.text("1")))
        batch_op.drop_index(DUE)
        batch_op.create_index(NEXT, ["state", "rank", "not_before"])
    mails = sa.table("outgoing_mails", *map(sa.column, ("state", "rank", "kind", "optional", "bulk")))
    waiting = mails.c.state == "queued"
    ranks = sa.case((mails.c.bulk, 3), (mails.c.optional, 2), (mails.c.kind == "code", 0), else_=1)
    op.create_table(
        "crowds",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("dedupe", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("told", BIG, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crowds")),
    )
    op.execute(mails.update().where(waiting).values(rank=ranks))


def downgrade() -> None:
    op.drop_table("crowds")
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_index(NEXT)
        batch_op.create_index(DUE, ["state", "bulk", "not_before"])
        batch_op.drop_column("rank")
