"""questions"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "state IN ('visible', 'held', 'hidden', 'withdrawn')"


def upgrade() -> None:
    _reports_on("'submission', 'comment', 'question'")
    _questions()
    _votes()
    _answers()


def downgrade() -> None:
    op.drop_table("question_answers")
    op.drop_table("question_votes")
    op.drop_table("questions")
    op.execute("DELETE FROM reports WHERE subject_kind = 'question'")
    _reports_on("'submission', 'comment'")


def _reports_on(kinds: str) -> None:
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_constraint("kind_known", type_="check")
        batch_op.create_check_constraint("kind_known", f"subject_kind IN ({kinds})")


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contest_id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("wanted", BIG, nullable=True),
        sa.Column("merged_into_id", BIG, nullable=True),
        sa.Column("merged_at", UtcDateTime(), nullable=True),
        sa.Column("merged_by", BIG, nullable=True),
        sa.CheckConstraint(STATES, name=op.f("ck_questions_state_known")),
        sa.CheckConstraint("(wanted IS NULL) = (answered_at IS NULL)", name=op.f("ck_questions_wanted_iff_answered")),
        sa.CheckConstraint("(merged_into_id IS NULL) = (merged_at IS NULL)", name=op.f("ck_questions_merged_iff_date")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name=op.f("ck_questions_merged_elsewhere")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_questions_contest_id_contests")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_questions_author_id_people")),
        sa.ForeignKeyConstraint(["merged_by"], ["people.id"], name=op.f("fk_questions_merged_by_people")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["questions.id"], name=op.f("fk_questions_merged_into_id_questions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_contest", "questions", ["contest_id", "state", "answered_at"])
    op.create_index(op.f("ix_questions_author_id"), "questions", ["author_id"])
    op.create_index(op.f("ix_questions_merged_into_id"), "questions", ["merged_into_id"])


def _votes() -> None:
    op.create_table(
        "question_votes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("given_to_id", BIG, nullable=False),
        sa.Column("voter_id", BIG, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_votes_question_id_questions")
        ),
        sa.ForeignKeyConstraint(
            ["given_to_id"], ["questions.id"], name=op.f("fk_question_votes_given_to_id_questions")
        ),
        sa.ForeignKeyConstraint(["voter_id"], ["people.id"], name=op.f("fk_question_votes_voter_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_votes")),
        sa.UniqueConstraint("question_id", "voter_id", name=op.f("uq_question_votes_question_id_voter_id")),
    )
    op.create_index(op.f("ix_question_votes_given_to_id"), "question_votes", ["given_to_id"])
    op.create_index(op.f("ix_question_votes_voter_id"), "question_votes", ["voter_id"])


def _answers() -> None:
    op.create_table(
        "question_answers",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("question_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("body_md", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('artist', 'team')", name=op.f("ck_question_answers_role_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_question_answers_number_sane")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_answers_question_id_questions")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_question_answers_by_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answers")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_answers_question_id_number")),
    )
    op.create_index(op.f("ix_question_answers_by_id"), "question_answers", ["by_id"])
