"""The log: every version and act is a leaf, roots grow out of each other, receipts prove, nothing is changed unseen."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from contests.models import Contest
from tests.voting import make
from tests.voting.test_casting import at_once
from voting import closing, jobs, locks, recounting, service
from voting.integrity import acting
from voting.integrity.acting import Who
from voting.log import appending, content, erasing, keys, opening, promises, receipts, roots, tree
from voting.log.appending import Act
from voting.log.models import LogLeaf, LogNode, LogRoot
from voting.merkle import verify
from voting.models import Ballot, BallotVersion, Round
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import NotFound, Refused

pytestmark = pytest.mark.usefixtures("app")


def fold() -> None:
    while jobs.fold_open_rounds():
        pass
    db.session.rollback()


def the_round() -> Round:
    db.session.rollback()
    return db.session.scalars(select(Round)).one()


def numbers(voter: int) -> int:
    db.session.rollback()
    return db.session.scalars(select(Ballot.number).where(Ballot.voter_id == voter)).one()


def test_the_bytes_of_a_leaf_are_those_that_are_documented():
    text = content.version_text("open", 2, [[7, 5], [9, 0]])
    assert text == b'{"choices":[[7,5],[9,0]],"kind":"changed","round":"open","version":2}'
    assert content.version_text("final", 1, []) == b'{"choices":[],"kind":"withdrawn","round":"final","version":1}'
    assert content.act_text("open", 7, "held") == b'{"act":7,"kind":"held","round":"open"}'
    with pytest.raises(ValueError):
        content.act_text("open", 7, "cast")
    committed = hashlib.sha256(text + bytes(range(16))).digest()
    assert content.commitment(text, bytes(range(16)).hex()) == committed
    data = b"\x00" + (3).to_bytes(8, "big") + (2**53 - 1).to_bytes(8, "big") + committed
    assert content.leaf(3, 2**53 - 1, committed) == hashlib.sha256(data).digest()


def test_each_version_is_a_leaf_and_a_receipt_proves_it(clock):
    made = make.scene()
    voters = make.vote(made, 9, 7)
    service.withdraw(made.designs[0], voters[0], make.NOW)
    mine = receipts.of_person(db.session(), voters[0])[0]
    assert (mine.leaf_index, mine.choices, mine.version) == (None, [made.designs[1]], 3)
    assert receipts.as_json(db.session(), voters[0], mine.number, None)["inclusion"] is None
    fold()
    poll = the_round()
    assert poll.folded_through == 17 == db.session.scalar(select(func.count()).select_from(LogLeaf))
    kinds = set(db.session.scalars(select(LogLeaf.kind).where(LogLeaf.ballot_number == mine.number)))
    assert kinds == {"cast", "changed"}
    for version in (1, 2, 3):
        told = receipts.as_json(db.session(), voters[0], mine.number, version)
        promise, proof = told["promise"], told["inclusion"]
        assert keys.signed(promise["public_key"], promises.message(promise), promise["signature"])
        leaf = content.leaf(made.contest_id, mine.number, bytes.fromhex(promise["commitment"]))
        path = [bytes.fromhex(step) for step in proof["path"]]
        assert verify.inclusion(leaf, proof["index"], proof["size"], path, bytes.fromhex(proof["root"]))
        assert "choices" not in json.dumps(told) and "salt" not in json.dumps(told)
    with pytest.raises(NotFound):
        receipts.as_json(db.session(), voters[1], mine.number, None)
    salts = db.session.scalars(select(BallotVersion.salt)).all()
    assert len(set(salts)) == len(salts) == 17


def test_daily_roots_grow_out_of_each_other_and_the_seal_is_told_before_any_total(clock):
    made = make.scene()
    voters = make.vote(made, 3)
    fold()
    assert roots.write_daily() == 1
    assert roots.write_daily() == 0, "one a day"
    clock.at(make.NOW + timedelta(days=1))
    service.cast(made.designs[1], voters[0], "gallery", clock.now)
    fold()
    assert roots.write_daily() == 1
    clock.at(made.closes + timedelta(minutes=11))
    round_id = the_round().id
    seen: list[object] = []
    closing.BEFORE_COUNT.append(lambda round_id, now: bool(seen.append(_state())) or True)
    try:
        assert jobs.close_due() == 1
    finally:
        closing.BEFORE_COUNT.pop()
    result, mails = seen[0]
    assert result is None, "nothing was counted when the roots were out"
    assert mails == {*made.designers, made.boss}
    rows = roots.of_round(db.session(), round_id)
    assert [(each.label, each.size) for each in rows] == [("2027-03-01", 3), ("2027-03-02", 4), ("seal", 4)]
    assert (rows[-1].counted_size, rows[-1].counted_root) == (3, the_round().root)
    for old, new, path in zip(rows, rows[1:], tree.consistencies(db.session(), round_id, [3, 4, 4]), strict=False):
        assert verify.consistency(old.size, new.size, path, bytes.fromhex(old.root), bytes.fromhex(new.root))
    body = roots.signed(made.contest_id, "open", rows[-1])
    assert keys.signed(body["public_key"], roots.message(body), body["signature"])
    assert not keys.signed(body["public_key"], roots.message(body | {"size": 5}), body["signature"])


def _state() -> tuple[object, set[int]]:
    result = the_round().result
    mails = select(OutgoingMail.recipient_id).where(OutgoingMail.dedupe.startswith("notice:round-sealed"))
    return result, set(db.session.scalars(mails))


def test_acts_share_the_row_of_leaves_with_versions_while_all_happens_at_once(app):
    made = make.scene(designs=2)
    voters = make.vote(made, 6)
    fold()
    round_id, own = the_round().id, [numbers(each) for each in voters]

    def act(place: int) -> None:
        with transaction() as session:
            ballot = session.scalars(select(Ballot.id).where(Ballot.number == own[place])).one()
            acting.move(session, round_id, [ballot], "held", Who("other", person_id=voters[0]), make.NOW)

    acts = [lambda place=place: act(place) for place in range(6)]
    casts = [lambda voter=voter: service.cast(made.designs[1], voter, "gallery", make.NOW) for voter in voters]
    at_once(app, [each for three in zip(acts, casts, [jobs.fold_open_rounds] * 6, strict=True) for each in three])
    fold()
    assert the_round().folded_through == 18
    assert db.session.scalars(select(LogLeaf.leaf_index).order_by(LogLeaf.leaf_index)).all() == list(range(18))
    assert recounting.recount(made.contest_id)[0].differences == []


def test_opening_a_ballot_takes_it_back_and_shows_what_its_hash_is_made_of(clock):
    made = make.scene()
    fan, other = make.people(2)
    service.cast(made.designs[0], fan, "gallery", make.NOW)
    number = numbers(fan)
    promised = receipts.as_json(db.session(), fan, number, None)["promise"]["commitment"]
    with pytest.raises(NotFound):
        opening.open_ballot(number, other, make.NOW)
    assert opening.open_ballot(number, fan, make.NOW) == 1
    shown = receipts.opened(db.session(), fan, number)
    assert hashlib.sha256(shown.text.encode() + bytes.fromhex(shown.salt)).hexdigest() == promised == shown.commitment
    with pytest.raises(Refused, match="nothing-to-open"):
        opening.open_ballot(number, fan, make.NOW)
    service.cast(made.designs[1], fan, "gallery", make.NOW)
    with pytest.raises(Refused, match="opened-before"):
        opening.open_ballot(number, fan, make.NOW)
    make.counted(made)
    assert [each["votes"] for each in the_round().result["order"]] == [1, 0, 0]
    kinds = select(LogLeaf.kind).order_by(LogLeaf.leaf_index)
    assert db.session.scalars(kinds).all() == ["cast", "withdrawn", "changed"]
    with pytest.raises(Refused, match="voting-closed"):
        opening.open_ballot(number, fan, made.closes + timedelta(hours=1))
    assert recounting.recount(made.contest_id)[0].differences == []


def test_an_erased_voter_leaves_a_leaf_nobody_can_open_and_every_proof_holds():
    made = make.scene()
    voters, nobody = make.vote(made, 3, 1), make.person()
    with transaction() as session:
        session.execute(update(Person).where(Person.id == nobody).values(email=None))
    number = numbers(voters[0])
    promise = receipts.as_json(db.session(), voters[0], number, 2)["promise"]
    with transaction() as session:
        assert erasing.erase(session, voters[0], nobody) == 2
    make.counted(made)
    assert receipts.of_person(db.session(), voters[0]) == []
    assert recounting.recount(made.contest_id)[0].differences == []
    kept = select(LogLeaf.hash, LogLeaf.leaf_index).where(LogLeaf.ballot_number == number, LogLeaf.version == 2)
    hashed, index = db.session.execute(kept).one()
    leaf = content.leaf(made.contest_id, number, bytes.fromhex(promise["commitment"]))
    assert leaf.hex() == hashed, "what was promised is in the log all the same"
    seal = roots.of_round(db.session(), the_round().id)[-1]
    path = tree.inclusion(db.session(), the_round().id, index, seal.size)
    assert verify.inclusion(leaf, index, seal.size, path, bytes.fromhex(seal.root))
    assert [each["votes"] for each in the_round().result["order"]] == [3, 1, 0]


TAMPERED = {
    "a salt": (update(BallotVersion).where(BallotVersion.leaf_index == 2).values(salt="00" * 16), "leaf 2"),
    "a ballot's number": (update(Ballot).where(Ballot.version == 1).values(number=Ballot.number + 1), "no ballot"),
    "a leaf": (update(LogLeaf).where(LogLeaf.leaf_index == 3).values(hash="ab" * 32), "leaf 3"),
    "a kind": (update(LogLeaf).where(LogLeaf.leaf_index == 0).values(kind="changed"), "leaf 0"),
    "a leaf less": (delete(LogLeaf).where(LogLeaf.leaf_index == 1), "leaf 1 is missing"),
    "the last leaf less": (delete(LogLeaf).where(LogLeaf.leaf_index == 19), "19 leaves"),
    "a node": (update(LogNode).where(LogNode.level == 4).values(hash="ab" * 32), "subtree 4/0"),
    "a node less": (delete(LogNode), "subtree"),
    "a root": (update(LogRoot).values(root="ab" * 32), "root seal"),
    "a signature": (update(LogRoot).values(signature="ab" * 64), "signature"),
    "a counted ballot less": (
        update(Ballot).where(Ballot.version == 2).values(state="rejected"),
        "ballots were sealed",
    ),
    "a state": (update(Ballot).where(Ballot.version == 1).values(state="held"), "its state is held"),
    "choices": (update(BallotVersion).where(BallotVersion.leaf_index == 4).values(choices=[999]), "leaf 4"),
    "another result": (update(Round).values(root="ab" * 32), "another root"),
}


@pytest.mark.one_db
def test_the_recount_names_whatever_was_changed_in_the_log():
    made = make.scene(designs=2)
    make.counted(made, 12, 8)
    assert recounting.recount(made.contest_id)[0].differences == []
    for what, (statement, word) in TAMPERED.items():
        found = _tampered(made, statement)
        assert any(word in line for line in found), (what, found[:5])
    more = {"round_id": the_round().id, "leaf_index": 20, "hash": "ab" * 32, "kind": "cast", "ballot_number": 5}
    found = _tampered(made, insert(LogLeaf).values(**more, version=1, at=make.NOW))
    assert any("no ballot 5" in line for line in found)
    assert recounting.recount(made.contest_id)[0].differences == []


def _tampered(made: make.Scene, statement) -> list[str]:  # type: ignore[no-untyped-def]
    from voting.log import checking

    session = db.session()
    session.rollback()
    session.execute(statement.execution_options(synchronize_session=False))
    try:
        return list(checking.differences(session, the_round_id(session)))
    finally:
        session.rollback()


def the_round_id(session) -> int:  # type: ignore[no-untyped-def]
    return session.scalars(select(Round.id)).one()


def test_roots_and_proofs_cost_the_same_at_ten_leaves_and_at_thousands(app):
    from tests.house.test_statements import statements

    made = make.scene()
    voters = make.vote(made, 10)
    fold()
    round_id, number = the_round().id, numbers(voters[0])
    costs = []
    for first in (0, 3000):
        size = the_round().folded_through
        with statements() as seen:
            tree.root(db.session(), round_id, size)
            tree.inclusion(db.session(), round_id, 3, size)
            tree.consistency(db.session(), round_id, 7, size)
        costs.append(len(seen))
        with transaction() as session:
            locks.become_sequencer(session, round_id)
            appending.append_acts(
                session, round_id, [Act(number, each + first, "held", make.NOW) for each in range(1500)]
            )
    assert costs[1] <= 6
    assert db.session.scalar(select(func.count()).select_from(LogNode)) < 3100 / 8


@pytest.mark.one_db
def test_pages_of_the_log_and_the_receipts(client, sign_in, clock):
    clock.at(make.NOW)
    made = make.scene()
    fan = make.people(1)[0]
    assert "No root yet" in client.get(f"/c/{made.slug}/log").text
    sign_in(client, fan)
    answer = client.post(f"/D/{made.codes[0]}/vote", headers={"Accept": "application/json"}).json
    promise = answer["promise"]
    assert keys.signed(keys.public(), promises.message(promise), promise["signature"])
    client.post("/sign-out")
    fold()
    roots.write_daily()
    page = client.get(f"/c/{made.slug}/log")
    told = client.get(f"/c/{made.slug}/log?as=json").json
    assert told["rounds"][0]["roots"][0]["root"] in page.text
    assert client.get("/.well-known/fanmade-log-key").json["keys"] == told["keys"] == [keys.public()]
    assert client.get("/how-votes-are-checked").status_code == 200
    assert client.get("/receipts").status_code == 302
    sign_in(client, fan)
    mine = client.get("/receipts")
    assert "In the log, line 1" in mine.text
    assert db.session.scalars(select(BallotVersion.salt)).first() not in mine.text
    number = numbers(fan)
    receipt = client.get(f"/receipts/{number}/receipt.json")
    assert receipt.json["inclusion"]["published"] == "2027-03-01"
    assert "no-store" in receipt.headers["Cache-Control"]
    assert client.get(f"/receipts/{number + 1}/receipt.json").status_code == 404
    assert client.get(f"/receipts/{number}/opened").status_code == 404
    opened = client.post(f"/receipts/{number}/open", follow_redirects=True)
    assert db.session.scalars(select(BallotVersion.salt).order_by(BallotVersion.id)).first() in opened.text
    assert client.get("/c/nothing/log").status_code == 404
    assert db.session.scalar(select(Contest.slug)) == made.slug
