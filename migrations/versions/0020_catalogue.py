"""Drops in full: rates, zones, waitlist, payments, parcels, papers."""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# Columns new on tables that hold rows already.
ADDED = {
    "drops": [
        "offered",
        "payment",
        "hold_minutes",
        "offer_hours",
        "address_when",
        "tax_included",
        "royalty_bp",
        "royalty_minor",
    ],
    "exports": ["columns", "sort", "state", "written", "attempts", "failure", "filename", "sha256"],
    "preorder_lines": ["tax_bp", "tax_minor"],
    "preorders": [
        "awaits_payment",
        "awaits_guardian",
        "country",
        "items_minor",
        "shipping_minor",
        "tax_minor",
        "tax_included",
    ],
    "products": ["addon", "tax_class", "weight_g"],
    "variants": ["offered", "price_diff_minor"],
}


def _int() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "payment_events",
        sa.Column("id", _int(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=120), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_payment_events_provider_event_id")),
    )
    op.create_table(
        "export_templates",
        sa.Column("id", _int(), nullable=False),
        sa.Column("artist_id", _int(), nullable=False),
        sa.Column("by_id", _int(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("base", sa.String(length=40), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("sort", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_export_templates_artist_id_artists")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_export_templates_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_templates")),
        sa.UniqueConstraint("artist_id", "name", name=op.f("uq_export_templates_artist_id_name")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", _int(), nullable=False),
        sa.Column("artist_id", _int(), nullable=False),
        sa.Column("by_id", _int(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_saved_views_artist_id_artists")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_saved_views_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("artist_id", "name", name=op.f("uq_saved_views_artist_id_name")),
    )
    op.create_table(
        "drop_forecasts",
        sa.Column("id", _int(), nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("low", _int(), nullable=False),
        sa.Column("likely", _int(), nullable=False),
        sa.Column("high", _int(), nullable=False),
        sa.Column("goal_permille", _int(), nullable=True),
        sa.Column("told_by", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_drop_forecasts_drop_id_drops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drop_forecasts")),
        sa.UniqueConstraint("drop_id", "day", name=op.f("uq_drop_forecasts_drop_id_day")),
    )
    op.create_table(
        "production_packs",
        sa.Column("id", _int(), nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("by_id", _int(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", _int(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", _int(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("persons", _int(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_production_packs_by_id_people")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_production_packs_drop_id_drops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_production_packs")),
    )
    with op.batch_alter_table("production_packs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_production_packs_drop_id"), ["drop_id"], unique=False)
        batch_op.create_index("ix_production_packs_open", ["done_at", "lease_until"], unique=False)

    op.create_table(
        "royalty_statements",
        sa.Column("id", _int(), nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("position", _int(), nullable=False),
        sa.Column("person_id", _int(), nullable=True),
        sa.Column("share_bp", _int(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("pieces", _int(), nullable=False),
        sa.Column("net_minor", _int(), nullable=False),
        sa.Column("amount_minor", _int(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.Column("paid_out_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_royalty_statements_drop_id_drops")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_royalty_statements_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_royalty_statements")),
        sa.UniqueConstraint("drop_id", "position", name=op.f("uq_royalty_statements_drop_id_position")),
    )
    with op.batch_alter_table("royalty_statements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_royalty_statements_person_id"), ["person_id"], unique=False)

    op.create_table(
        "shipping_zones",
        sa.Column("id", _int(), nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("position", _int(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("countries", sa.JSON(), nullable=False),
        sa.Column("price_minor", _int(), nullable=False),
        sa.Column("extra_minor", _int(), nullable=False),
        sa.Column("free_from_minor", _int(), nullable=True),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_shipping_zones_drop_id_drops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_zones")),
        sa.UniqueConstraint("drop_id", "position", name=op.f("uq_shipping_zones_drop_id_position")),
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", _int(), nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("tax_class", sa.String(length=20), nullable=False),
        sa.Column("rate_bp", _int(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("rate_bp BETWEEN 0 AND 10000", name=op.f("ck_tax_rates_rate_sane")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_tax_rates_drop_id_drops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rates")),
        sa.UniqueConstraint("drop_id", "country", "tax_class", name=op.f("uq_tax_rates_drop_id_country_tax_class")),
    )
    op.create_table(
        "order_events",
        sa.Column("id", _int(), nullable=False),
        sa.Column("preorder_id", _int(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", _int(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_order_events_by_id_people")),
        sa.ForeignKeyConstraint(["preorder_id"], ["preorders.id"], name=op.f("fk_order_events_preorder_id_preorders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.create_index("ix_order_events_order", ["preorder_id", "id"], unique=False)

    op.create_table(
        "payments",
        sa.Column("id", _int(), nullable=False),
        sa.Column("preorder_id", _int(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("attempt", _int(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=True),
        sa.Column("intent", sa.String(length=120), nullable=True),
        sa.Column("method", sa.String(length=120), nullable=True),
        sa.Column("customer", sa.String(length=120), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("amount_minor", _int(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('checkout', 'setup', 'charge', 'refund')", name=op.f("ck_payments_kind_known")),
        sa.CheckConstraint("state IN ('open', 'succeeded', 'failed', 'expired')", name=op.f("ck_payments_state_known")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_payments_amount_sane")),
        sa.ForeignKeyConstraint(["preorder_id"], ["preorders.id"], name=op.f("fk_payments_preorder_id_preorders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("preorder_id", "kind", "attempt", name=op.f("uq_payments_preorder_id_kind_attempt")),
        sa.UniqueConstraint("provider", "reference", name=op.f("uq_payments_provider_reference")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payments_intent"), ["intent"], unique=False)
        batch_op.create_index("ix_payments_state", ["state", "id"], unique=False)

    op.create_table(
        "shipments",
        sa.Column("id", _int(), nullable=False),
        sa.Column("preorder_id", _int(), nullable=False),
        sa.Column("position", _int(), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("tracking", sa.String(length=80), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["preorder_id"], ["preorders.id"], name=op.f("fk_shipments_preorder_id_preorders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("preorder_id", "position", name=op.f("uq_shipments_preorder_id_position")),
        sa.UniqueConstraint("preorder_id", "tracking", name=op.f("uq_shipments_preorder_id_tracking")),
    )
    op.create_table(
        "waitlist_entries",
        sa.Column("id", _int(), nullable=False),
        sa.Column("drop_id", _int(), nullable=False),
        sa.Column("variant_id", _int(), nullable=False),
        sa.Column("person_id", _int(), nullable=False),
        sa.Column("quantity", _int(), nullable=False),
        sa.Column("offered_quantity", _int(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("offer_until", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("preorder_id", _int(), nullable=True),
        sa.CheckConstraint(
            "(state = 'offered') = (offer_until IS NOT NULL)", name=op.f("ck_waitlist_entries_offered_until")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'lapsed', 'left')", name=op.f("ck_waitlist_entries_state_known")
        ),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100", name=op.f("ck_waitlist_entries_quantity_sane")),
        sa.ForeignKeyConstraint(["drop_id"], ["drops.id"], name=op.f("fk_waitlist_entries_drop_id_drops")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_waitlist_entries_person_id_people")),
        sa.ForeignKeyConstraint(
            ["preorder_id"], ["preorders.id"], name=op.f("fk_waitlist_entries_preorder_id_preorders")
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_waitlist_entries_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waitlist_entries")),
        sa.UniqueConstraint(
            "person_id", "variant_id", "standing", name=op.f("uq_waitlist_entries_person_id_variant_id_standing")
        ),
    )
    with op.batch_alter_table("waitlist_entries", schema=None) as batch_op:
        batch_op.create_index("ix_waitlist_offers", ["state", "offer_until"], unique=False)
        batch_op.create_index("ix_waitlist_person", ["person_id"], unique=False)
        batch_op.create_index("ix_waitlist_queue", ["drop_id", "state", "id"], unique=False)

    op.create_table(
        "shipment_lines",
        sa.Column("id", _int(), nullable=False),
        sa.Column("shipment_id", _int(), nullable=False),
        sa.Column("line_id", _int(), nullable=False),
        sa.Column("quantity", _int(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_lines_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["preorder_lines.id"], name=op.f("fk_shipment_lines_line_id_preorder_lines")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shipments.id"], name=op.f("fk_shipment_lines_shipment_id_shipments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_lines")),
        sa.UniqueConstraint("shipment_id", "line_id", name=op.f("uq_shipment_lines_shipment_id_line_id")),
    )
    with op.batch_alter_table("shipment_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shipment_lines_line_id"), ["line_id"], unique=False)

    with op.batch_alter_table("drops", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("payment", sa.String(length=10), nullable=False, server_default="none"))
        batch_op.add_column(sa.Column("hold_minutes", _int(), nullable=False, server_default="60"))
        batch_op.add_column(sa.Column("offer_hours", _int(), nullable=False, server_default="24"))
        batch_op.add_column(sa.Column("address_when", sa.String(length=10), nullable=False, server_default="order"))
        batch_op.add_column(sa.Column("tax_included", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("royalty_bp", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("royalty_minor", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("early_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("lock_told_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("goal_reached_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("print_anyway_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("charged_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("address_locked_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("columns", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("sort", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="done"))
        batch_op.add_column(sa.Column("written", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("attempts", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("failure", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("file_key", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("filename", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sha256", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("done_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("lease_until", UtcDateTime(), nullable=True))
        batch_op.alter_column(
            "template", existing_type=sa.VARCHAR(length=40), type_=sa.String(length=80), existing_nullable=False
        )
        batch_op.create_index("ix_exports_state", ["state", "lease_until"], unique=False)

    with op.batch_alter_table("preorder_lines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tax_bp", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("tax_minor", _int(), nullable=False, server_default="0"))

    with op.batch_alter_table("preorders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("awaits_payment", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("awaits_guardian", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("expires_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("country", sa.String(length=2), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("items_minor", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("shipping_minor", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("tax_minor", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("tax_included", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("confirmed_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("paid_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("refunded_at", UtcDateTime(), nullable=True))
        batch_op.create_index("ix_preorders_expiring", ["state", "expires_at"], unique=False)

    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.add_column(sa.Column("addon", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("tax_class", sa.String(length=20), nullable=False, server_default="standard"))
        batch_op.add_column(sa.Column("weight_g", _int(), nullable=False, server_default="0"))

    with op.batch_alter_table("variants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("offered", _int(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("price_diff_minor", _int(), nullable=False, server_default="0"))

    with op.batch_alter_table("drops", schema=None) as batch_op:
        batch_op.drop_constraint("edition_held", type_="check")
        batch_op.create_check_constraint(
            "edition_held",
            "reserved >= 0 AND offered >= 0 AND (edition_cap IS NULL OR reserved + offered <= edition_cap)",
        )
        batch_op.create_check_constraint("payment_known", "payment IN ('none', 'now', 'at_lock')")
        batch_op.create_check_constraint("address_when_known", "address_when IN ('order', 'later')")
        batch_op.create_check_constraint("early_first", "early_at IS NULL OR opens_at IS NULL OR early_at <= opens_at")
        batch_op.create_check_constraint("royalty_sane", "royalty_bp BETWEEN 0 AND 10000 AND royalty_minor >= 0")

    with op.batch_alter_table("variants", schema=None) as batch_op:
        batch_op.drop_constraint("stock_held", type_="check")
        batch_op.create_check_constraint(
            "stock_held", "reserved >= 0 AND offered >= 0 AND (cap IS NULL OR reserved + offered <= cap)"
        )

    with op.batch_alter_table("preorders", schema=None) as batch_op:
        batch_op.drop_constraint("state_known", type_="check")
        batch_op.drop_constraint("cancelled_iff_date", type_="check")
        batch_op.create_check_constraint(
            "state_known", "state IN ('awaiting', 'reserved', 'part-shipped', 'shipped', 'cancelled', 'expired')"
        )
        batch_op.create_check_constraint(
            "cancelled_iff_date", "(state IN ('cancelled', 'expired')) = (cancelled_at IS NOT NULL)"
        )
        batch_op.create_check_constraint("awaits_something", "state <> 'awaiting' OR awaits_payment OR awaits_guardian")

    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.create_check_constraint("state_known", "state IN ('waiting', 'done', 'failed')")

    preorders = sa.table(
        "preorders",
        *(sa.column(name) for name in ("items_minor", "total_minor", "confirmed_at", "placed_at", "country")),
        sa.column("address", sa.JSON()),
    )
    op.execute(
        preorders.update().values(
            items_minor=preorders.c.total_minor,
            confirmed_at=preorders.c.placed_at,
            country=sa.func.coalesce(preorders.c.address["country"].as_string(), ""),
        )
    )

    # Defaults were for the rows that stood already; from here on the application says each value.
    for table, names in ADDED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name in names:
                batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.drop_constraint("state_known", type_="check")

    op.execute("UPDATE preorders SET state = 'reserved' WHERE state IN ('awaiting', 'part-shipped')")
    op.execute("UPDATE preorders SET state = 'cancelled' WHERE state = 'expired'")
    with op.batch_alter_table("preorders", schema=None) as batch_op:
        batch_op.drop_constraint("awaits_something", type_="check")
        batch_op.drop_constraint("cancelled_iff_date", type_="check")
        batch_op.drop_constraint("state_known", type_="check")
        batch_op.create_check_constraint("state_known", "state IN ('reserved', 'cancelled', 'shipped')")
        batch_op.create_check_constraint("cancelled_iff_date", "(state = 'cancelled') = (cancelled_at IS NOT NULL)")

    with op.batch_alter_table("variants", schema=None) as batch_op:
        batch_op.drop_constraint("stock_held", type_="check")
        batch_op.create_check_constraint("stock_held", "reserved >= 0 AND (cap IS NULL OR reserved <= cap)")

    with op.batch_alter_table("drops", schema=None) as batch_op:
        for name in ("royalty_sane", "early_first", "address_when_known", "payment_known", "edition_held"):
            batch_op.drop_constraint(name, type_="check")
        batch_op.create_check_constraint(
            "edition_held", "reserved >= 0 AND (edition_cap IS NULL OR reserved <= edition_cap)"
        )

    with op.batch_alter_table("variants", schema=None) as batch_op:
        batch_op.drop_column("price_diff_minor")
        batch_op.drop_column("offered")

    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_column("weight_g")
        batch_op.drop_column("tax_class")
        batch_op.drop_column("addon")

    with op.batch_alter_table("preorders", schema=None) as batch_op:
        batch_op.drop_index("ix_preorders_expiring")
        batch_op.drop_column("refunded_at")
        batch_op.drop_column("paid_at")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("tax_included")
        batch_op.drop_column("tax_minor")
        batch_op.drop_column("shipping_minor")
        batch_op.drop_column("items_minor")
        batch_op.drop_column("country")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("awaits_guardian")
        batch_op.drop_column("awaits_payment")

    with op.batch_alter_table("preorder_lines", schema=None) as batch_op:
        batch_op.drop_column("tax_minor")
        batch_op.drop_column("tax_bp")

    with op.batch_alter_table("exports", schema=None) as batch_op:
        batch_op.drop_index("ix_exports_state")
        batch_op.alter_column(
            "template", existing_type=sa.String(length=80), type_=sa.VARCHAR(length=40), existing_nullable=False
        )
        batch_op.drop_column("lease_until")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("done_at")
        batch_op.drop_column("sha256")
        batch_op.drop_column("filename")
        batch_op.drop_column("file_key")
        batch_op.drop_column("failure")
        batch_op.drop_column("attempts")
        batch_op.drop_column("written")
        batch_op.drop_column("state")
        batch_op.drop_column("sort")
        batch_op.drop_column("columns")

    with op.batch_alter_table("drops", schema=None) as batch_op:
        batch_op.drop_column("address_locked_at")
        batch_op.drop_column("charged_at")
        batch_op.drop_column("print_anyway_at")
        batch_op.drop_column("goal_reached_at")
        batch_op.drop_column("lock_told_at")
        batch_op.drop_column("early_at")
        batch_op.drop_column("royalty_minor")
        batch_op.drop_column("royalty_bp")
        batch_op.drop_column("tax_included")
        batch_op.drop_column("address_when")
        batch_op.drop_column("offer_hours")
        batch_op.drop_column("hold_minutes")
        batch_op.drop_column("payment")
        batch_op.drop_column("offered")

    with op.batch_alter_table("shipment_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shipment_lines_line_id"))

    op.drop_table("shipment_lines")
    with op.batch_alter_table("waitlist_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_waitlist_queue")
        batch_op.drop_index("ix_waitlist_person")
        batch_op.drop_index("ix_waitlist_offers")

    op.drop_table("waitlist_entries")
    op.drop_table("shipments")
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_index("ix_payments_state")
        batch_op.drop_index(batch_op.f("ix_payments_intent"))

    op.drop_table("payments")
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.drop_index("ix_order_events_order")

    op.drop_table("order_events")
    op.drop_table("tax_rates")
    op.drop_table("shipping_zones")
    with op.batch_alter_table("royalty_statements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_royalty_statements_person_id"))

    op.drop_table("royalty_statements")
    with op.batch_alter_table("production_packs", schema=None) as batch_op:
        batch_op.drop_index("ix_production_packs_open")
        batch_op.drop_index(batch_op.f("ix_production_packs_drop_id"))

    op.drop_table("production_packs")
    op.drop_table("drop_forecasts")
    op.drop_table("saved_views")
    op.drop_table("export_templates")
    op.drop_table("payment_events")
