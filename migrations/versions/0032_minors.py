"""minors"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("age_told_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("guardian_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("own_yes_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("own_no_at", UtcDateTime(), nullable=True))
        batch_op.create_check_constraint("one_own_answer", "own_yes_at IS NULL OR own_no_at IS NULL")
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waits_since", UtcDateTime(), nullable=True))
        batch_op.create_check_constraint("waiting_agreed", "waits_since IS NULL OR rights_hash <> ''")
    # Who answered before says so in the consents; an operator's correction counts from when the account was made.
    op.execute(
        "UPDATE people SET age_told_at = COALESCE((SELECT MAX(consents.at) FROM consents"
        " WHERE consents.person_id = people.id AND consents.kind LIKE 'age:%'), people.created_at)"
        " WHERE age_band IS NOT NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_constraint("waiting_agreed", type_="check")
        batch_op.drop_column("waits_since")
    with op.batch_alter_table("guardian_requests", schema=None) as batch_op:
        batch_op.drop_constraint("one_own_answer", type_="check")
        batch_op.drop_column("own_no_at")
        batch_op.drop_column("own_yes_at")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("age_told_at")
