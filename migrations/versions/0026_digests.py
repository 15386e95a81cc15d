"""how soon each kind of notice is mailed, digests, quiet hours, addresses that refuse mail"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pace", sa.String(length=10), nullable=False, server_default="at-once"))
    preferences = sa.table("notice_preferences", sa.column("by_mail", sa.Boolean()), sa.column("pace", sa.String()))
    op.execute(sa.update(preferences).where(~preferences.c.by_mail).values(pace="never"))
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.drop_column("by_mail")
        batch_op.alter_column("pace", server_default=None)
        batch_op.create_check_constraint("pace_known", "pace IN ('at-once', 'daily', 'weekly', 'never')")
    op.create_table(
        "digest_lines",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("letter", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_digest_lines_notice_id_notices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_lines")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_digest_lines_notice_id")),
    )
    with op.batch_alter_table("digest_lines", schema=None) as batch_op:
        batch_op.create_index("ix_digest_lines_due", ["letter", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_digest_lines_person_id"), ["person_id"], unique=False)
    op.create_table(
        "refusing_addresses",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusing_addresses")),
        sa.UniqueConstraint("address", name=op.f("uq_refusing_addresses_address")),
    )
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("quiet_from", _ID, nullable=True))
        batch_op.add_column(sa.Column("optional", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_outgoing_mails_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_mails_message_id"), ["message_id"], unique=False)
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.alter_column("zone", server_default=None)
        batch_op.alter_column("optional", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_mails_message_id"))
        batch_op.drop_index(batch_op.f("ix_outgoing_mails_address"))
        batch_op.drop_column("optional")
        batch_op.drop_column("quiet_from")
        batch_op.drop_column("zone")
    op.drop_table("refusing_addresses")
    op.drop_table("digest_lines")
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    preferences = sa.table("notice_preferences", sa.column("by_mail", sa.Boolean()), sa.column("pace", sa.String()))
    op.execute(sa.update(preferences).where(preferences.c.pace == "never").values(by_mail=sa.false()))
    with op.batch_alter_table("notice_preferences", schema=None) as batch_op:
        batch_op.drop_constraint("pace_known", type_="check")
        batch_op.drop_column("pace")
        batch_op.alter_column("by_mail", server_default=None)
