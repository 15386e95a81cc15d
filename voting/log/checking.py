"""The recount's look at the log: every leaf against its version, every node and root against the leaves.

Streamed by leaf: memory does not grow with the round. Each difference is named by its leaf and ballot.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from voting.log import content, counted, keys, roots, tree
from voting.log.models import LogLeaf, LogNode
from voting.log.roots import RootRow
from voting.merkle.growing import Growing
from voting.models import Ballot, BallotVersion, Round

CHUNK = 2000


def differences(session: Session, round_id: int) -> Iterator[str]:
    """Yield what does not agree between the ledger, the log and the published roots of a round."""
    row = session.execute(
        select(Round.contest_id, Round.kind, Round.folded_through, Round.root).where(Round.id == round_id)
    ).one()
    growing, published = Growing(), roots.of_round(session, round_id)
    sizes = {each.size for each in published}
    seen = {0: growing.root()}
    nodes: list[tuple[int, int, bytes]] = []
    states: dict[int, str] = {}
    for leaf in _leaves(session, round_id):
        if leaf.leaf_index != growing.size:
            yield f"log: leaf {growing.size} is missing"
            return
        yield from _leaf(row, leaf)
        if leaf.version is None:
            states[leaf.ballot_number] = leaf.kind
        nodes += [node for node in growing.append(bytes.fromhex(leaf.hash)) if node[0] >= tree.LOWEST]
        if growing.size in sizes:
            seen[growing.size] = growing.root()
        if len(nodes) >= CHUNK:
            yield from _nodes(session, round_id, nodes)
            nodes = []
    yield from _nodes(session, round_id, nodes)
    if growing.size != row.folded_through:
        yield f"log: {growing.size} leaves, {row.folded_through} were appended"
    yield from _unlogged(session, round_id)
    yield from _states(session, round_id, states)
    for each in published:
        yield from _root(session, row, each, seen.get(each.size))


def _leaves(session: Session, round_id: int) -> Any:
    of_ballot = and_(Ballot.round_id == LogLeaf.round_id, Ballot.number == LogLeaf.ballot_number)
    of_version = and_(BallotVersion.ballot_id == Ballot.id, BallotVersion.version == LogLeaf.version)
    columns = (LogLeaf.leaf_index, LogLeaf.hash, LogLeaf.kind, LogLeaf.ballot_number, LogLeaf.version, LogLeaf.act)
    return session.execute(
        select(
            *columns,
            LogLeaf.salt.label("act_salt"),
            Ballot.id.label("ballot_id"),
            BallotVersion.leaf_index.label("version_index"),
            BallotVersion.choices,
            BallotVersion.salt,
        )
        .outerjoin(Ballot, of_ballot)
        .outerjoin(BallotVersion, of_version)
        .where(LogLeaf.round_id == round_id)
        .order_by(LogLeaf.leaf_index)
        .execution_options(yield_per=CHUNK)
    )


def _leaf(row: Any, leaf: Any) -> Iterator[str]:
    where = f"log, leaf {leaf.leaf_index}"
    if leaf.ballot_id is None:
        yield f"{where}: there is no ballot {leaf.ballot_number}"
        return
    where += f" (ballot {leaf.ballot_id})"
    if leaf.version is None:
        salt, text = leaf.act_salt, None
        if leaf.kind in content.ACTS:
            text = content.act_text(row.kind, leaf.act, leaf.kind)
    elif leaf.version_index != leaf.leaf_index:
        yield f"{where}: version {leaf.version} is not there, or stands at another place"
        return
    else:
        salt, text = leaf.salt, content.version_text(row.kind, leaf.version, leaf.choices)
        if leaf.kind != content.kind_of(leaf.version, leaf.choices):
            yield f"{where}: called {leaf.kind}, the version says otherwise"
    if text is None:
        yield f"{where}: {leaf.kind} is no change of state"
    elif salt is not None:
        made = content.leaf(row.contest_id, leaf.ballot_number, content.commitment(text, salt))
        if made.hex() != leaf.hash:
            yield f"{where}: not the hash of what the ballot says"


def _nodes(session: Session, round_id: int, nodes: list[tuple[int, int, bytes]]) -> Iterator[str]:
    for start in range(0, len(nodes), 200):
        some = nodes[start : start + 200]
        try:
            stored = tree.fetch(session, round_id, [(level, position) for level, position, _hash in some])
        except LookupError as missing:
            yield str(missing)
            continue
        for level, position, made in some:
            if stored[level, position] != made:
                yield f"log: the stored subtree {level}/{position} is not the hash of its leaves"


def _unlogged(session: Session, round_id: int) -> Iterator[str]:
    of_version = and_(
        LogLeaf.round_id == BallotVersion.round_id,
        LogLeaf.leaf_index == BallotVersion.leaf_index,
        LogLeaf.version == BallotVersion.version,
    )
    lost = (
        select(BallotVersion.ballot_id, BallotVersion.version)
        .outerjoin(LogLeaf, of_version)
        .where(BallotVersion.round_id == round_id, BallotVersion.leaf_index.is_not(None), LogLeaf.id.is_(None))
        .order_by(BallotVersion.id)
    )
    for ballot_id, version in session.execute(lost):
        yield f"ballot {ballot_id}, version {version}: not in the log"
    many = session.scalar(select(func.count()).where(LogNode.round_id == round_id)) or 0
    size = session.scalar(select(func.count()).where(LogLeaf.round_id == round_id)) or 0
    due = sum(size >> level for level in range(tree.LOWEST, size.bit_length()))
    if many != due:
        yield f"log: {many} subtrees are stored, the leaves make {due}"


def _states(session: Session, round_id: int, acted: dict[int, str]) -> Iterator[str]:
    """Yield the ballots whose state is not the one their last act in the log gave them."""
    rows = session.execute(
        select(Ballot.id, Ballot.number, Ballot.state)
        .where(Ballot.round_id == round_id)
        .order_by(Ballot.id)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        told = acted.get(row.number, "counted")
        if row.state != told:
            yield f"ballot {row.id}: its state is {row.state}, the log says {told}"


def _root(session: Session, row: Any, each: RootRow, made: bytes | None) -> Iterator[str]:
    where = f"log, root {each.label}"
    if made is None or made.hex() != each.root:
        yield f"{where}: not the root of the first {each.size} leaves"
    if not keys.signed(each.public_key, roots.message(roots.signed(row.contest_id, row.kind, each)), each.signature):
        yield f"{where}: its signature does not fit"
    if each.label == roots.SEAL and row.root != each.counted_root:
        yield f"{where}: the round was counted by another root over its ballots"
    # Later changes of state are leaves of their own: then other ballots count, and the next root is due.
    if each.counted_root and each.size == row.folded_through:
        standing = counted.tree(session, each.round_id)
        if (standing.size, standing.root.hex()) != (each.counted_size, each.counted_root):
            yield f"{where}: {each.counted_size} ballots were sealed, the {standing.size} that count now are others"
