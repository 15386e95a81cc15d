"""The bundle: one possible form, every byte of it guarded, every result counted again from its sums."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from contests.models import Contest
from tests.voting import make
from tests.voting.merkle import test_merkle
from voting import closing, recounting, service
from voting.bundle import audit, cells, content, full, making, verify
from voting.bundle.models import AuditExport
from voting.bundle.verify import Fault
from voting.log import erasing, opening, receipts
from voting.merkle import proofs
from voting.merkle import verify as merkle
from voting.models import Ballot, Round
from webapp.accounts.models import AuditLine, Person
from webapp.boot.commands.verify import check as command
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.refusal import NotFound, Refused

METHODS = ["approval", "score", "star", "borda", "irv", "schulze-wv", "schulze-margins", "stv", "bradley-terry"]
app = pytest.mark.usefixtures("app")
SMALL = {"result.json": b'{"a": 1}\n', "verify.py": b"pass\n"}
SMALL = {**SMALL, "manifest.json": verify.manifest(SMALL)}


def played(method: str, seed: str = "", **fields: object) -> tuple[make.Scene, list[int]]:
    """A contest counted by a method, nine fans with random ballots."""
    rnd, made = random.Random(method + seed), make.scene(designs=5)
    with transaction() as session:
        session.execute(update(Contest).values(method=method, rank_places=3))
    fans = make.people(9)
    for fan in fans:
        mine = rnd.sample(made.designs, 3)
        for design, other in pairwise(mine):
            if method == "approval":
                service.cast(design, fan, "gallery", make.NOW)
            elif method in ("score", "star"):
                service.rate(design, fan, rnd.randint(0, 5), "gallery", make.NOW)
            elif method == "bradley-terry":
                service.compare(made.contest_id, fan, design, other, rnd.choice((design, other)), make.NOW)
            else:
                service.rank(made.contest_id, fan, mine, "gallery", make.NOW)
    make.counted(made)
    return made, fans


def bundle(made: make.Scene) -> bytes:
    digest = making.make(made.contest_id, "seal", make.NOW)
    assert digest
    return storage().get(making.key(digest))


def forged(zipped: bytes, name: str, change) -> bytes:  # type: ignore[no-untyped-def]
    """A bundle of the right form whose file says something else: what somebody would hand on who wants to cheat."""
    files = verify.unpack(zipped)
    value = json.loads(files[name])
    change(value)
    files[name] = verify.pretty(value)
    return verify.pack({**files, "manifest.json": verify.manifest(files)})


def test_a_zip_has_one_form_and_other_programs_read_it(tmp_path: Path):
    import zipfile

    zipped = verify.pack(SMALL)
    (tmp_path / "a.zip").write_bytes(zipped)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == SMALL
    assert verify.contents(zipped) == SMALL


def test_every_byte_of_a_small_bundle_is_guarded_and_its_place_is_named():
    zipped = verify.pack(SMALL)
    for place in range(len(zipped)):
        for bits in (1, 0x80, 0xFF):
            bad = zipped[:place] + bytes([zipped[place] ^ bits]) + zipped[place + 1 :]
            with pytest.raises(Fault) as fault:
                verify.contents(bad)
            inside = [
                name for name, data in SMALL.items() if zipped.find(data) <= place < zipped.find(data) + len(data)
            ]
            said = f"{inside[0]}: its content" if inside else f"zip structure at byte {place}:"
            assert str(fault.value).startswith(said), (place, str(fault.value))
    for bad in (zipped + b"\0", b"\0" + zipped, zipped[:-1], zipped[1:], b"", b"PK\3\4", zipped * 2):
        with pytest.raises(Fault):
            verify.contents(bad)


@app
@pytest.mark.one_db
@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_counted_again_and_no_other_order_passes(method: str):
    made, _fans = played(method)
    zipped = bundle(made)
    assert method in verify.check(zipped, hashlib.sha256(zipped).hexdigest())[2]
    contest = db.session.get(Contest, made.contest_id)
    lines = list(audit.lines(db.session(), contest))
    assert "give the published result" in full.check(zipped, lines)[0]
    # Another result under the same roots: the program sees it, or the auditor does.
    bad = forged(zipped, "result.json", swap)
    with pytest.raises(Fault, match="give another order"):
        full.check(bad, lines)
    if method not in ("irv", "stv"):  # their tables only show that they add up
        with pytest.raises(Fault, match="give another order"):
            verify.check(bad)
    # A ballot changed in the export.
    place, row = next((at, json.loads(line)) for at, line in enumerate(lines) if b'"choices"' in line)
    row["choices"] = [10**6]
    with pytest.raises(Fault, match="not the hash of what"):
        full.check(zipped, [*lines[:place], json.dumps(row).encode(), *lines[place + 1 :]])
    with pytest.raises(Fault, match="another root"):
        full.check(zipped, lines[:-1])
    assert recounting.recount(made.contest_id)[0].differences == []


def swap(result: dict) -> None:
    """Let the first and the last design change places."""
    order = result["rounds"][0]["published"]["order"]
    order[0]["submission_id"], order[-1]["submission_id"] = order[-1]["submission_id"], order[0]["submission_id"]


@pytest.mark.ordinarily("postgres")
@app
def test_a_whole_bundle_its_receipt_and_its_program_on_its_own(tmp_path: Path, client, run_jobs):
    made, fans = played("star")
    run_jobs()
    page = client.get(f"/c/{made.slug}/result").text
    zipped = client.get(f"/c/{made.slug}/results.zip").data
    digest = hashlib.sha256(zipped).hexdigest()
    assert digest in page
    assert digest == making.make(made.contest_id, "seal", make.NOW), "made once"
    number = db.session.scalars(select(Ballot.number).where(Ballot.voter_id == fans[0])).one()
    receipt = receipts.as_json(db.session(), fans[0], number, None)
    (tmp_path / "results.zip").write_bytes(zipped)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    (tmp_path / "verify.py").write_bytes(verify.unpack(zipped)["verify.py"])
    words = [sys.executable, "-I", "verify.py", "results.zip", "--digest", digest, "--receipt", "receipt.json"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All is well." in done.stdout
    for change in (
        lambda told: told["promise"].update(version=9),
        lambda told: told["promise"].update(signature="00" * 64),
        lambda told: told["inclusion"].update(index=told["inclusion"]["index"] ^ 1),
        lambda told: told["inclusion"].update(root="00" * 32),
        lambda told: told["inclusion"].update(leaf="00" * 32),
        lambda told: told["inclusion"]["path"].pop(),
        lambda told: told.pop("inclusion"),
    ):
        told = json.loads(json.dumps(receipt))
        change(told)
        with pytest.raises(Fault):
            verify.check(zipped, digest, [("receipt.json", json.dumps(told).encode())])
    with pytest.raises(Fault, match="another bundle"):
        verify.check(zipped, "00" * 32)


def _changed(zipped: bytes, place: int) -> bytes:
    return zipped[:place] + bytes([zipped[place] ^ 1 << place % 8]) + zipped[place + 1 :]


@app
@pytest.mark.one_db
def test_no_byte_of_a_whole_bundle_can_be_changed_and_the_command_says_where(tmp_path: Path):
    zipped = bundle(played("approval")[0])
    files, digest = verify.unpack(zipped), hashlib.sha256(zipped).hexdigest()
    for place in range(0, len(zipped), 29):
        with pytest.raises(Fault, match=r": its content was changed|zip structure at byte"):
            verify.check(_changed(zipped, place), digest)
    places, at, directory = {}, 0, int.from_bytes(zipped[-6:-2], "little")
    for name in sorted(files):  # each file's header and name, then first and last byte; and the same in the directory
        begins, entry = at + 30 + len(name), zipped.index(name.encode(), directory)
        at = begins + len(files[name])
        places |= {begins: name, at - 1: name, begins - 1: "", begins - len(name) - 26: "", entry: "", entry - 30: ""}
    places |= {len(zipped) - back: "" for back in range(1, 23)}  # the end, with the length of a comment
    for place, name in places.items():
        (tmp_path / "bad.zip").write_bytes(_changed(zipped, place))
        said = CliRunner().invoke(command, [str(tmp_path / "bad.zip"), "--digest", digest])
        where = f"{name}: its content was changed" if name else f"zip structure at byte {place}:"
        assert said.exit_code == 1 and where in said.output, (place, name, said.output)
    for bad in (zipped[:-2] + b"\1\0?", zipped + b"?", zipped[:-1], zipped[:400] + zipped[401:]):
        with pytest.raises(Fault, match=r"zip structure at byte|its content"):
            verify.check(bad, digest)


def test_its_proofs_are_judged_as_by_the_rest_of_the_program():
    hashes = [hashlib.sha256(bytes([each])).digest() for each in range(13)]
    nodes = test_merkle.stored(hashes)
    roots = [proofs.root(size, nodes) for size in range(14)]
    for size in range(1, 14):
        for index in range(size):
            good = (hashes[index], index, size, proofs.inclusion(index, size, nodes), roots[size])
            assert verify.includes(*good)
            for what, bad in test_merkle.damaged_inclusion(*good):
                assert not (_typed(*bad) and verify.includes(*bad)), (size, index, what)
            old = index + 1
            grown = (old, size, proofs.consistency(old, size, nodes), roots[old], roots[size])
            assert verify.grew(*grown)
            for what, bad in test_merkle.damaged_consistency(*grown):
                assert not _typed(*bad) or verify.grew(*bad) is merkle.consistency(*bad), (size, old, what)


def _typed(*parts: object) -> bool:
    """Return whether a proof is made of what stands in a file: whole numbers and bytes."""
    return all(_typed(*part) if isinstance(part, list) else type(part) in (int, bytes) for part in parts)


@app
@pytest.mark.one_db
def test_what_a_forger_would_change_is_seen():
    made, _fans = played("schulze-wv")
    zipped = bundle(made)

    def published(result: dict) -> dict:
        return result["rounds"][0]["published"]

    for name, change, word in (
        ("result.json", lambda told: published(told).update(counted=8, cast=8), "sealed"),
        ("result.json", lambda told: published(told).update(cast=10), "ballots are missing"),
        ("result.json", lambda told: published(told).update(root="00" * 32), "another root"),
        ("result.json", lambda told: published(told).update(seed="00" * 32), "lots"),
        ("result.json", lambda told: published(told)["order"].pop(), "each design once"),
        ("result.json", lambda told: told.update(label="final"), "no root"),
        ("result.json", lambda told: told.pop("rounds"), "not a bundle"),
        ("result.json", lambda told: published(told)["order"][0].update(votes=99), "not in the sums"),
        ("result.json", lambda told: published(told)["order"][0].update(rank=0), "ranks"),
        ("result.json", lambda told: published(told)["statistics"]["matrix"][0].__setitem__(1, 99), "no 9 ballots"),
        ("result.json", lambda told: published(told)["statistics"]["positions"][0].__setitem__(0, 9), "no 9 ballots"),
        ("result.json", lambda told: published(told)["winners"].append(1), "fans' choice"),
        ("result.json", lambda told: published(told)["shortlist"].reverse(), "shortlist"),
        ("result.json", lambda told: published(told).update(tie_rule="another"), "other rules"),
        ("rules.json", lambda told: told["rounds"][0].update(method="borda"), "other rules"),
        ("contest.json", lambda told: told.update(id=told["id"] + 1), "another contest"),
        ("contest.json", lambda told: told.update(name="another"), "another contest"),
        ("contest.json", lambda told: told["designs"].pop(), "other designs"),
        ("log.json", lambda told: told["rounds"][0]["roots"][0].update(size=1), "signature"),
        ("log.json", lambda told: told["rounds"][0]["roots"][0].update(counted_root="00" * 32), "signature"),
        ("log.json", lambda told: told.update(keys=[]), "signature"),
        ("log.json", lambda told: told["rounds"].clear(), "no root"),
        ("log.json", lambda told: told["rounds"][0]["roots"].append(told["rounds"][0]["roots"][0]), "missing"),
    ):
        with pytest.raises(Fault, match=word):
            verify.check(forged(zipped, name, change))


@app
@pytest.mark.one_db
def test_the_command_says_where_and_leaves_with_one_or_two(tmp_path: Path):
    made, _fans = played("irv")
    zipped = bundle(made)
    good, bad, audited = tmp_path / "good.zip", tmp_path / "bad.zip", tmp_path / "audit.jsonl"
    good.write_bytes(zipped)
    bad.write_bytes(zipped[:100] + b"~" + zipped[101:])
    audited.write_bytes(b"".join(audit.lines(db.session(), db.session.get(Contest, made.contest_id))))
    run = CliRunner().invoke
    digest = hashlib.sha256(zipped).hexdigest()
    fine = run(command, [str(good), "--digest", digest, "--full", str(audited)])
    assert fine.exit_code == 0 and "published result" in fine.output
    wrong = run(command, [str(bad), "--digest", digest])
    assert wrong.exit_code == 1 and "README.txt: its content was changed" in wrong.output
    assert run(command, [str(good), "--digest", "0" * 64]).exit_code == 1
    assert run(command, [str(tmp_path / "none.zip")]).exit_code == 2
    assert run(command, [str(audited)]).exit_code == 2
    assert run(command, [str(tmp_path)]).exit_code == 2
    assert run(command, [str(good), "--receipt", str(tmp_path / "none.json")]).exit_code == 2
    assert run(command, [str(good), "--full", str(good)]).exit_code == 1


@app
@pytest.mark.one_db
def test_the_recount_names_a_bundle_that_is_not_the_one_published():
    made, _fans = played("approval")
    zipped = bundle(made)
    key = making.key(hashlib.sha256(zipped).hexdigest())
    assert recounting.recount(made.contest_id)[0].differences == []
    storage().put(key, zipped[:-1])
    assert any("SHA-256" in line for line in recounting.recount(made.contest_id)[0].differences)
    storage().delete(key)
    assert any("gone" in line for line in recounting.recount(made.contest_id)[0].differences)
    storage().put(key, zipped)
    row = db.session.scalars(select(Round)).one()
    with transaction() as session:
        session.execute(update(Round).values(result={**row.result, "notes": ["another"]}))
    assert any("another result" in line for line in recounting.recount(made.contest_id)[0].differences)


@app
def test_an_audit_export_is_granted_taken_and_logged_and_expires(client, sign_in, clock):
    clock.at(make.NOW)
    made = make.scene()
    boss = make.person("", is_operator=True)
    make.vote(made, 2)
    with pytest.raises(Refused, match="not-sealed"):
        audit.grant(made.contest_id, "Ann Auditor", "agreement 7", boss, make.NOW)
    clock.at(made.closes + timedelta(minutes=11))
    closing.close(closing.round_to_close(made.contest_id, "open"), clock.now)
    sign_in(client, boss)
    assert client.post("/operator/audits", data={"contest": made.contest_id}).status_code == 422
    page = client.post("/operator/audits", data={"contest": made.contest_id, "auditor": "Ann", "reason": "a 7"})
    token = page.text.split("/audit/")[1].split("<")[0]
    assert db.session.scalars(select(AuditExport.token_hash)).one() != token
    client.post("/sign-out")
    assert "Ann" in client.get(f"/audit/{token}").text
    taken = client.post(f"/audit/{token}")
    assert json.loads(taken.data.splitlines()[0])["format"] == "fanmade-audit"
    assert len(taken.data.splitlines()) == 1 + 2 + 2
    db.session.rollback()
    told = db.session.execute(select(AuditLine.action, AuditLine.actor_id).order_by(AuditLine.id)).all()
    assert [tuple(each) for each in told][-2:] == [("votes.audit.grant", boss), ("votes.audit.take", None)]
    clock.advance(days=8)
    assert client.get(f"/audit/{token}").status_code == client.post(f"/audit/{token}").status_code == 404
    with pytest.raises(NotFound):
        audit.take(token, clock.now)


@app
@pytest.mark.one_db
def test_sums_with_held_ballots_are_published_from_ten_on(clock):
    for held in (2, 10):
        made = make.scene()
        voters = make.vote(made, held, held + 3)
        make.set_state(closing.round_to_close(made.contest_id, "open"), voters[:held], "held")
        make.counted(made)
        part = json.loads(verify.unpack(bundle(made))["result.json"])["rounds"][0]
        assert part["published"]["held"] == held
        assert bool(part["with_held"]) is (held >= 10)
        assert ("votes" in part["published"]["with_held"][0]) is (held >= 10)


@app
@pytest.mark.one_db
def test_after_the_appeals_there_is_a_final_bundle_of_the_revised_result():
    made = make.scene()
    voters = make.vote(made, 3, 5)
    round_id = closing.round_to_close(made.contest_id, "open")
    make.set_state(round_id, voters[3:], "held")
    make.counted(made)
    first = bundle(made)
    make.set_state(round_id, voters[3:], "reinstated")
    with transaction() as session:
        session.execute(update(Round).values(final_at=made.closes + timedelta(days=4)))
    assert closing.revise(round_id, make.NOW)
    digest = making.finalise(made.contest_id, make.NOW)
    assert digest and digest == making.finalise(made.contest_id, make.NOW)
    final = storage().get(making.key(digest))
    assert final != first
    assert "5 ballots" in verify.check(final, digest)[2]
    contest = db.session.get(Contest, made.contest_id)
    assert "5 counted ballots" in full.check(final, audit.lines(db.session(), contest))[0]
    assert recounting.recount(made.contest_id)[0].differences == []


@app
@pytest.mark.one_db
def test_erasing_a_third_of_the_voters_leaves_the_bundle_and_every_proof_as_they_were():
    made, fans = played("star")
    zipped = bundle(made)
    kept = {fan: _receipt(fan) for fan in fans}
    contest = db.session.get(Contest, made.contest_id)
    with_all = full.check(zipped, audit.lines(db.session(), contest))
    for fan in fans[:3]:
        nobody = make.person()
        with transaction() as session:
            session.execute(update(Person).where(Person.id == nobody).values(email=None))
            assert erasing.erase(session, fan, nobody) == 2
    contest = db.session.get(Contest, made.contest_id)
    assert verify.pack(content.files(db.session(), contest, "seal")) == zipped, "made anew it is the same to the byte"
    db.session.rollback()
    verify.check(zipped, None, [(f"{fan}.json", receipt) for fan, receipt in kept.items()])
    told = full.check(zipped, audit.lines(db.session(), contest))
    assert ("0 leaves of erased" in with_all[0], "6 leaves of erased" in told[0]) == (True, True)
    assert recounting.recount(made.contest_id)[0].differences == []
    with pytest.raises(NotFound):
        receipts.as_json(db.session(), fans[0], json.loads(kept[fans[0]])["promise"]["ballot"], None)
    assert _receipt(fans[5]) == kept[fans[5]]


@app
@pytest.mark.one_db
def test_a_receipt_holds_through_every_state_and_only_with_its_own_contest(clock):
    clock.at(make.NOW)
    made, other = make.scene(), make.scene()
    fan, held, rejected = make.vote(made, 3)
    make.vote(other, 2)
    number = db.session.scalars(select(Ballot.number).where(Ballot.voter_id == fan)).one()
    opening.open_ballot(number, fan, make.NOW)
    service.cast(made.designs[1], fan, "gallery", make.NOW)
    promised = json.loads(_receipt(fan))["promise"]["version"]
    assert promised == 3 and json.loads(_receipt(fan))["inclusion"] is None
    round_id = closing.round_to_close(made.contest_id, "open")
    while closing.fold(round_id):
        pass
    early = json.loads(_receipt(fan))["inclusion"]
    assert early["published"] is None, "in the log, under no published root yet"
    make.set_state(round_id, [held], "held")
    make.set_state(round_id, [rejected], "rejected")
    make.counted(made)
    make.counted(other)
    zipped, others = bundle(made), bundle(other)
    versions = [_receipt(fan, version) for version in (1, 2, 3)] + [_receipt(held), _receipt(rejected)]
    verify.check(zipped, None, [("a receipt", each) for each in versions])
    with pytest.raises(Fault, match="a root that is not in this bundle"):
        verify.check(others, None, [("a receipt", versions[0])])
    with pytest.raises(NotFound):
        receipts.as_json(db.session(), held, number, None)
    mixed = json.loads(versions[3])
    mixed["inclusion"] = json.loads(versions[4])["inclusion"]
    with pytest.raises(Fault, match="the ballot is not in the log"):
        verify.check(zipped, None, [("a receipt", json.dumps(mixed).encode())])
    make.set_state(round_id, [held], "reinstated")
    with transaction() as session:
        session.execute(update(Round).where(Round.id == round_id).values(final_at=made.closes + timedelta(days=4)))
    closing.revise(round_id, make.NOW)
    digest = making.finalise(made.contest_id, make.NOW)
    assert digest
    final = storage().get(making.key(digest))
    verify.check(final, digest, [("a receipt", each) for each in (*versions, _receipt(held), _receipt(rejected))])


def _receipt(voter: int, version: int | None = None) -> bytes:
    db.session.rollback()
    number = db.session.scalars(select(Ballot.number).where(Ballot.voter_id == voter)).one()
    told = receipts.as_json(db.session(), voter, number, version)
    db.session.rollback()
    return json.dumps(told).encode()


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_merged_cells_hide_every_small_one(counts: dict[str, int]):
    shown = cells.merged(counts)
    assert sum(shown.values()) == sum(counts.values())
    small = [name for name, count in counts.items() if 0 < count < 10]
    assert not set(small) & shown.keys()
    if any(count < 10 for count in shown.values()):
        assert list(shown) == [cells.MERGED], "only a breakdown that is small as a whole is"
    hidden = [name for name, count in counts.items() if count and name not in shown]
    assert len(hidden) != 1 or len(shown) == 1, "one hidden cell would follow from the sum"


@settings(max_examples=6, deadline=None)
@given(st.binary(max_size=40), st.binary(min_size=32, max_size=32))
def test_the_small_ed25519_agrees_with_the_large_one(message: bytes, seed: bytes):
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verify.signed(public, message, signature)
    assert not verify.signed(public, message + b".", signature)
    assert not verify.signed(public, message, signature[:32] + signature[31:63])
    assert not verify.signed(public, message, signature[:-1])
    s = int.from_bytes(signature[32:], "little") + verify.Q
    assert not verify.signed(public, message, signature[:32] + s.to_bytes(32, "little")), "one signature, one form"
