"""Boards, canvases and placements agree with each other and with what the studio in the browser reads."""

import importlib.util
import re
import sys
from xml.etree import ElementTree

import pytest

from contests.specs import KINDS as PRODUCT_KINDS
from contests.specs import product
from contests.submissions.images.templates import KINDS, MOST_PIXELS, SIDES, TEMPLATES, canvas, placement, px_per_cm
from tests.services import ROOT

pytestmark = pytest.mark.one_db
STATIC = ROOT / "webapp" / "static"
ALL = [(kind, side) for kind in KINDS for side in SIDES]


@pytest.fixture(scope="module")
def shade_maps():
    spec = importlib.util.spec_from_file_location("shade_maps", ROOT / "tools" / "shade_maps.py")
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def test_every_kind_of_product_has_both_sides():
    assert set(KINDS) == set(PRODUCT_KINDS)
    assert all(set(TEMPLATES[kind]) == set(SIDES) for kind in KINDS)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((30, 40), (3543, 4724, 300)), ((42, 59), (3307, 4646, 200)), ((60, 90), (3543, 5315, 150))],
)
def test_a_canvas_takes_the_finest_dpi_that_fits(size, expected):
    assert canvas("tee", *size) == expected


@pytest.mark.parametrize("size", [(1, 1), (0.1, 500), (200, 300), (45.7, 45.8)])
def test_no_canvas_is_too_big_or_empty(size):
    found = canvas("poster", *size)
    assert 0 < found.w * found.h <= MOST_PIXELS


def test_a_box_without_an_area_is_refused():
    for size in [(0, 10), (10, 0), (-1, 5)]:
        with pytest.raises(ValueError):
            canvas("tee", *size)
        with pytest.raises(ValueError):
            placement("tee", "front", *size)


@pytest.mark.parametrize(("kind", "side"), ALL)
@pytest.mark.parametrize("size", [None, (10, 10), (100, 20), (20, 100)])
def test_a_print_keeps_its_shape_and_stays_on_the_garment(kind, side, size):
    usual = product(kind)
    width, height = size or (usual["print_width_cm"], usual["print_height_cm"])
    box, room = placement(kind, side, width, height), TEMPLATES[kind][side].room
    assert box.w / box.h == pytest.approx(width / height)
    assert box.w == pytest.approx(width * px_per_cm(kind, side, width, height))
    assert room.x - 0.01 <= box.x and box.x + box.w <= room.x + room.w + 0.01
    assert room.y - 0.01 <= box.y and box.y + box.h <= room.y + room.h + 0.01
    assert box.x + box.w / 2 == pytest.approx(TEMPLATES[kind][side].anchor[0])


def test_the_usual_prints_are_true_to_scale():
    for kind in ("tee", "hoodie", "tote"):
        usual = product(kind)
        box = placement(kind, "front", usual["print_width_cm"], usual["print_height_cm"])
        assert box.w == pytest.approx(usual["print_width_cm"] * TEMPLATES[kind]["front"].px_per_cm)


def test_the_published_templates_and_drawings_are_what_the_script_draws(shade_maps, tmp_path):
    shade_maps.write_drawings(tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(made) == 9
    for path in made:
        assert (tmp_path / path).read_bytes() == (STATIC / "studio" / path).read_bytes(), path


@pytest.mark.parametrize(("kind", "side"), ALL)
def test_a_drawing_is_light_tintable_and_free_of_inline_style(kind, side):
    path = STATIC / TEMPLATES[kind][side].svg
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert path.stat().st_size < 12_000
    assert root.attrib["viewBox"] == "0 0 1200 1500"
    assert "currentColor" in text
    assert not re.search(r"style=|<style|<script|href|\son\w+=", text)
