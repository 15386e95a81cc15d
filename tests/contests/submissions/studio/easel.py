"""A contest with products to draw on, and scenes that fit them."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from contests.models import ContestProduct
from contests.specs import product
from contests.submissions.images.templates import canvas
from tests.contests.submissions.stage import Stage, set_up
from webapp.infra.db import transaction

SCRIPT = {"Accept": "application/json"}


def contest_to_draw_for(now: datetime, **contest: Any) -> Stage:
    """A running contest with a tee (position 0) and a tote (position 1)."""
    stage = set_up(now, **contest)
    with transaction() as session:
        for position, kind in enumerate(("tee", "tote")):
            session.add(ContestProduct(contest_id=stage.contest, position=position, **product(kind)))
    return stage


def scene(*layers: dict[str, Any], kind: str = "tee", side: str = "front") -> dict[str, Any]:
    """A scene of that product's print box."""
    usual = product(kind)
    size = canvas(kind, usual["print_width_cm"], usual["print_height_cm"])
    return {"v": 1, "template": kind, "side": side, "w": size.w, "h": size.h, "layers": list(layers)}


def star(id_: str = "s1", **more: Any) -> dict[str, Any]:
    """A shape in the middle of the tee."""
    place = {"id": id_, "t": "shape", "x": 1700, "y": 2000, "k": 1, "r": 0}
    return {**place, "p": "star", "w": 900, "h": 900, "c": "#d81159", **more}


def img(asset: str, id_: str = "i1", **more: Any) -> dict[str, Any]:
    """A picture in the middle of the tee."""
    return {"id": id_, "t": "img", "a": asset, "x": 1700, "y": 2000, "k": 2, "r": 0, **more}


def said(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a module saves: these layers on the front of the black tee."""
    return {"product": 0, "colour": "#17151C", "front": scene(*layers), "back": None, **more}


def begin(client: Any, stage: Stage, *layers: dict[str, Any], **more: Any) -> str:
    """Begin a drawing; return its code."""
    answer = client.post(f"/c/{stage.slug}/studio/drafts", json=said(*layers, **more), headers=SCRIPT)
    assert answer.status_code == 201, answer.text
    return str(answer.json["code"])


def save(client: Any, code: str, version: Any, *layers: dict[str, Any], **more: Any) -> Any:
    """Save a drawing; return the answer."""
    return client.post(f"/studio/drafts/{code}", json=said(*layers, version=version, **more), headers=SCRIPT)


def upload(client: Any, stage: Stage, data: bytes, name: str = "art.png") -> Any:
    """Send a picture to draw with; return the answer."""
    form = {"picture": (io.BytesIO(data), name)}
    return client.post(f"/c/{stage.slug}/studio/assets", data=form, headers=SCRIPT)


def finish(client: Any, code: str) -> Any:
    """Finish a drawing; return the answer."""
    return client.post(f"/studio/drafts/{code}/finish", json={}, headers=SCRIPT)
