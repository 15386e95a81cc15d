"""pick links"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pick_links",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contest_id", BIG, nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("for_name", sa.String(length=100), nullable=False),
        sa.Column("for_email", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by", BIG, nullable=True),
        _to("pick_links", "contest_id", "contests"),
        _to("pick_links", "made_by", "people"),
        _to("pick_links", "revoked_by", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pick_links_token_hash")),
    )
    op.create_index(op.f("ix_pick_links_contest_id"), "pick_links", ["contest_id"])
    op.create_table(
        "pick_link_acts",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("link_id", BIG, nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("pick_id", BIG, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("act IN ('opened', 'picked', 'undone')", name=op.f("ck_pick_link_acts_act_known")),
        sa.CheckConstraint("(act = 'opened') = (pick_id IS NULL)", name=op.f("ck_pick_link_acts_pick_iff_about_one")),
        _to("pick_link_acts", "link_id", "pick_links"),
        _to("pick_link_acts", "pick_id", "picks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_link_acts")),
        sa.UniqueConstraint("pick_id", "act", name=op.f("uq_pick_link_acts_pick_id_act")),
    )
    op.create_index(op.f("ix_pick_link_acts_link_id"), "pick_link_acts", ["link_id"])
    op.create_table(
        "pick_notes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("submission_id", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("pick_notes", "submission_id", "submissions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_notes")),
        sa.UniqueConstraint("owner", "submission_id", name=op.f("uq_pick_notes_owner_submission_id")),
    )
    op.create_table(
        "finalist_words",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("pick_id", BIG, nullable=False),
        sa.Column("submission_id", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _to("finalist_words", "pick_id", "picks"),
        _to("finalist_words", "submission_id", "submissions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finalist_words")),
        sa.UniqueConstraint("pick_id", "submission_id", name=op.f("uq_finalist_words_pick_id_submission_id")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("pick_id", BIG, nullable=False),
        sa.Column("contest_id", BIG, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        _to("decisions", "pick_id", "picks"),
        _to("decisions", "contest_id", "contests"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("pick_id", name=op.f("uq_decisions_pick_id")),
    )
    op.create_index(op.f("ix_decisions_contest_id"), "decisions", ["contest_id"])


def downgrade() -> None:
    for table in ("decisions", "finalist_words", "pick_notes", "pick_link_acts", "pick_links"):
        op.drop_table(table)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
