"""ballot log"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from voting.merkle.growing import Growing
from webapp.infra.db import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 2000


def upgrade() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("leaf_index", BIG, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ballot_number", BIG, nullable=False),
        sa.Column("version", BIG, nullable=True),
        sa.Column("act", BIG, nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(version IS NULL) <> (act IS NULL)", name=op.f("ck_log_leaves_version_or_act")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_log_leaves_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("round_id", "leaf_index", name=op.f("uq_log_leaves_round_id_leaf_index")),
        sa.UniqueConstraint(
            "round_id", "ballot_number", "version", name=op.f("uq_log_leaves_round_id_ballot_number_version")
        ),
        sa.UniqueConstraint("round_id", "ballot_number", "act", name=op.f("uq_log_leaves_round_id_ballot_number_act")),
    )
    op.create_table(
        "log_nodes",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("level", BIG, nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_log_nodes_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_nodes")),
        sa.UniqueConstraint("round_id", "level", "position", name=op.f("uq_log_nodes_round_id_level_position")),
    )
    op.create_table(
        "log_roots",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("round_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("counted_size", BIG, nullable=True),
        sa.Column("counted_root", sa.String(length=64), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(counted_size IS NULL) = (counted_root IS NULL)", name=op.f("ck_log_roots_counted_whole")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_log_roots_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_roots")),
        sa.UniqueConstraint("round_id", "label", name=op.f("uq_log_roots_round_id_label")),
    )
    op.create_table(
        "log_keys",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_keys")),
        sa.UniqueConstraint("public_key", name=op.f("uq_log_keys_public_key")),
    )
    op.create_table(
        "opened_ballots",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("ballot_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballots.id"], name=op.f("fk_opened_ballots_ballot_id_ballots")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_ballots")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_opened_ballots_ballot_id")),
    )
    op.create_table(
        "result_bundles",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contest_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", BIG, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_result_bundles_contest_id_contests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_bundles")),
        sa.UniqueConstraint("contest_id", "label", name=op.f("uq_result_bundles_contest_id_label")),
    )
    op.create_table(
        "audit_exports",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("contest_id", BIG, nullable=False),
        sa.Column("auditor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("taken", BIG, nullable=False),
        sa.Column("taken_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_audit_exports_contest_id_contests")),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name=op.f("fk_audit_exports_granted_by_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_exports")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_audit_exports_token_hash")),
    )
    op.create_index(op.f("ix_audit_exports_contest_id"), "audit_exports", ["contest_id"], unique=False)
    _log_what_is_folded()


def _log_what_is_folded() -> None:
    """Give the versions that were folded before there was a log their leaves, in the places they have."""
    rows = op.get_bind()
    folded = sa.text(
        "SELECT v.leaf_index, v.version, v.choices, v.salt, v.at, b.number, r.contest_id, r.kind AS round "
        "FROM ballot_versions v JOIN ballots b ON b.id = v.ballot_id JOIN rounds r ON r.id = v.round_id "
        "WHERE v.round_id = :round AND v.leaf_index >= :first ORDER BY v.leaf_index LIMIT :most"
    ).columns(choices=sa.JSON(), at=UtcDateTime())
    for round_id in rows.scalars(sa.text("SELECT id FROM rounds WHERE folded_through > 0 ORDER BY id")).all():
        tree = Growing()
        while some := rows.execute(folded, {"round": round_id, "first": tree.size, "most": BATCH}).all():
            hashes = [_leaf(row) for row in some]
            leaves = [
                {
                    "round": round_id,
                    "index": row.leaf_index,
                    "hash": hashed.hex(),
                    "kind": _kind(row),
                    "number": row.number,
                    "version": row.version,
                    "at": row.at,
                }
                for row, hashed in zip(some, hashes, strict=True)
            ]
            insert = sa.text(
                "INSERT INTO log_leaves (round_id, leaf_index, hash, kind, ballot_number, version, at) "
                "VALUES (:round, :index, :hash, :kind, :number, :version, :at)"
            ).bindparams(sa.bindparam("at", type_=UtcDateTime()))
            rows.execute(insert, leaves)
            nodes = [
                {"round": round_id, "level": level, "position": position, "hash": hashed.hex()}
                for level, position, hashed in tree.extend(hashes)
                if level >= 4
            ]
            if nodes:
                rows.execute(
                    sa.text(
                        "INSERT INTO log_nodes (round_id, level, position, hash) "
                        "VALUES (:round, :level, :position, :hash)"
                    ),
                    nodes,
                )


def _leaf(row: sa.Row) -> bytes:
    said = {"choices": row.choices, "kind": _kind(row), "round": row.round, "version": row.version}
    text = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    commitment = hashlib.sha256(text + bytes.fromhex(row.salt)).digest()
    return hashlib.sha256(
        b"\x00" + row.contest_id.to_bytes(8, "big") + row.number.to_bytes(8, "big") + commitment
    ).digest()


def _kind(row: sa.Row) -> str:
    return "withdrawn" if not row.choices else "cast" if row.version == 1 else "changed"


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_exports_contest_id"), table_name="audit_exports")
    for name in (
        "audit_exports",
        "result_bundles",
        "opened_ballots",
        "log_keys",
        "log_roots",
        "log_nodes",
        "log_leaves",
    ):
        op.drop_table(name)
