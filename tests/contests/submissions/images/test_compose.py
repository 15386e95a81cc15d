"""What a scene says is where its layers land, in the colours they should have, the same on every run."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from contests.submissions.images import compose
from contests.submissions.images.compose import lettering
from contests.submissions.images.compose.shelf import MOST_PIXELS
from contests.submissions.images.decode import upright
from contests.submissions.images.limits import Limits
from contests.submissions.images.scene import SceneRefused, Text, parse
from tests import scenes

ROOT = Path(__file__).parents[4]


def layer(kind: str, **own: Any) -> dict[str, Any]:
    return {"t": kind, "x": 100, "y": 100, "k": 1, "r": 0} | own


def draw(
    *layers: dict[str, Any], picture: Image.Image | None = None, size: tuple[int, int] = (200, 200)
) -> Image.Image:
    """The layers on a box of `size`; every asset is `picture`."""
    named = [{"id": f"l{i}", **each} for i, each in enumerate(layers)]
    found = {"v": 1, "template": "tee", "side": "front", "w": size[0], "h": size[1], "layers": named}
    return compose.side(parse(found), lambda name: (picture or Image.new("RGB", (80, 40), "red")).copy())


def quarters() -> Image.Image:
    """Red and green above, blue and black below: 80 by 40."""
    picture = Image.new("RGBA", (80, 40), "black")
    for box, colour in (((0, 0), "red"), ((40, 0), "lime"), ((0, 20), "blue")):
        picture.paste(Image.new("RGBA", (40, 20), colour), box)
    return picture


RED, LIME, BLUE, BLACK = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 255)


@pytest.mark.parametrize(
    ("turned", "upper_left", "upper_right"),
    [
        ({}, RED, LIME),
        ({"fx": True}, LIME, RED),
        ({"fy": True}, BLUE, BLACK),
        ({"r": 90}, BLUE, RED),
        ({"r": -90}, LIME, BLACK),
        ({"r": 180}, BLACK, BLUE),
        ({"r": 90, "fx": True}, BLACK, LIME),  # mirrored first, then turned
    ],
)
def test_scaled_mirrored_turned_moved_in_this_order(turned: dict[str, Any], upper_left: Any, upper_right: Any) -> None:
    print_ = draw(layer("img", a="a", k=1.5, **turned), picture=quarters())
    assert (print_.getpixel((92, 92)), print_.getpixel((108, 92))) == (upper_left, upper_right)


def test_a_picture_covers_exactly_its_place() -> None:
    box = draw(layer("img", a="a", k=2, x=90)).getchannel("A")
    assert box.getbbox() == (10, 60, 170, 140)
    assert box.crop((10, 60, 170, 140)).getextrema() == (255, 255)


def test_half_a_pixel_covered_is_half_opaque() -> None:
    alpha = draw(layer("shape", p="rect", w=80, h=80, c="#000000", x=100.5)).getchannel("A")
    assert [alpha.getpixel((x, 100)) for x in (59, 61, 139, 141)] == [0, 255, 255, 0]
    for x in (60, 140):
        assert 96 <= alpha.getpixel((x, 100)) <= 160


@pytest.mark.parametrize("shape", ["ellipse", "heart"])
def test_an_outline_has_no_slits(shape: str) -> None:
    """A ring is drawn as many planks: nothing may shine through where they meet."""
    ring = layer("shape", p=shape, w=150, h=150, oc="#000000", ow=24, r=7)
    wide, narrow = draw(ring).getchannel("A"), draw({**ring, "ow": 20}).getchannel("A")
    core = narrow.point(lambda alpha: 255 if alpha == 255 else 0)
    assert Image.composite(wide, Image.new("L", wide.size, 255), core).getextrema() == (255, 255)
    assert sum(core.histogram()[1:]) > 0.9 * sum(narrow.histogram()[128:])


def test_a_crop_is_cut_from_the_asset_and_centred() -> None:
    print_ = draw(layer("img", a="a", c=[40, 0, 80, 20]), picture=quarters())
    assert print_.getbbox() == (80, 90, 120, 110)
    assert print_.crop((80, 90, 120, 110)).getcolors() == [(800, LIME)]
    with pytest.raises(SceneRefused, match="scene-bad-crop"):
        draw(layer("img", a="a", c=[40, 0, 81, 20]), picture=quarters())


def test_tint_keeps_alpha_and_threshold_makes_ink_or_nothing() -> None:
    faint = Image.new("RGBA", (80, 40), (10, 200, 30, 100))
    assert draw(layer("img", a="a", tint="#112233"), picture=faint).getpixel((100, 100)) == (0x11, 0x22, 0x33, 100)
    assert draw(layer("img", a="a", th=254), picture=faint).getbbox() is None, "less than half opaque is nothing"
    grey = Image.new("RGB", (80, 40), (120, 120, 120))
    assert draw(layer("img", a="a", th=120), picture=grey).getbbox() is None
    assert draw(layer("img", a="a", th=121), picture=grey).getpixel((100, 100)) == BLACK
    assert draw(layer("img", a="a", th=121, tint="#ff0000"), picture=grey).getpixel((100, 100)) == RED


def test_opacity_is_of_the_whole_layer() -> None:
    both = layer("shape", p="rect", w=80, h=80, c="#ff0000", oc="#0000ff", ow=20, o=0.5)
    print_ = draw(both)
    assert print_.getpixel((100, 100)) == (255, 0, 0, 128)
    assert print_.getpixel((63, 100)) == (0, 0, 255, 128), "the fill must not show through the outline on it"


def test_multiply_darkens_what_is_below_and_keeps_its_colour_over_nothing() -> None:
    below = layer("shape", p="rect", w=100, h=200, c="#80ff40", x=50)
    above = layer("shape", p="rect", w=200, h=100, c="#ff8080", m="multiply")
    print_ = draw(below, above)
    assert print_.getpixel((150, 100)) == (255, 128, 128, 255)
    assert print_.getpixel((50, 100)) == (128, 128, 32, 255)
    half = draw(layer("shape", p="rect", w=100, h=200, c="#000000", x=50, o=0.5), above).getpixel((50, 100))
    assert half == pytest.approx((127, 64, 64, 255), abs=1)


@pytest.mark.parametrize("place", [{"k": 0.3}, {"k": 1.7, "r": 33}, {"k": 0.9, "r": 12, "fx": True}])
def test_no_dark_fringe_around_what_is_transparent(place: dict[str, Any]) -> None:
    """Clear pixels are black inside; none of that may show."""
    white = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    white.paste(Image.new("RGBA", (60, 60), "white"), (30, 30))
    print_ = draw(layer("img", a="a", **place), picture=white)
    seen = print_.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0)
    darkest = min(
        low for low, _ in Image.composite(print_, Image.new("RGBA", print_.size, "white"), seen).getextrema()[:3]
    )
    assert darkest >= 240


def test_lines_stand_where_the_font_says() -> None:
    """Press Start 2P rises 1000 of 1000 units and descends 0; its H is from 125 to 1000, and 875 wide."""
    print_ = draw(layer("text", s="HH", f="press-start-2p", z=80, c="#000000"))
    left, top, right, bottom = print_.getchannel("A").point(lambda a: 255 * (a > 127)).getbbox() or (0, 0, 0, 0)
    assert (left, right) == (20, 170)
    assert (top, bottom) == (60, 130)


def test_lines_are_set_against_the_longest() -> None:
    def edges(align: str) -> tuple[int, int]:
        words = layer("text", s="HHHH\nH", f="press-start-2p", z=40, c="#000000", al=align)
        second = draw(words).crop((0, 110, 200, 200)).getbbox() or (0, 0, 0, 0)
        return second[0], second[2]

    (left, _), (centre, _), (right, _) = edges("l"), edges("c"), edges("r")
    assert (left, centre, right) == (20, 80, 140)


def test_an_outline_grows_outwards_and_fills_the_eyes_of_letters() -> None:
    plain = layer("text", s="R", f="bungee", z=120, c="#ffffff", x=100)
    inner = draw(plain).getchannel("A")
    outlined = draw({**plain, "oc": "#ff0000", "ow": 20})
    grown = outlined.getchannel("A").getbbox() or (0, 0, 0, 0)
    box = inner.getbbox() or (0, 0, 0, 0)
    assert [abs(grown[i] - box[i]) for i in range(4)] == pytest.approx([20] * 4, abs=1)
    assert outlined.crop(box).getchannel("A").getextrema()[0] == 255, "a hole was left in the outline"


@pytest.mark.parametrize("arc", [90.0, -90.0])
def test_a_curve_bends_the_ends(arc: float) -> None:
    print_ = draw(layer("text", s="HHHHHHH", f="press-start-2p", z=20, c="#000000", arc=arc)).getchannel("A")
    box = print_.getbbox() or (0, 0, 0, 0)
    middle = print_.crop((95, 0, 105, 200)).getbbox() or (0, 0, 0, 0)
    end = print_.crop((box[0], 0, box[0] + 8, 200)).getbbox() or (0, 0, 0, 0)
    assert (end[1] - middle[1]) * arc > 0


def test_turning_a_curve_by_nothing_is_nothing() -> None:
    flat = parse_text(arc=0.01), parse_text(arc=0)
    curved, straight = (list(lettering.pieces(each)) for each in flat)
    assert "".join(piece.text for piece in curved).split() == [piece.text for piece in straight]
    assert curved[0].place((0, 0)) == pytest.approx(straight[0].place((0, 0)), abs=0.2)


def parse_text(**own: Any) -> Text:
    words = {"id": "a", **layer("text", s="AVATAR To Wave", f="anton", z=100, c="#000000", **own)}
    found = parse({"v": 1, "template": "tee", "side": "front", "w": 200, "h": 200, "layers": [words]}).layers[0]
    assert isinstance(found, Text)
    return found


def test_what_is_absurdly_large_or_far_away_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    new = Image.new

    def watched(mode: str, size: tuple[int, int], *more: Any) -> Image.Image:
        sizes.append(size[0] * size[1])
        return new(mode, size, *more)

    monkeypatch.setattr(Image, "new", watched)
    print_ = draw(
        layer("text", s="W" * 200, f="anton", z=2000, c="#000000", k=50, oc="#ff0000", ow=500),
        layer("text", s="all of it " * 20, f="lobster", z=2000, c="#00ff00", k=50, r=45, arc=170),
        layer("shape", p="heart", w=20000, h=20000, k=50, r=30, oc="#0000ff", ow=500),
        layer("shape", p="star", w=20000, h=20000, c="#0000ff", x=600, y=-600, k=0.01),
        layer("img", a="a", k=50, r=20),
        layer("img", a="a", k=0.01, x=-600),
    )
    assert print_.size == (200, 200)
    assert max(sizes) <= 1.2 * lettering.MOST_MASK


def test_every_run_in_every_process_makes_the_same_bytes() -> None:
    code = (
        "import hashlib, io; from contests.submissions.images import compose; from contests.submissions.images.scene"
        " import parse; from tests import scenes; file = io.BytesIO();"
        " compose.save_png(compose.side(parse(scenes.load('everything')), scenes.asset), file, 300);"
        " print(hashlib.sha256(file.getvalue()).hexdigest())"
    )
    hashes = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    file = io.BytesIO()
    compose.save_png(compose.side(parse(scenes.load("everything")), scenes.asset), file, 300)
    assert {hashlib.sha256(file.getvalue()).hexdigest(), *hashes} == {hashes[0]}


def test_a_print_file_says_its_resolution_and_nothing_of_its_maker() -> None:
    picture = Image.new("RGBA", (30, 20), "red")
    picture.info["comment"] = "made by"
    file = io.BytesIO()
    compose.save_png(picture, file, 300)
    data, at, chunks = file.getvalue(), 8, []
    while at < len(data):
        chunks.append(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    assert chunks == [b"IHDR", b"sRGB", b"pHYs", b"IDAT", b"IEND"]
    assert Image.open(io.BytesIO(data)).info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_large_picture_is_opened_smaller_and_printed_the_same() -> None:
    data = io.BytesIO()
    scenes.asset("poster").resize((4800, 6000)).save(data, "JPEG", quality=95)
    found = {"v": 1, "template": "poster", "side": "front", "w": 400, "h": 500}
    found["layers"] = [
        {"id": "a", **layer("img", a="big", k=0.08, x=200, y=250)},
        {"id": "b", **layer("img", a="big", k=0.02)},
    ]
    asked: list[int] = []

    def decode(name: str, factor: Any) -> compose.Asset:
        asked.append(factor(4800, 6000))
        clean = upright(data.getvalue(), Limits(), factor)
        assert clean.picture.width * clean.picture.height <= MOST_PIXELS
        return compose.Asset(clean.picture, clean.width, clean.height)

    scene = parse(found)
    small = compose.drawn(scene, compose.Shelf(scene, decode))
    assert asked == [6], "one picture for two layers is opened once, at twice what is printed"
    whole = compose.side(scene, lambda name: Image.open(io.BytesIO(data.getvalue())))
    middle = (50, 50, 350, 450)
    levels = [abs(a - b) for a, b in zip(small.crop(middle).tobytes(), whole.crop(middle).tobytes(), strict=True)]
    assert sum(levels) / len(levels) < 3
