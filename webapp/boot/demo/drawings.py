"""Two designs of the demo that were drawn in the studio: they can be drawn on, and others may start from one."""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ProductRow
from contests.submissions.images import templates
from contests.submissions.images.header import Header
from contests.submissions.images.scene import document
from contests.submissions.models import ModerationAct, Revision, Submission
from contests.submissions.originals import Original
from contests.submissions.studio.models import StudioDraft
from webapp.boot.demo.people import Cast
from webapp.kernel.codes import ALPHABET

Layer = dict[str, Any]
NIGHT, CORAL, TEAL, CREAM = "#1d2a4d", "#d1452f", "#1f7a78", "#fff6e0"
WIDE, TALL = 1000, 1405
"""Layers stand on a sheet of this size, and are scaled to the print box."""


@dataclass(frozen=True)
class Drawing:
    """A design as words and layers; `author` is one of the cast."""

    title: str
    alt: str
    description: str
    author: str
    open_to_others: bool
    layers: tuple[Layer, ...]


def _shape(kind: str, x: float, y: float, w: float, h: float, colour: str, **more: Any) -> Layer:
    return {"t": "shape", "p": kind, "x": x, "y": y, "k": 1, "r": 0, "w": w, "h": h, "c": colour, **more}


def _line(x: float, y: float, length: float, width: float, colour: str, turn: float = 0) -> Layer:
    line = {"t": "shape", "p": "line", "x": x, "y": y, "k": 1, "r": turn, "w": length, "h": 1}
    return line | {"oc": colour, "ow": width}


def _text(words: str, x: float, y: float, size: float, font: str, colour: str, **more: Any) -> Layer:
    return {"t": "text", "s": words, "x": x, "y": y, "k": 1, "r": 0, "f": font, "z": size, "c": colour, **more}


_RADIO = (
    _shape("ellipse", 500, 560, 780, 780, "#f2b632"),
    _line(700, 330, 430, 14, NIGHT, -62),
    _shape("rect", 500, 720, 760, 470, CORAL, rad=60, oc=NIGHT, ow=16),
    _shape("ellipse", 310, 720, 270, 270, CREAM, oc=NIGHT, ow=14),
    _shape("ellipse", 310, 720, 96, 96, NIGHT),
    _shape("rect", 660, 640, 320, 110, CREAM, rad=18, oc=NIGHT, ow=12),
    _line(610, 640, 88, 10, CORAL, 90),
    *(_shape("ellipse", 560 + 100 * n, 820, 60, 60, TEAL, oc=NIGHT, ow=10) for n in range(3)),
    *(_shape("star", x, y, 66, 66, NIGHT, r=turn) for x, y, turn in ((170, 250, 8), (330, 170, -12), (860, 210, 20))),
    _text("Kitchen, 23:40", 500, 1090, 118, "pacifico", NIGHT),
    _text("LOW TIDE SONGBOOK", 500, 1260, 84, "bebas-neue", TEAL),
)
_PIER = (
    _shape("ellipse", 500, 560, 620, 620, CORAL),
    *(_line(500, 660 + 56 * n, 900 - 90 * n, 22, TEAL if n % 2 else NIGHT) for n in range(5)),
    *(_shape("rect", 240 + 130 * n, 1010, 30, 190, NIGHT) for n in range(5)),
    _shape("rect", 500, 910, 680, 34, NIGHT, rad=8),
    _shape("heart", 500, 470, 190, 180, CREAM, r=-8),
    _text("ELEVEN SONGS FOR ONE PIER", 500, 330, 92, "anton", NIGHT, arc=150),
    _text("with chords", 500, 1230, 96, "permanent-marker", CORAL),
)
DRAWINGS = (
    Drawing(
        "Kitchen Radio",
        "A red kitchen radio before a big yellow moon, with stars, and “Kitchen, 23:40” in a round hand",
        "Where I listen. Drawn on the tram, on a phone. Take it further if you like!",
        "milja",
        True,
        _RADIO,
    ),
    Drawing(
        "Eleven for the Pier",
        "A coral sun sinks behind a pier with a paper heart in it; words stand around it in an arc",
        "The jetty at home, and everybody on it knows the words.",
        "kelpie",
        False,
        _PIER,
    ),
)


def seed_drawings(
    session: Session, contest_id: int, artist_id: int, rights_hash: str, cast: Cast, now: datetime
) -> None:
    """Insert the designs, the drawings they were made of, and the moderator's yes; pictures come later."""
    rng = random.Random("drawn by hand")
    product = contests.products(session, contest_id)[0]
    for number, drawing in enumerate(DRAWINGS):
        at = now - timedelta(days=3 - number, hours=5)
        design = _design(drawing, rng, contest_id, rights_hash, cast.named[drawing.author], at)
        session.add(design)
        session.flush()
        revision = _revision(design.id, number, at)
        session.add_all([revision, _draft(design, drawing, product, rng, at)])
        session.flush()
        design.current_revision_id = revision.id
        session.add(_approval(artist_id, cast.named["jonas"], design))
    session.flush()


def original(number: int, product: ProductRow) -> tuple[Original, bytes]:
    """Return a drawing as the studio would hand it in: its document, and where that is kept."""
    front, colour = scene(DRAWINGS[number], product), product.colours[0]["hex"].lower()
    told = {"v": 1, "product": product.position, "kind": product.kind, "colour": colour}
    data = document.canonical(document.parse({**told, "front": front, "back": None, "assets": {}}))
    sha256, box = hashlib.sha256(data).hexdigest(), _box(product)
    header = Header("SCENE", box.w, box.h, 1, "RGBA")
    return Original(f"originals/{sha256[:2]}/{sha256}", sha256, len(data), "", header), data


def scene(drawing: Drawing, product: ProductRow) -> dict[str, Any]:
    """Return the drawing as the scene of the product's front, fitted into its print box."""
    box = _box(product)
    scale = min(box.w / WIDE, box.h / TALL)
    left, top = (box.w - WIDE * scale) / 2, (box.h - TALL * scale) / 2
    layers = [
        layer
        | {"id": f"l{number}", "k": round(scale, 4)}
        | {"x": round(left + layer["x"] * scale, 1), "y": round(top + layer["y"] * scale, 1)}
        for number, layer in enumerate(drawing.layers, 1)
    ]
    return {"v": 1, "template": product.kind, "side": "front", "w": box.w, "h": box.h, "layers": layers}


def _box(product: ProductRow) -> templates.Canvas:
    return templates.canvas(product.kind, product.print_width_cm, product.print_height_cm)


def _design(
    drawing: Drawing, rng: random.Random, contest_id: int, rights_hash: str, author_id: int, at: datetime
) -> Submission:
    return Submission(
        contest_id=contest_id,
        author_id=author_id,
        code="".join(rng.choice(ALPHABET) for _ in range(5)),
        title=drawing.title,
        alt=drawing.alt,
        description=drawing.description,
        state="approved",
        rights_hash=rights_hash,
        created_at=at - timedelta(minutes=50),
        submitted_at=at,
        approved_at=at + timedelta(hours=1),
        allow_remix=drawing.open_to_others,
    )


def _revision(submission_id: int, number: int, at: datetime) -> Revision:
    return Revision(
        submission_id=submission_id,
        number=1,
        source="studio",
        original_key="",
        original_sha256="",
        original_name="",
        bytes=0,
        state="waiting",
        lease_until=at + timedelta(days=400),
        placeholder=63,
        report={"demo": {"drawing": number, "turn": 0}},
        created_at=at,
    )


def _draft(design: Submission, drawing: Drawing, product: ProductRow, rng: random.Random, at: datetime) -> StudioDraft:
    return StudioDraft(
        code=f"{rng.getrandbits(64):016x}",
        contest_id=design.contest_id,
        person_id=design.author_id,
        product=product.position,
        colour=product.colours[0]["hex"],
        front=scene(drawing, product),
        version=1,
        finished_version=1,
        submission_id=design.id,
        created_at=at - timedelta(hours=2),
        updated_at=at,
    )


def _approval(artist_id: int, moderator_id: int, design: Submission) -> ModerationAct:
    assert design.approved_at is not None
    return ModerationAct(
        at=design.approved_at,
        artist_id=artist_id,
        moderator_id=moderator_id,
        subject_kind="submission",
        subject_id=design.id,
        act="approve",
        state_before="pending",
    )
