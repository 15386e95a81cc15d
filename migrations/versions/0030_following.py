"""following"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "followings",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('design', 'contest', 'person')", name=op.f("ck_followings_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_followings_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followings")),
        sa.UniqueConstraint("person_id", "kind", "subject_id", name=op.f("uq_followings_person_id_kind_subject_id")),
    )
    op.create_index("ix_followings_subject", "followings", ["kind", "subject_id"])
    op.create_table(
        "public_profiles",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_public_profiles_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_profiles")),
        sa.UniqueConstraint("code", name=op.f("uq_public_profiles_code")),
        sa.UniqueConstraint("person_id", name=op.f("uq_public_profiles_person_id")),
    )
    op.create_table(
        "comment_reactions",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("word", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("word IN ('thanks', 'agree', 'love')", name=op.f("ck_comment_reactions_word_known")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_comment_reactions_comment_id_comments")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_comment_reactions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_reactions")),
        sa.UniqueConstraint(
            "comment_id", "person_id", "word", name=op.f("uq_comment_reactions_comment_id_person_id_word")
        ),
    )
    op.create_index("ix_comment_reactions_person_id", "comment_reactions", ["person_id"])
    op.create_index("ix_comment_reactions_told", "comment_reactions", ["told_at", "at"])
    op.create_table(
        "mentions",
        sa.Column("id", ID, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place IN ('comment', 'answer')", name=op.f("ck_mentions_place_known")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_mentions_comment_id_comments")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_mentions_author_id_people")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mentions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
        sa.UniqueConstraint("comment_id", "place", "person_id", name=op.f("uq_mentions_comment_id_place_person_id")),
    )
    op.create_index("ix_mentions_author", "mentions", ["author_id", "at"])
    op.create_index("ix_mentions_person_id", "mentions", ["person_id"])


def downgrade() -> None:
    for table in ("mentions", "comment_reactions", "public_profiles", "followings"):
        op.drop_table(table)
