"""Mockups: the art lands in its place, follows the folds, and cloth of any colour looks like cloth."""

import hashlib
import json
import sys

import pytest
from PIL import Image, ImageChops, ImageStat

from contests.submissions.images.mockups import Wearer, mockup
from contests.submissions.images.mockups.sheets import MAPS
from contests.submissions.images.templates import KINDS, SIDES, TEMPLATES, placement
from tests.services import ROOT

pytestmark = pytest.mark.one_db
SIZES = {"tee": (30, 40), "hoodie": (28, 32), "tote": (28, 30), "poster": (42, 59)}
ALL = [(kind, side) for kind in KINDS for side in SIDES]
CLEAR = Image.new("RGBA", (30, 40))
WIDTH = 480


def worn(art, kind="tee", side="front", colour="#17151C", width=WIDTH, place="box"):
    return mockup(art, kind, side, colour, *SIZES[kind], width, place)


def in_picture(kind, side, width=WIDTH):
    box = placement(kind, side, *SIZES[kind])
    scale = width / 1200
    return [round(v * scale) for v in (box.x, box.y, box.x + box.w, box.y + box.h)]


def mean(picture, box):
    return ImageStat.Stat(picture.crop(box)).mean


def test_pictures_are_four_to_five_and_rgb():
    assert worn(CLEAR, width=300).size == (300, 375)
    assert worn(CLEAR, width=300).mode == "RGB"


@pytest.mark.parametrize(("kind", "side"), ALL)
def test_the_same_order_gives_the_same_bytes_and_a_clear_design_leaves_cloth(kind, side):
    wearer = Wearer(CLEAR, kind, side, *SIZES[kind], WIDTH)
    first = wearer.on("#1D2A4D")
    assert first.tobytes() == worn(CLEAR, kind, side, "#1D2A4D").tobytes()
    x0, y0, x1, y1 = in_picture(kind, side)
    red, _, blue = mean(first, (x0 + 9, y0 + 9, x1 - 9, y1 - 9))
    assert blue > red + 15


@pytest.mark.parametrize(("kind", "side"), ALL)
@pytest.mark.parametrize("colour", ["#FFFFFF", "#17151C", "#B3161C"])
def test_art_changes_its_box_and_nothing_else(kind, side, colour):
    bare, dressed = worn(CLEAR, kind, side, colour), worn(Image.new("RGB", (60, 80), "#20C060"), kind, side, colour)
    x0, y0, x1, y1 = in_picture(kind, side)
    changed = ImageChops.difference(bare, dressed).convert("L").point(lambda v: 255 if v > 3 else 0).getbbox()
    assert all(abs(a - b) <= 8 for a, b in zip(changed, (x0, y0, x1, y1), strict=True))
    red, green, blue = mean(dressed, (x0 + 12, y0 + 12, x1 - 12, y1 - 12))
    assert green > red + 60 and green > blue + 30


@pytest.mark.parametrize("colour", ["#17151C", "#000000", "#FFFFFF", "#B3161C"])
@pytest.mark.parametrize("kind", ["tee", "hoodie", "tote"])
def test_folds_are_seen_on_dark_and_on_white_cloth(kind, colour):
    cloth = worn(CLEAR, kind, "front", colour).convert("L").crop(in_picture(kind, "front"))
    low, high = (sorted(cloth.tobytes())[int(cloth.width * cloth.height * share)] for share in (0.02, 0.98))
    assert high - low >= 8


def test_a_black_design_stays_dark_and_a_white_one_light():
    box = in_picture("tee", "front")
    for colour in ("#17151C", "#FFFFFF"):
        assert max(mean(worn(Image.new("RGB", (30, 40), "black"), colour=colour), box)) < 45
        assert min(mean(worn(Image.new("RGB", (30, 40), "white"), colour=colour), box)) > 205


def test_nothing_glows_on_black():
    """Half clear white on black is grey, never lighter than the same in full."""
    box = in_picture("tee", "front")
    half, full = (worn(Image.new("RGBA", (30, 40), (255, 255, 255, a))) for a in (128, 255))
    assert mean(half, box)[0] < mean(full, box)[0] - 40


def test_a_straight_line_bends_with_the_cloth():
    art = Image.new("RGBA", (300, 400))
    art.paste((255, 255, 255, 255), (0, 300, 300, 304))
    picture = worn(art, width=1080).convert("L").crop(in_picture("tee", "front", 1080))
    tops = [max(range(picture.height), key=lambda y, x=x: picture.getpixel((x, y))) for x in range(20, 380, 6)]
    assert max(tops) - min(tops) >= 3


def test_fit_keeps_the_shape_at_the_top_and_box_fills():
    art = Image.new("RGB", (400, 100), "white")
    x0, y0, x1, y1 = in_picture("tee", "front")
    low = (x0 + 20, y1 - 40, x1 - 20, y1 - 20)
    assert mean(worn(art, place="fit"), low)[0] < 80 < mean(worn(art, place="box"), low)[0]
    assert mean(worn(art, place="fit"), (x0 + 20, y0 + 10, x1 - 20, y0 + 30))[0] > 180


def test_strings_hang_before_the_print():
    bare, dressed = worn(CLEAR, "hoodie"), worn(Image.new("RGB", (28, 32), "white"), "hoodie")
    with Image.open(MAPS / "hoodie-front-over.png") as over:
        strings = over.resize((WIDTH, WIDTH * 5 // 4), Image.Resampling.BICUBIC).point(lambda v: 255 * (v > 250))
    assert strings.getbbox()
    untouched = ImageChops.multiply(ImageChops.difference(bare, dressed).convert("L"), strings)
    assert untouched.getextrema()[1] <= 3


@pytest.mark.parametrize("size", [(42, 59), (59, 42), (50, 50), (30, 120)])
def test_a_poster_takes_the_shape_of_its_paper(size):
    bare = mockup(CLEAR, "poster", "front", "#B3161C", *size, WIDTH, "box")
    box = placement("poster", "front", *size)
    red = [bare.getpixel((x, round((box.y + box.h / 2) * 0.4))) for x in range(WIDTH)]
    across = sum(1 for r, g, _ in red if r > g + 60)
    assert abs(across - box.w * 0.4) <= 3
    red = [bare.getpixel((WIDTH // 2, y)) for y in range(bare.height)]
    assert abs(sum(1 for r, g, _ in red if r > g + 60) - box.h * 0.4) <= 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_art_of_any_mode_and_the_smallest_are_taken(mode):
    assert worn(Image.new(mode, (1, 1)), width=120).size == (120, 150)
    assert worn(Image.new(mode, (900, 2)), width=120, place="fit").size == (120, 150)


@pytest.mark.parametrize(
    "wrong",
    [{"colour": "red"}, {"colour": "#12345"}, {"colour": "#1234567"}, {"place": "over"}, {"width": 4}, {"width": 9999}],
)
def test_what_is_no_order_is_refused(wrong):
    with pytest.raises(ValueError):
        worn(CLEAR, **wrong)


def test_unknown_garments_are_refused():
    with pytest.raises(KeyError):
        mockup(CLEAR, "socks", "front", "#FFFFFF", 10, 10, 200)


# --- the maps and the code that draws them


@pytest.fixture(scope="module")
def drawing():
    sys.path.insert(0, str(ROOT / "tools"))
    import shade_maps
    from cloth import fields, maps

    yield shade_maps, fields, maps
    sys.path.remove(str(ROOT / "tools"))


def test_the_committed_maps_are_what_this_code_drew(drawing):
    shade_maps, _, _ = drawing
    drawn = json.loads((MAPS / "drawn.json").read_text(encoding="utf-8"))
    assert set(drawn) == {f"{kind}-{side}" for kind, side in ALL}
    assert {entry["code"] for entry in drawn.values()} == {shade_maps.code()}, "Run tools/shade_maps.py again."
    listed = {name: digest for entry in drawn.values() for name, digest in entry["files"].items()}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in MAPS.glob("*.png")}
    assert listed == found
    assert sum(path.stat().st_size for path in MAPS.glob("*.png")) < 2_500_000


def test_drawing_again_gives_the_same_map(drawing):
    _, _, maps = drawing
    for part, picture in maps.maps("poster-back").items():
        with Image.open(MAPS / f"poster-back-{part}.png") as stored:
            low, high = ImageChops.difference(stored, picture).getextrema()
        assert (low, high <= 2) == (0, True), part


@pytest.mark.parametrize(("kind", "side"), ALL)
def test_the_mask_has_the_outline_of_the_studios_drawing(drawing, kind, side):
    _, fields, _ = drawing
    from cloth.garments import garments

    outline = fields.shape(*garments()[f"{kind}-{side}"].cloth)
    with Image.open(MAPS / f"{kind}-{side}-mask.png") as mask:
        assert mask.size == tuple(TEMPLATES[kind][side].board)
        off = ImageChops.difference(mask, fields.calc(lambda f: f["a"] * 255.0, a=outline).convert("L"))
    assert sum(off.histogram()[17:]) < 50
