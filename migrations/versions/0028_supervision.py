"""supervision"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=12), nullable=False, server_default=""))
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.alter_column("rule", server_default=None)
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", BIG, nullable=False, server_default="1"))
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.alter_column("weight", server_default=None)
    with op.batch_alter_table("moderation_acts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("batch_id", BIG, nullable=True))
        batch_op.create_index(op.f("ix_moderation_acts_at"), ["at"])
        batch_op.create_index(op.f("ix_moderation_acts_batch_id"), ["batch_id"])
    _appeals()
    _escalations()
    op.create_table(
        "word_lists",
        sa.Column("artist_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("with_house", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", BIG, nullable=False),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_word_lists_artist_id_artists")),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_word_lists_changed_by_people")),
        sa.PrimaryKeyConstraint("artist_id", name=op.f("pk_word_lists")),
    )


def downgrade() -> None:
    op.drop_table("word_lists")
    op.drop_table("escalations")
    op.drop_table("act_appeals")
    with op.batch_alter_table("moderation_acts", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_moderation_acts_batch_id"))
        batch_op.drop_index(op.f("ix_moderation_acts_at"))
        batch_op.drop_column("batch_id")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_column("weight")
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_column("rule")


def _appeals() -> None:
    op.create_table(
        "act_appeals",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("artist_id", BIG, nullable=False),
        sa.Column("act_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", BIG, nullable=True),
        sa.CheckConstraint("outcome IN ('', 'granted', 'declined')", name=op.f("ck_act_appeals_outcome_known")),
        sa.CheckConstraint("(outcome = '') = (answered_at IS NULL)", name=op.f("ck_act_appeals_answered_iff_date")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_act_appeals_artist_id_artists")),
        sa.ForeignKeyConstraint(["act_id"], ["moderation_acts.id"], name=op.f("fk_act_appeals_act_id_moderation_acts")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_act_appeals_person_id_people")),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_act_appeals_answered_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act_appeals")),
        sa.UniqueConstraint("act_id", name=op.f("uq_act_appeals_act_id")),
    )
    op.create_index("ix_act_appeals_open", "act_appeals", ["artist_id", "answered_at"])
    op.create_index(op.f("ix_act_appeals_person_id"), "act_appeals", ["person_id"])


def _escalations() -> None:
    people = ("author_id", "moderator_id", "closed_by")
    op.create_table(
        "escalations",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("artist_id", BIG, nullable=False),
        sa.Column("subject_kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("act_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("moderator_id", BIG, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", BIG, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome = '')", name=op.f("ck_escalations_closed_iff_outcome")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f("fk_escalations_artist_id_artists")),
        sa.ForeignKeyConstraint(["act_id"], ["moderation_acts.id"], name=op.f("fk_escalations_act_id_moderation_acts")),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_escalations_{name}_people"))
            for name in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "act_id", name=op.f("uq_escalations_subject_kind_subject_id_act_id")
        ),
    )
