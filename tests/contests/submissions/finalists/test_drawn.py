"""What is drawn for a kit: codes that say what they should, calm wallpapers, the same bytes each time."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageDraw, ImageStat

from contests.submissions.images import sandbox
from contests.submissions.images.kit import lettering, qr
from contests.submissions.images.kit.backdrop import laid
from contests.submissions.images.kit.order import DRAWN, POSTERS, WALLPAPERS, KitOrder
from contests.submissions.images.kit.wallpaper import BOTTOM, TOP, wallpaper
from contests.submissions.images.print_report.oklab import luminance
from contests.submissions.images.refusals import Unacceptable

ORDER = KitOrder(
    sha256="ab" * 32,
    title="Whale that sings at night",
    nick="@fay",
    by="by Fay",
    place="Tour tee, The Tides",
    call="Scan and see it",
    note="",
    address="HTTPS://FANMADE.EXAMPLE/D/7K3QX/QR",
    link="fanmade.example/D/7K3QX",
    cloths=("#17151C", "#F4EFE4"),
)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def seen_modules(picture: Image.Image, code: segno.QRCode) -> list[list[bool]]:
    """What a camera reads: whether the middle of each module is dark."""
    whole = len(qr.rows(code))
    module = picture.width / whole
    grey = picture.convert("L")
    return [
        [grey.getpixel((int((x + 0.5) * module), int((y + 0.5) * module))) < 128 for x in range(whole)]
        for y in range(whole)
    ]


def test_the_code_is_small_dark_on_light_and_has_its_quiet_zone() -> None:
    code = qr.symbol(ORDER.address)
    assert (code.mode, code.version, code.error) == ("alphanumeric", 2, "M")
    assert qr.symbol(ORDER.address.lower()).mode == "byte"  # what capitals save
    picture = opened(qr.png(ORDER))
    read = seen_modules(picture, code)
    # An independent rendering of the same words, by the library itself.
    own = io.BytesIO()
    segno.make(ORDER.address, error="m", boost_error=False).save(own, kind="png", scale=10, border=4)
    assert read == seen_modules(opened(own.getvalue()), code)
    edge = [*read[:4], *read[-4:], *([row[x] for row in read] for x in (0, 1, 2, 3, -1, -2, -3, -4))]
    assert not any(any(line) for line in edge)
    beneath = picture.crop((0, picture.width, picture.width, picture.height)).convert("L")
    assert min(beneath.get_flattened_data()) < 60  # the link to type stands below the quiet zone


def test_the_svg_draws_the_same_modules_and_runs_nothing() -> None:
    drawn = qr.svg(ORDER).decode()
    code = qr.symbol(ORDER.address)
    wide = len(qr.rows(code))
    dark = [[False] * wide for _ in range(wide)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawn):
        for step in range(int(length)):
            dark[int(y)][int(x) + step] = True
    assert dark == qr.rows(code)
    assert "style" not in drawn and "script" not in drawn and "fanmade.example/D/7K3QX</text>" in drawn


def test_the_tee_bears_more_damage_and_scans_on_dark_cloth() -> None:
    picture = opened(qr.tee(ORDER))
    code = qr.symbol(ORDER.address, "Q")
    assert code.error == "Q" and code.mode == "alphanumeric"
    assert picture.mode == "RGBA" and picture.info["dpi"][0] == pytest.approx(300, abs=0.1)
    assert picture.width / 300 * 2.54 == pytest.approx(qr.TEE_CM, abs=0.3)
    assert picture.getpixel((0, 0))[3] == 0  # nothing is printed around the plate
    for cloth in ("#000000", "#FFFFFF", "#FF3366"):
        worn = Image.new("RGBA", picture.size, cloth)
        worn.alpha_composite(picture)
        read = seen_modules(worn, code)
        assert [row[1:-1] for row in read[1:-1]] == [row[1:-1] for row in qr.rows(code)[1:-1]]


def _art(kind: str) -> Image.Image:
    if kind == "cut":  # dark ink on nothing: the first cloth would swallow it
        picture = Image.new("RGBA", (900, 400), (0, 0, 0, 0))
        ImageDraw.Draw(picture).rectangle((300, 100, 600, 300), fill="#111111")
        return picture
    if kind == "sheet":
        picture = Image.new("RGB", (700, 900), "#FFE9C0")
        ImageDraw.Draw(picture).ellipse((250, 350, 450, 550), fill="#D22222")
        return picture
    if kind == "strip":
        return Image.radial_gradient("L").resize((2000, 120)).convert("RGB")
    return Image.linear_gradient("L").rotate(30, expand=False).resize((64, 64)).convert("RGB")


@pytest.mark.parametrize("kind", ["cut", "sheet", "strip", "tiny"])
def test_wallpapers_are_calm_where_the_clock_and_the_buttons_are(kind: str) -> None:
    art, ground = laid(_art(kind), ORDER.cloths)
    for size in WALLPAPERS.values():
        made = wallpaper(art, ground, ORDER, size)
        assert made.size == size and made.mode == "RGB"
        wide, high = size
        calm = [made.crop((0, 0, wide, int(high * TOP))), made.crop((0, int(high * (1 - BOTTOM)) + 1, wide, high))]
        assert all(max(ImageStat.Stat(part).stddev) < 8 for part in calm)
        middle = made.crop((0, int(high * 0.3), wide, int(high * 0.83)))
        assert max(ImageStat.Stat(middle).stddev) > 12  # and the design is to be seen


def test_the_ground_is_the_sheet_of_the_design_or_a_cloth_it_is_seen_on() -> None:
    _art_cut, ground = laid(_art("cut"), ORDER.cloths)
    assert ground.kind == "cut" and ground.colour == (0xF4, 0xEF, 0xE4)
    cropped, ground = laid(_art("sheet"), ORDER.cloths)
    assert (ground.kind, ground.colour) == ("sheet", (0xFF, 0xE9, 0xC0))
    assert max(cropped.size) < 240  # the sheet goes on as the ground; the design is what is placed
    _full, ground = laid(_art("strip"), ())
    assert ground.kind == "full" and luminance(ground.colour) < 0.2


def test_names_that_no_font_has_are_left_out_not_boxed() -> None:
    assert lettering.legible("Fay 🐋\n") == "Fay"
    assert lettering.legible("Żółć") == "Żółć"
    assert lettering.legible("Привет") == "Привет"
    broken, size = lettering.lines("word " * 60, 13.0, 180.0, 2)
    assert len(broken) == 2 and all(lettering.length(line, size) <= 180.1 for line in broken)


def test_the_child_makes_the_same_bytes_twice_and_refuses_what_is_broken(tmp_path: Path) -> None:
    original = tmp_path / "original"
    _art("cut").save(original, "PNG")
    for out in ("one", "two"):
        sandbox.draw_kit(original, ORDER, tmp_path / out)
    for part in DRAWN:
        first = (tmp_path / "one" / ORDER.name(part)).read_bytes()
        assert first == (tmp_path / "two" / ORDER.name(part)).read_bytes()
        assert first.startswith(b"%PDF" if part in POSTERS else b"\xff\xd8")
        assert len(first) < 400_000
    original.write_bytes(original.read_bytes()[:-400])
    with pytest.raises(Unacceptable):
        sandbox.draw_kit(original, ORDER, tmp_path / "three")
