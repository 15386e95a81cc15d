"""newsletters"""

import sqlalchemy as sa
from alembic import op

from webapp.infra.db import UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DUE = "ix_outgoing_mails_due"


def upgrade() -> None:
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_index(DUE)
        batch_op.create_index(DUE, ["state", "bulk", "not_before"])
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.alter_column("bulk", server_default=None)
    _subscriptions()
    _letters()
    _deliveries()


def downgrade() -> None:
    op.drop_table("newsletter_deliveries")
    op.drop_table("newsletter_letters")
    op.drop_table("newsletter_subscriptions")
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.drop_index(DUE)
        batch_op.drop_column("bulk")
    with op.batch_alter_table("outgoing_mails", schema=None) as batch_op:
        batch_op.create_index(DUE, ["state", "not_before"])


def _subscriptions() -> None:
    name = "newsletter_subscriptions"
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("artist_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("round", BIG, nullable=False),
        sa.Column("mails", BIG, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=10), nullable=False),
        sa.Column("declined_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by = '')", name=op.f(f"ck_{name}_ended_iff_by")),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f(f"fk_{name}_artist_id_artists")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f(f"fk_{name}_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("artist_id", "address", name=op.f(f"uq_{name}_artist_id_address")),
        sa.UniqueConstraint("artist_id", "person_id", name=op.f(f"uq_{name}_artist_id_person_id")),
    )
    op.create_index("ix_newsletter_subscriptions_open", name, ["artist_id", "confirmed_at", "ended_at"])
    op.create_index(op.f(f"ix_{name}_person_id"), name, ["person_id"])
    op.create_index(op.f(f"ix_{name}_address"), name, ["address"])


def _letters() -> None:
    name = "newsletter_letters"
    people = ("created_by", "changed_by", "sent_by")
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("artist_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("preheader", sa.String(length=150), nullable=False),
        sa.Column("body_md", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=40), nullable=False),
        sa.Column("button_text", sa.String(length=60), nullable=False),
        sa.Column("button_path", sa.String(length=200), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("segment", sa.JSON(), nullable=False),
        sa.Column("saved_from", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BIG, nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", BIG, nullable=False),
        sa.Column("send_at", UtcDateTime(), nullable=True),
        sa.Column("sent_by", BIG, nullable=True),
        sa.Column("reach", BIG, nullable=False),
        sa.Column("cursor", BIG, nullable=False),
        sa.Column("listed_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("clicks", BIG, nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'sending', 'sent', 'stopped')", name=op.f(f"ck_{name}_state_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('scheduled', 'sending') OR send_at IS NOT NULL", name=op.f(f"ck_{name}_going_has_date")
        ),
        sa.ForeignKeyConstraint(["artist_id"], ["artists.id"], name=op.f(f"fk_{name}_artist_id_artists")),
        *(sa.ForeignKeyConstraint([who], ["people.id"], name=op.f(f"fk_{name}_{who}_people")) for who in people),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index("ix_newsletter_letters_artist", name, ["artist_id", "id"])
    op.create_index("ix_newsletter_letters_due", name, ["state", "send_at"])


def _deliveries() -> None:
    name = "newsletter_deliveries"
    states = "'waiting', 'queued', 'sent', 'failed', 'left-out', 'stopped'"
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("letter_id", BIG, nullable=False),
        sa.Column("subscription_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mail_id", BIG, nullable=True),
        sa.Column("bounced_at", UtcDateTime(), nullable=True),
        sa.Column("complained_at", UtcDateTime(), nullable=True),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(f"state IN ({states})", name=op.f(f"ck_{name}_state_known")),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["newsletter_letters.id"], name=op.f(f"fk_{name}_letter_id_newsletter_letters")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["newsletter_subscriptions.id"],
            name=op.f(f"fk_{name}_subscription_id_newsletter_subscriptions"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("letter_id", "subscription_id", name=op.f(f"uq_{name}_letter_id_subscription_id")),
    )
    op.create_index("ix_newsletter_deliveries_state", name, ["letter_id", "state", "id"])
    op.create_index(op.f(f"ix_{name}_subscription_id"), name, ["subscription_id"])
    op.create_index(op.f(f"ix_{name}_mail_id"), name, ["mail_id"])
