"""What is made of a revision for its contest's products: mockups, print reports, print files."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from PIL import Image

from contests.models import ContestProduct
from contests.submissions import jobs, media
from contests.submissions.images import templates
from contests.submissions.models import Revision
from tests.contests.submissions.stage import Stage, design, sent_in
from tests.pictures import SECRET, png, turned
from webapp.infra.db import transaction
from webapp.infra.storage import storage
from webapp.infra.templating import picture_url

COLOURS = [{"name": "Black", "hex": "#17151C"}, {"name": "Natural", "hex": "#F3EAD7"}]


@pytest.fixture
def tee(stage: Stage) -> Stage:
    """The contest prints a small tee in two colours."""
    with transaction() as session:
        values = {"position": 0, "kind": "tee", "title": "Tee", "colours": COLOURS, "sizes": ["M"], "max_inks": 4}
        box = {"print_width_cm": 8, "print_height_cm": 10, "price_minor": 2900, "currency": "EUR"}
        session.add(ContestProduct(contest_id=stage.contest, **values, **box))
    return stage


@pytest.mark.ordinarily("postgres")
def test_an_upload_is_shown_on_each_colour_and_reported_on(tee: Stage, client: Any) -> None:
    submission_id = sent_in(tee, turned(6, "JPEG", 640, 480))
    assert jobs.process(design(submission_id).latest.id)  # type: ignore[union-attr]
    revision = design(submission_id).revision
    assert revision is not None
    seen = [(each["colour"], each["side"], each["w"]) for each in revision.mockups]
    assert seen == [(colour["hex"], "front", width) for colour in COLOURS for width in (1080, 480)]
    for each in revision.mockups:
        for kind, content_type in (("avif", "image/avif"), ("jpeg", "image/jpeg")):
            answer = client.get(picture_url(each[kind]))
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
            assert answer.headers["Content-Security-Policy"] == media.SANDBOX
            assert SECRET not in answer.data
            with Image.open(io.BytesIO(answer.data)) as picture:
                assert picture.size == (each["w"], each["h"])
    (report,) = revision.print_report
    assert (report["product"], report["kind"]) == (0, "tee")
    assert revision.print_files == []


def test_a_design_of_the_studio_gets_print_files_and_the_same(tee: Stage, client: Any) -> None:
    submission_id = sent_in(tee, png())
    box = templates.canvas("tee", 8, 10)
    picture = turned(6, "JPEG", 64, 48)
    storage().put("studio/ab/picture", picture)
    asset = {"sha256": hashlib.sha256(picture).hexdigest(), "w": 64, "h": 48, "key": "studio/ab/picture"}
    layer = {"id": "a", "t": "img", "a": "pic", "x": box.w / 2, "y": box.h / 2, "k": 8.0, "r": 0}
    front = {"v": 1, "template": "tee", "side": "front", "w": box.w, "h": box.h, "layers": [layer]}
    document = {"v": 1, "product": 0, "kind": "tee", "colour": "#17151c", "front": front, "back": None}
    data = json.dumps({**document, "assets": {"pic": asset}}).encode()
    latest = design(submission_id).latest
    assert latest is not None
    with transaction() as session:
        row = session.get(Revision, latest.id)
        assert row is not None
        row.source, row.original_key, row.original_sha256 = (
            "studio",
            "originals/ab/scene",
            hashlib.sha256(data).hexdigest(),
        )
    storage().put("originals/ab/scene", data)
    assert jobs.process(latest.id)
    revision = design(submission_id).revision
    assert revision is not None
    assert (revision.format, revision.width, revision.height) == ("SCENE", box.w, box.h)
    (printed,) = revision.print_files
    assert (printed["side"], printed["w"], printed["h"], printed["dpi"]) == ("front", box.w, box.h, box.dpi)
    assert client.get(picture_url(printed["key"])).status_code == 404, "a print file is nobody's but the team's"
    with Image.open(io.BytesIO(storage().get(printed["key"]))) as art:
        assert art.mode == "RGBA"
        red, _green, blue, alpha = art.getpixel((box.w // 2 - 8 * 16, box.h // 2 - 8 * 12))  # type: ignore[misc]
        assert (red > 150 > blue, alpha) == (True, 255), "drawn upright"
        assert art.getpixel((2, 2)) == (0, 0, 0, 0)
    assert len(revision.mockups) == 4
    assert revision.print_report[0]["product"] == 0
    widest = revision.renditions[-1]
    assert widest["h"] == round(widest["w"] / 0.8), "in the shape of a card"
    for key in (widest["avif"], widest["jpeg"], revision.share_card_key):
        with Image.open(io.BytesIO(storage().get(key))) as shown:
            assert shown.mode == "RGB"
            corner = shown.getpixel((2, 2))
        assert max(abs(a - b) for a, b in zip(corner, (0x17, 0x15, 0x1C), strict=True)) <= 4, "on the cloth it is for"
