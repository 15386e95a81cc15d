"""pictures"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=8), nullable=False, server_default="upload"))
        batch_op.add_column(sa.Column("mockups", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("print_files", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("print_report", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_check_constraint("source_known", "source IN ('upload', 'studio')")

    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("remix_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("allow_remix", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(
            op.f("fk_submissions_remix_of_id_submissions"), "submissions", ["remix_of_id"], ["id"]
        )

    # Defaults were for the rows that stood already; from here on the application says each value.
    with op.batch_alter_table("revisions", schema=None) as batch_op:
        for name in ("source", "mockups", "print_files", "print_report"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.alter_column("allow_remix", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_submissions_remix_of_id_submissions"), type_="foreignkey")
        batch_op.drop_column("allow_remix")
        batch_op.drop_column("remix_of_id")

    with op.batch_alter_table("revisions", schema=None) as batch_op:
        batch_op.drop_constraint("source_known", type_="check")
        for name in ("print_report", "print_files", "mockups", "source"):
            batch_op.drop_column(name)
