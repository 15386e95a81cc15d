"""The staff's list of orders at any size: indexes of its views, words of names, counts, work on many at once."""

import unicodedata

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

STANDING = "state NOT IN ('cancelled', 'expired')"
VIEWS = {
    "standing": STANDING,
    "look": f"(state = 'awaiting' OR ({STANDING} AND (addressed_at IS NULL OR payment_failed_at IS NOT NULL)))",
    "paid": "(paid_at IS NOT NULL AND refunded_at IS NULL)",
    "left": "state IN ('part-shipped', 'shipped')",
    "over": "state IN ('cancelled', 'expired')",
}
BATCH = 2000
WORD = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def _int() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("drops") as batch:
        batch.add_column(sa.Column("address_reminded_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("preorders") as batch:
        batch.add_column(sa.Column("payment_failed_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("addressed_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE preorders SET addressed_at = placed_at")  # so far no order could do without an address
    op.create_index("ix_preorders_all", "preorders", ["drop_id", "id"])
    op.create_index("ix_preorders_country", "preorders", ["drop_id", "country", "id"])
    op.create_index("ix_preorders_email", "preorders", ["drop_id", "email", "id"])
    for name, words in VIEWS.items():
        where = sa.text(words)
        op.create_index(
            f"ix_preorders_{name}", "preorders", ["drop_id", "id"], sqlite_where=where, postgresql_where=where
        )
    _create_words()
    _create_tallies()
    _create_batches()
    _fill_words()


def downgrade() -> None:
    op.drop_table("order_batches")
    op.drop_table("order_tallies")
    op.drop_table("order_words")
    for name in ("all", "country", "email", *VIEWS):
        op.drop_index(f"ix_preorders_{name}", "preorders")
    with op.batch_alter_table("preorders") as batch:
        batch.drop_column("payment_failed_at")
        batch.drop_column("addressed_at")
    with op.batch_alter_table("drops") as batch:
        batch.drop_column("address_reminded_at")


def _create_words() -> None:
    op.create_table(
        "order_words",
        sa.Column("preorder_id", _int(), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.ForeignKeyConstraint(["preorder_id"], ["preorders.id"], name=op.f("fk_order_words_preorder_id_preorders")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_order_words_drop_id_drops")),
        sa.PrimaryKeyConstraint("preorder_id", "word", name=op.f("pk_order_words")),
    )
    op.create_index("ix_order_words_search", "order_words", ["drop_id", "word", "preorder_id"])


def _create_tallies() -> None:
    op.create_table(
        "order_tallies",
        sa.Column("id", _int(), autoincrement=True, nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("variant_id", _int(), nullable=False),
        sa.Column("bundle_id", _int(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("paid", sa.Boolean(), nullable=False),
        sa.Column("looked_for", sa.Boolean(), nullable=False),
        sa.Column("lines", _int(), nullable=False),
        sa.Column("firsts", _int(), nullable=False),
        sa.Column("pieces", _int(), nullable=False),
        sa.Column("price_minor", _int(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_order_tallies_drop_id_drops")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_order_tallies_variant_id_variants")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundles.id"], name=op.f("fk_order_tallies_bundle_id_bundles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_tallies")),
    )
    op.create_index(op.f("ix_order_tallies_drop_id"), "order_tallies", ["drop_id"])


def _create_batches() -> None:
    op.create_table(
        "order_batches",
        sa.Column("id", _int(), autoincrement=True, nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("by_id", _int(), nullable=False),
        sa.Column("token", sa.String(40), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tracking", sa.String(80), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("up_to", _int(), nullable=False),
        sa.Column("after", _int(), nullable=False),
        sa.Column("expected", _int(), nullable=False),
        sa.Column("done", _int(), nullable=False),
        sa.Column("skipped", _int(), nullable=False),
        sa.Column("refusals", sa.JSON(), nullable=False),
        sa.Column("attempts", _int(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("action IN ('ship', 'cancel', 'resend')", name=op.f("ck_order_batches_action_known")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_order_batches_drop_id_drops")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_order_batches_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_batches")),
        sa.UniqueConstraint("drop_id", "token", name=op.f("uq_order_batches_drop_id_token")),
    )
    op.create_index("ix_order_batches_open", "order_batches", ["done_at", "lease_until"])


def _fill_words() -> None:
    """Names of the orders that stand already, some thousands at a time."""
    bind, after = op.get_bind(), 0
    read = sa.text("SELECT id, drop_id, name FROM preorders WHERE id > :after ORDER BY id LIMIT :count")
    write = sa.text("INSERT INTO order_words (preorder_id, word, drop_id) VALUES (:preorder_id, :word, :drop_id)")
    while rows := bind.execute(read, {"after": after, "count": BATCH}).all():
        words = [
            {"preorder_id": row.id, "word": word, "drop_id": row.drop_id} for row in rows for word in _words(row.name)
        ]
        if words:
            bind.execute(write, words)
        after = rows[-1].id


def _words(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return list(dict.fromkeys(word[:40] for word in words))[:8]
