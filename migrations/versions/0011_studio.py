"""studio"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_assets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("contest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("wish", sa.String(length=64), nullable=True),
        sa.Column("original_key", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("width", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("height", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proxy_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("failure_code", sa.String(length=40), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lease_until", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("removed_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'processing', 'done', 'failed')", name=op.f("ck_studio_assets_state_known")
        ),
        sa.CheckConstraint("person_id IS NULL OR device_id IS NULL", name=op.f("ck_studio_assets_one_owner")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_studio_assets_contest_id_contests")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_studio_assets_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_assets")),
        sa.UniqueConstraint("code", name=op.f("uq_studio_assets_code")),
        sa.UniqueConstraint("wish", name=op.f("uq_studio_assets_wish")),
    )
    with op.batch_alter_table("studio_assets", schema=None) as batch_op:
        batch_op.create_index("ix_studio_assets_device", ["device_id", "contest_id"], unique=False)
        batch_op.create_index("ix_studio_assets_owner", ["person_id", "contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_assets_sha256"), ["sha256"], unique=False)
        batch_op.create_index("ix_studio_assets_state", ["state", "id"], unique=False)

    op.create_table(
        "kit_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("contest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('logo', 'sticker', 'colour', 'font')", name=op.f("ck_kit_items_kind_known")),
        sa.CheckConstraint("(asset_id IS NULL) <> (value IS NULL)", name=op.f("ck_kit_items_picture_or_value")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f("fk_kit_items_added_by_people")),
        sa.ForeignKeyConstraint(["asset_id"], ["studio_assets.id"], name=op.f("fk_kit_items_asset_id_studio_assets")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_kit_items_contest_id_contests")),
        sa.ForeignKeyConstraint(["removed_by"], ["people.id"], name=op.f("fk_kit_items_removed_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_items")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_kit_items_asset_id")),
        sa.UniqueConstraint("contest_id", "kind", "value", name=op.f("uq_kit_items_contest_id_kind_value")),
    )
    op.create_table(
        "studio_asset_uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("asset_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["studio_assets.id"], name=op.f("fk_studio_asset_uses_asset_id_studio_assets")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_studio_asset_uses_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_asset_uses")),
        sa.UniqueConstraint("asset_id", "submission_id", name=op.f("uq_studio_asset_uses_asset_id_submission_id")),
    )
    with op.batch_alter_table("studio_asset_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_asset_uses_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "studio_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("contest_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("device_id", sa.String(length=32), nullable=True),
        sa.Column("product", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("front", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("back", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("finished_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("remix_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (device_id IS NULL)", name=op.f("ck_studio_drafts_one_owner")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_studio_drafts_contest_id_contests")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_studio_drafts_person_id_people")),
        sa.ForeignKeyConstraint(
            ["remix_of_id"], ["submissions.id"], name=op.f("fk_studio_drafts_remix_of_id_submissions")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_studio_drafts_submission_id_submissions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_drafts")),
        sa.UniqueConstraint("code", name=op.f("uq_studio_drafts_code")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_studio_drafts_submission_id")),
    )
    with op.batch_alter_table("studio_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_studio_drafts_device", ["device_id", "updated_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_drafts_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("studio_drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_drafts_person_id"))
        batch_op.drop_index("ix_studio_drafts_device")

    op.drop_table("studio_drafts")
    with op.batch_alter_table("studio_asset_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_asset_uses_submission_id"))

    op.drop_table("studio_asset_uses")
    op.drop_table("kit_items")
    with op.batch_alter_table("studio_assets", schema=None) as batch_op:
        batch_op.drop_index("ix_studio_assets_state")
        batch_op.drop_index(batch_op.f("ix_studio_assets_sha256"))
        batch_op.drop_index("ix_studio_assets_owner")
        batch_op.drop_index("ix_studio_assets_device")

    op.drop_table("studio_assets")
