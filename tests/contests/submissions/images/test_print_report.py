"""The print report on pictures whose truth is known, because they are drawn here."""

import io
import math
import random

import pytest
from PIL import Image, ImageDraw

from contests.submissions.images import print_report
from contests.submissions.images.print_report import PrintSpec, gamut, press, report, sentences
from contests.submissions.images.print_report.lines import thinnest_mm

TEE, POSTER = PrintSpec.of_kind("tee"), PrintSpec.of_kind("poster")
INKS = [(23, 21, 28), (179, 22, 28), (29, 72, 177), (255, 200, 61), (10, 117, 80), (242, 169, 196), (120, 60, 160)]


def codes(found):
    return {each["code"] for each in found["findings"] if each["level"] != "ok"}


def shapes(inks, wide=900, high=1200):
    """Soft-edged shapes of so many flat colours on nothing."""
    picture = Image.new("RGBA", (wide * 2, high * 2))
    brush, dice = ImageDraw.Draw(picture), random.Random(inks)
    for at in range(36):
        x, y, size = (
            dice.uniform(0.1, 0.6) * wide * 2,
            dice.uniform(0.1, 0.6) * high * 2,
            dice.uniform(0.1, 0.25) * wide * 2,
        )
        brush.ellipse((x, y, x + size, y + size / 2), fill=INKS[at % inks])
    return picture.resize((wide, high), Image.Resampling.LANCZOS)


def as_jpeg(picture, quality):
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture.getchannel("A"))
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def bar(thick, angle, side=500):
    """A softened straight line of a known thickness, as strength."""
    big = Image.new("L", (side * 6, side * 6))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = ((-0.35, -1), (0.35, -1), (0.35, 1), (-0.35, 1))
    points = [(x * side * 6, y * thick * 3) for x, y in corners]
    moved = [(side * 3 + x * cos - y * sin, side * 3 + x * sin + y * cos) for x, y in points]
    ImageDraw.Draw(big).polygon(moved, fill=255)
    return big.resize((side, side), Image.Resampling.BOX)


@pytest.mark.parametrize("inks", [1, 2, 4, 7])
def test_inks_are_counted_through_softened_edges_and_compression(inks):
    picture = shapes(inks)
    assert report(picture, picture.size, TEE)["inks"] == inks
    for quality in (90, 60):
        assert report(as_jpeg(picture, quality), picture.size, TEE)["inks"] == inks + 1  # and the white sheet
    assert ("inks-over" in codes(report(picture, picture.size, TEE))) == (inks > 4)


def test_a_photo_is_full_colour_and_a_poster_does_not_mind():
    dice = random.Random(1)
    dots = Image.frombytes("RGB", (30, 40), dice.randbytes(30 * 40 * 3))
    photo = dots.resize((900, 1200), Image.Resampling.BICUBIC)
    tee, poster = print_report.reports(photo, (5000, 6666), [TEE, POSTER])
    assert tee["full_colour"] and "inks-full-colour" in codes(tee) and tee["verdict"] == "usable"
    assert poster["verdict"] == "ready" and poster["thinnest_mm"] is None


@pytest.mark.parametrize("angle", [0, 17, 45, 68])
@pytest.mark.parametrize("thick", [2, 3, 6])
def test_a_line_is_as_thin_as_it_was_drawn_whatever_way_it_runs(thick, angle):
    assert thinnest_mm(bar(thick, angle), 0.1) == pytest.approx(thick * 0.1, abs=0.05)


def test_thin_lines_beside_thick_shapes_are_found_and_a_few_specks_are_not():
    strength = Image.new("L", (1200, 1200))
    brush = ImageDraw.Draw(strength)
    brush.ellipse((300, 300, 900, 900), fill=255)
    brush.rectangle((600, 20, 602, 24), fill=255)
    assert thinnest_mm(strength, 0.2) > 1
    brush.rectangle((100, 100, 101, 1100), fill=255)
    assert thinnest_mm(strength, 0.2) == pytest.approx(0.4, abs=0.1)


def test_the_size_of_the_original_decides_the_resolution():
    picture = shapes(2)
    found = report(picture, (3543, 4724), TEE)  # 30 × 40 cm at 300 dots per inch, looked at in 900 × 1200
    assert (found["dpi"], found["max_width_cm"], found["verdict"]) == (299, 44.9, "ready")
    assert report(picture, (2363, 3150), TEE)["dpi"] == 200
    soft = report(picture, (2000, 2666), TEE)
    assert (soft["verdict"], "resolution-soft" in codes(soft)) == ("usable", True)
    low = report(picture, (900, 1200), TEE)
    assert (low["verdict"], low["dpi"], low["max_width_cm"]) == ("idea", 76, 11.4)
    # A wide picture is bound by the width of the box; one that is the box itself by nothing else.
    assert report(picture, (4000, 500), TEE)["dpi"] == 338
    assert report(picture, (3000, 500), TEE, "box")["dpi"] == 254


def test_more_pixels_never_make_the_resolution_or_the_verdict_worse():
    dice, order = random.Random(5), ("idea", "usable", "ready")
    picture = shapes(2)
    for _ in range(15):
        wide, high = dice.randrange(1, 9000), dice.randrange(1, 9000)
        more = wide + dice.randrange(2000), high + dice.randrange(2000)
        one, two = report(picture.resize((60, 80)), (wide, high), TEE), report(picture.resize((60, 80)), more, TEE)
        assert one["dpi"] <= two["dpi"] and one["max_width_cm"] <= two["max_width_cm"]
        if one["thinnest_mm"] == two["thinnest_mm"]:
            assert order.index(one["verdict"]) <= order.index(two["verdict"])


def test_what_is_see_through_is_told_from_soft_edges():
    assert report(shapes(2), (4000, 5333), TEE)["semi"] < 0.01
    fading = Image.new("RGBA", (600, 800), (180, 20, 30, 255))
    fading.putalpha(Image.linear_gradient("L").resize((600, 800)))
    found = report(fading, (4000, 5333), TEE)
    assert found["semi"] > 0.9 and "semi-transparent" in codes(found) and found["verdict"] == "usable"
    half = Image.new("RGBA", (600, 800))
    half.paste((10, 20, 30, 255), (0, 0, 600, 400))
    assert report(half, (600, 800), TEE)["alpha"] == 0.5


def test_black_art_drowns_on_black_cloth_only():
    art = Image.new("RGBA", (600, 800))
    ImageDraw.Draw(art).ellipse((100, 100, 500, 700), fill=(20, 18, 24, 255))
    found = report(art, (4000, 5333), TEE)
    assert found["contrast"]["#17151C"] < 1.5 < 10 < found["contrast"]["#F3EAD7"]
    drowned = [each["values"]["colour"] for each in found["findings"] if each["code"] == "drowns"]
    assert drowned == ["#17151C"] and found["verdict"] == "ready"
    faint = art.copy()
    faint.putalpha(art.getchannel("A").point(lambda value: value // 5))
    assert report(faint, (4000, 5333), TEE)["contrast"]["#F3EAD7"] < found["contrast"]["#F3EAD7"] / 3


def test_the_edge_and_the_sheet_are_noticed():
    assert report(shapes(2), (4000, 5333), TEE)["safe"]
    moved = Image.new("RGBA", (900, 1200))
    ImageDraw.Draw(moved).rectangle((0, 300, 400, 800), fill="red")
    assert not report(moved, (4000, 5333), TEE)["safe"]
    sheet = report(as_jpeg(shapes(2), 90), (4000, 5333), TEE)
    assert sheet["safe"] and sheet["sheet"] == "#FFFFFF" and "background" in codes(sheet)


def test_colours_beyond_ink_are_counted_and_those_of_the_press_are_not():
    wild = Image.new("RGB", (100, 100), (0, 255, 0))
    assert report(wild, (5000, 5000), TEE)["out_of_gamut"] == 1.0
    for rgb in ((179, 22, 28), (29, 42, 77), (0, 0, 0), (255, 255, 255), (128, 128, 128), (243, 234, 215)):
        assert not gamut.beyond(rgb), rgb
    assert press.table() == [list(row) for row in gamut.LIMITS]


def test_every_finding_has_words_and_reports_are_the_same_each_time():
    odd = [
        Image.new("RGBA", (40, 40)),
        Image.new("RGB", (1, 1)),
        Image.new("RGB", (1, 3000)),
        shapes(7),
        as_jpeg(shapes(3), 30),
    ]
    for picture in odd:
        once = print_report.reports(picture, picture.size, [TEE, POSTER])
        assert once == print_report.reports(picture, picture.size, [TEE, POSTER])
        for each in once:
            told = sentences(each)
            assert len(told) == len(each["findings"]) > 0
            assert all(sentence.msgid % sentence.values for sentence in told)
    assert report(odd[0], (9000, 9000), TEE)["verdict"] == "idea"
    with pytest.raises(ValueError, match="RGB"):
        report(Image.new("CMYK", (5, 5)), (5, 5), TEE)


def test_a_spec_travels_as_json():
    assert PrintSpec.from_json(TEE.as_json()) == TEE
    with pytest.raises(TypeError):
        PrintSpec.from_json(TEE.as_json() | {"more": 1})
