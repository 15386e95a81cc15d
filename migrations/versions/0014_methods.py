"""methods"""

import secrets

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('counted', 'held', 'rejected', 'reinstated')"
BATCH = 5000


def upgrade() -> None:
    with op.batch_alter_table("contests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", sa.String(length=20), nullable=False, server_default="approval"))
        batch_op.add_column(sa.Column("final_method", sa.String(length=20), nullable=False, server_default="approval"))
        batch_op.add_column(sa.Column("rank_places", BIG, nullable=False, server_default="3"))
        batch_op.create_check_constraint("rank_places_sane", "rank_places BETWEEN 0 AND 20")

    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("places", BIG, nullable=False, server_default="3"))
        batch_op.add_column(sa.Column("root", sa.String(length=64), nullable=True))
    op.execute("UPDATE rounds SET method = 'approval' WHERE method = 'approval-budget'")

    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("value", BIG, nullable=False, server_default="1"))

    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", BIG, nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=12), nullable=False, server_default="counted"))
        batch_op.add_column(sa.Column("trail", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("ballot_versions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("salt", sa.String(length=32), nullable=True))
    _fill("ballots", "number", lambda: secrets.randbits(53))
    _fill("ballot_versions", "salt", lambda: secrets.token_hex(16))

    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=BIG, nullable=False)
        batch_op.create_unique_constraint("uq_ballots_round_id_number", ["round_id", "number"])
        batch_op.create_check_constraint("state_known", STATES)
    for table, names in {
        "contests": ("method", "final_method", "rank_places"),
        "rounds": ("places",),
        "votes": ("value",),
        "ballots": ("state", "trail"),
    }.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.alter_column(name, server_default=None)

    op.create_table(
        "pending_ballots",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("via", sa.String(length=12), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_pending_ballots_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_ballots")),
        sa.UniqueConstraint("round_id", "device_id", name=op.f("uq_pending_ballots_round_id_device_id")),
    )
    op.create_index(op.f("ix_pending_ballots_device_id"), "pending_ballots", ["device_id"], unique=False)


def _fill(name: str, column: str, value) -> None:  # type: ignore[no-untyped-def]
    """Give every row that stands already a random value of its own."""
    table = sa.table(name, sa.column("id", sa.BigInteger()), sa.column(column))
    rows = op.get_bind()
    last = 0
    while ids := rows.scalars(sa.select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
        change = sa.update(table).where(table.c.id == sa.bindparam("row")).values({column: sa.bindparam("given")})
        rows.execute(change, [{"row": each, "given": value()} for each in ids])
        last = ids[-1]


def downgrade() -> None:
    op.drop_index(op.f("ix_pending_ballots_device_id"), table_name="pending_ballots")
    op.drop_table("pending_ballots")
    with op.batch_alter_table("ballot_versions", schema=None) as batch_op:
        batch_op.drop_column("salt")
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.drop_constraint("state_known", type_="check")
        batch_op.drop_constraint("uq_ballots_round_id_number", type_="unique")
        for name in ("trail", "state", "number"):
            batch_op.drop_column(name)
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_column("value")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("root")
        batch_op.drop_column("places")
    with op.batch_alter_table("contests", schema=None) as batch_op:
        batch_op.drop_constraint("rank_places_sane", type_="check")
        for name in ("rank_places", "final_method", "method"):
            batch_op.drop_column(name)
