"""The production pack from its button to the last slip: what is in it, who may take it, what happens without parts."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from sqlalchemy import select, update

from contests.submissions.images.print_report import PrintSpec, reports
from contests.submissions.models import Revision
from preorders import queries as drops
from preorders import service as preorders
from preorders.exports import writing
from preorders.models import Drop, Preorder, Product, ProductionPack
from preorders.production import jobs, making, parcels, pictures, service
from preorders.production.paper import Paper
from preorders.service import Contact
from preorders.shipping.parcels import send
from tests.preorders import make
from tests.preorders.make import HOME, NOW, Story
from tests.web import end_reading
from webapp.accounts.models import AuditLine
from webapp.infra.db import db, transaction
from webapp.infra.leases import ATTEMPTS
from webapp.infra.storage import storage

NAMES = ("Väinö Öljymäki", "محمد علي", "山田 太郎", '=HYPERLINK("x")', "Zoë \u202e\x07 " + "W" * 90)
NOTE = "{nb} leave it 😀 with the neighbour, second floor; " * 8


@pytest.fixture(autouse=True)
def at_noon(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock.at(NOW)
    monkeypatch.setattr(pictures, "WIDTH", 200)  # fine pictures take time


@pytest.fixture
def told(app: Flask) -> Story:
    """A winner with a picture, its renditions and its report."""
    told = make.story()
    art = Image.new("RGBA", (900, 1200), (0, 0, 0, 0))
    ImageDraw.Draw(art).ellipse((150, 200, 750, 1000), fill="#FFC83D")
    for key, kind in (("originals/1", "PNG"), ("r/1.avif", "AVIF")):
        file = io.BytesIO()
        art.resize((240, 320) if kind == "AVIF" else art.size).save(file, kind)
        storage().put(key, file.getvalue())
    spec = PrintSpec(0, "tee", "Tour tee", 30, 40, 4, ("#17151C", "#1D2A4D"))
    with transaction() as session:
        facts = {"width": 900, "height": 1200, "format": "PNG", "print_report": reports(art, art.size, [spec])}
        session.execute(update(Revision).values(**facts, source="upload"))
    return told


@pytest.fixture
def drop_id(told: Story) -> int:
    """Five orders of people with all kinds of names; the third waits for its payment."""
    drop_id = make.drop(told=told, bundle=True, submission_id=told.submission_id, royalty_minor=100)
    for place, name in enumerate(NAMES):
        home = Contact(name, "Kirkkokatu 1 A 2", "00170", "Helsinki", "FI", "+358401234567", NOTE if place else "")
        items = (
            [make.bundle(drop_id, "S")] if place == 3 else [make.tee(drop_id, "MS"[place % 2], quantity=place % 2 + 1)]
        )
        preorders.place(drop_id, make.person(), items, home, f"key-number-{place}", NOW)
    with transaction() as session:
        session.execute(update(Preorder).where(Preorder.name == NAMES[2]).values(state="awaiting", awaits_payment=True))
    return drop_id


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is set on paper; each is held against the edges of its page."""
    found: list[str] = []
    put = Paper.put

    def noted(paper: Paper, x: float, y: float, text: str, size: float, *args: Any, **options: Any) -> None:
        found.append(text)
        wide = paper.width_of(text, size, options.get("bold", args[0] if args else False))
        left = x - {"L": 0, "C": wide / 2, "R": wide}[options.get("align", "L")]
        assert left >= 5 and left + wide <= paper.wide - 5 + 0.01, text
        assert 5 < y < paper.tall - 4, text
        put(paper, x, y, text, size, *args, **options)

    monkeypatch.setattr(Paper, "put", noted)
    return found


def pack() -> ProductionPack:
    end_reading()
    return db.session.scalars(select(ProductionPack).order_by(ProductionPack.id.desc())).first()  # type: ignore[return-value]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def pages(pdf: bytes) -> int:
    return int(re.findall(rb"/Count (\d+)", pdf)[0])


def made(drop_id: int, folder: Path) -> zipfile.ZipFile:
    """Make a pack without the desk."""
    found = drops.drop(db.session(), drop_id)
    assert found
    folder.mkdir()
    with writing.snapshot() as connection:
        making.make(connection, found, 1, NOW, folder / "pack.zip", lambda contents: None)
    return zipfile.ZipFile(folder / "pack.zip")


def test_one_button_makes_a_pack_that_only_the_team_takes_and_the_log_says_who(
    app: Flask, client: Any, new_client: Any, sign_in: Any, told: Story, drop_id: int, run_jobs: Any, clock: Any
) -> None:
    base = f"/team/night-line/drops/{drop_id}/production"
    sign_in(client, told.staff_id)
    assert base in client.get(f"/team/night-line/drops/{drop_id}/orders").text
    assert client.post(base).status_code == 303
    assert client.post(base).status_code == 303  # a second press joins the first
    assert 'hx-trigger="every 2s"' in client.get(base + "/status").text
    take = f"{base}/{pack().id}/file"
    assert client.post(take).status_code == 410
    run_jobs("exports")
    row = pack()
    assert (row.attempts, row.failure, row.persons) == (1, "", 5)  # four buyers and the designer
    shown = client.get(base).text
    assert "every 2s" not in shown and "tech-pack.pdf" in shown and row.sha256 in shown
    taken = client.post(take)
    assert hashlib.sha256(taken.data).hexdigest() == row.sha256 and len(taken.data) == row.size
    assert taken.headers["Cache-Control"] == "private, no-store"
    logged = db.session.scalars(select(AuditLine).where(AuditLine.action == "drop.pack.taken")).one()
    assert (logged.actor_id, logged.details["persons"]) == (told.staff_id, 5)
    stranger = new_client()
    sign_in(stranger, make.person())
    assert stranger.post(take).status_code == 404 and stranger.get(base).status_code == 404
    key = row.file_key or ""
    clock.advance(hours=2)  # not a fresh sign-in any more
    assert client.post(take).status_code == 403
    clock.advance(days=7)
    assert jobs.forget() == 1 and not storage().exists(key)
    sign_in(client, told.staff_id)
    assert client.post(take).status_code == 410
    check(zipfile.ZipFile(io.BytesIO(taken.data)))


def check(found: zipfile.ZipFile) -> None:
    names = found.namelist()
    assert names == sorted(names) and {entry.date_time[0] for entry in found.infolist()} == {1980}
    for line in found.read("MANIFEST.txt").decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(found.read(name)).hexdigest() == digest
    listed = {each["name"] for each in json.loads(found.read("MANIFEST.json"))["files"]}
    assert listed == set(names) - {"MANIFEST.txt", "MANIFEST.json"}
    assert found.read("print/7K3QX-entered.png") == storage().get("originals/1")
    run = rows(found.read("size-run.csv"))
    assert (sum(int(row["quantity"]) for row in run), sum(int(row["awaiting"]) for row in run)) == (6, 1)
    picked = rows(found.read("pick-list.csv"))
    assert [int(row["slip"]) for row in picked] == [1, 2, 2, 3, 4]
    assert {row["name"] for row in picked} == {NAMES[0], NAMES[1], "'" + NAMES[3], NAMES[4]}
    assert pages(found.read("packing-slips.pdf")) == 4
    assert pages(found.read("tech-pack.pdf")) == 6  # cover, front, sizes, proof, album, credits
    assert [row["amount"] for row in rows(found.read("credits-and-royalties.csv"))] == ["5.00"]


@pytest.mark.one_db
def test_the_same_drop_makes_the_same_bytes_and_no_text_leaves_its_page(
    app: Flask, drop_id: int, tmp_path: Path, said: list[str]
) -> None:
    with app.test_request_context():
        first, second = made(drop_id, tmp_path / "a"), made(drop_id, tmp_path / "b")
    assert first.namelist() == second.namelist()
    assert [name for name in first.namelist() if first.read(name) != second.read(name)] == []
    words = " ".join(said)
    assert "Väinö Öljymäki" in words and "محمد علي" in words and "{nb}" in words
    assert "30 × 40 cm" in words and "3.9 cm below the lower edge of the collar" in words
    assert "#FFC83D · 100 %" in words and "1 piece belongs to an order that still waits" in words


@pytest.mark.one_db
def test_what_is_missing_is_said_on_the_page(app: Flask, drop_id: int, tmp_path: Path, said: list[str]) -> None:
    storage().delete("originals/1")
    storage().delete("r/1.avif")
    with transaction() as session:
        session.execute(update(Preorder).where(Preorder.name == NAMES[0]).values(address={}, addressed_at=None))
        session.execute(update(Product).values(size_chart=[]))
    with app.test_request_context():
        found = made(drop_id, tmp_path / "a")
    assert not [name for name in found.namelist() if name.startswith("print/")]
    words = " ".join(said)
    for part in ("This file is not in the pack", "no picture to show", "The address is missing", "No size chart was"):
        assert part in words, part


@pytest.mark.one_db
def test_letters_without_a_face_show_as_marks_and_the_slip_says_so(
    app: Flask, drop_id: int, tmp_path: Path, said: list[str]
) -> None:
    with transaction() as session:
        session.execute(update(Preorder).values(state="reserved", awaits_payment=False))
    with app.test_request_context():
        found = made(drop_id, tmp_path / "a")
    assert "\ufffd\ufffd \ufffd\ufffd" in said
    assert sum("stands for a letter" in each for each in said) == 1  # on that slip, not on the others
    assert NAMES[2] in {row["name"] for row in rows(found.read("pick-list.csv"))}


@pytest.mark.one_db
def test_many_slips_come_in_several_files_and_long_orders_on_several_sheets(
    app: Flask, drop_id: int, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "SLIPS_EACH", 3)
    item = make.tee(drop_id)
    with transaction() as session:
        session.execute(update(Drop).values(per_person=100))
    preorders.place(drop_id, make.person(), [item], HOME, "key-number-long", NOW)
    read = making.parcels

    def many(*args: Any) -> Any:
        return (parcels.Parcel(**{**vars(each), "pieces": each.pieces * 12}) for each in read(*args))

    monkeypatch.setattr(making, "parcels", many)
    with app.test_request_context():
        found = made(drop_id, tmp_path / "a")
    files = [name for name in found.namelist() if name.startswith("packing-slips")]
    assert files == ["packing-slips-01.pdf", "packing-slips-02.pdf"]
    assert [each for each in said if "/ 5" in each][-1] == "5 / 5"
    assert "Sheet 2" in said and "Goes on on the next sheet." in said


def test_what_has_left_needs_no_slip_and_equal_parcels_lie_together(app: Flask, told: Story) -> None:
    drop_id = make.drop(told=told, bundle=True)
    orders = [
        preorders.place(drop_id, make.person(), [items], HOME, f"key-number-{place}", NOW).id
        for place, items in enumerate(
            (
                make.tee(drop_id, "M"),
                make.bundle(drop_id, "S"),
                make.tee(drop_id, "S", quantity=3),
                make.tee(drop_id, "M"),
            )
        )
    ]
    with transaction() as session:
        session.execute(update(Drop).values(locked_at=NOW, production_at=NOW))
    line = drops.lines(db.session(), orders[2])[0]
    db.session.rollback()
    send(orders[2], told.artist_id, told.staff_id, {line.id: 2}, "Posti", "JJFI1", NOW)
    with writing.snapshot() as connection:
        found = list(parcels.parcels(connection, drop_id))
        load = parcels.load(connection, drop_id)
    assert [[(piece.size, piece.quantity) for piece in each.pieces] for each in found] == [
        [("S", 1)],
        [("S", 1), ("", 1)],
        [("M", 1)],
        [("M", 1)],
    ]
    assert [each.rest for each in found] == [True, False, False, False]
    assert (load.parcels, load.persons, load.pieces, load.addressless) == (4, 4, 5, 0)


@pytest.mark.one_db
def test_a_pack_that_fails_says_why_and_can_be_made_again(
    app: Flask, client: Any, sign_in: Any, told: Story, drop_id: int, run_jobs: Any, clock: Any, monkeypatch: Any
) -> None:
    sign_in(client, told.staff_id)
    base = f"/team/night-line/drops/{drop_id}/production"
    client.post(base)
    real = making.make

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "make", full)
    for _ in range(ATTEMPTS):
        assert not pack().failure
        jobs.make(pack().id)
        assert not jobs.make(pack().id)  # it waits a while between two tries
        clock.advance(minutes=2)
    assert pack().failure == "no-room" and "the disk may be full" in client.get(base).text
    monkeypatch.setattr(making, "make", real)
    assert client.post(f"{base}/{pack().id}/retry").status_code == 303
    run_jobs("exports")
    assert pack().done_at and not pack().failure
    assert client.post(f"{base}/{pack().id}/retry").status_code == 409


@pytest.mark.one_db
def test_two_workers_make_one_pack_and_a_new_one_lets_the_old_one_go(
    app: Flask, told: Story, drop_id: int, clock: Any, monkeypatch: Any
) -> None:
    for key in list(storage().keys("packs/")):
        storage().delete(key)  # of other tests
    first = service.ask(drop_id, told.staff_id, NOW)
    real: Callable[..., Any] = making.make

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(making, "make", real)
        clock.advance(minutes=6)  # fell silent for longer than its lease
        assert jobs.make(first)
        return real(*args)

    monkeypatch.setattr(making, "make", overtaken)
    assert not jobs.make(first)
    row = pack()
    assert (row.attempts, row.file_key) == (2, f"packs/{first}-2.zip")
    assert list(storage().keys("packs/")) == [row.file_key]
    second = service.ask(drop_id, told.staff_id, NOW)
    assert second != first and jobs.make(second) and jobs.forget() == 1
    assert list(storage().keys("packs/")) == [f"packs/{second}-1.zip"]
