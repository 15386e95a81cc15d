"""Colours survive: within ΔE 3 (mean, CIE 1976) of a reference, whatever they came in."""

import io

import pytest
from PIL import Image, ImageCms

from contests.submissions.images.colour import eight_bit, peak_of, to_srgb
from tests import pictures

MEAN_DELTA = 3.0


def lab(colour) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of an sRGB colour."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in colour)]
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.95047, 1.0, 1.08883)
    xyz = [sum(m * c for m, c in zip(row, linear, strict=True)) / w for row, w in zip(rows, white, strict=True)]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def mean_delta(one: Image.Image, other: Image.Image) -> float:
    """Mean colour difference of two pictures, sampled on a grid away from edges."""
    width, height = one.size
    spots = [((2 * i + 1) * width // 16, (2 * j + 1) * height // 16) for i in range(8) for j in range(8)]
    pairs = [(lab(one.getpixel(spot)), lab(other.getpixel(spot))) for spot in spots]
    return sum(sum((a - b) ** 2 for a, b in zip(p, q, strict=True)) ** 0.5 for p, q in pairs) / len(pairs)


def by_reference(data: bytes) -> Image.Image:
    """The whole picture through the colour engine at once."""
    picture = Image.open(io.BytesIO(data))
    source = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")


@pytest.mark.parametrize("kind", ["AVIF", "JPEG"])
@pytest.mark.parametrize(("stored", "gamma"), [("PNG", 2.2), ("JPEG", 2.2), ("TIFF", 1.8)])
def test_a_wide_gamut_picture_looks_as_its_profile_says(kind, stored, gamma, process):
    muted = pictures.corners(400, 300).point(lambda value: 60 + value // 2)
    data = pictures.saved(muted, stored, icc_profile=pictures.profile_wide(gamma))
    made, folder = process(data)
    assert made.icc == "Test wide gamut"
    widest = max((each for each in made.renditions if each.kind == kind), key=lambda each: each.width)
    with Image.open(folder / widest.name) as picture:
        assert mean_delta(picture.convert("RGB"), by_reference(data)) < MEAN_DELTA
        assert mean_delta(muted, by_reference(data)) > MEAN_DELTA  # ignoring the profile would show


@pytest.mark.parametrize("name", ["cmyk.jpg", "cmyk.tif", "LAB.tif", "YCbCr.tif", "RGB.tif", "palette.png", "444.jpg"])
def test_other_colour_models_keep_their_look(name, process):
    made, folder = process(pictures.odd_but_good()[name])
    with Image.open(folder / made.renditions[-1].name) as picture:
        assert mean_delta(picture.convert("RGB"), pictures.corners()) < 6  # palette, 4:2:0 and JPEG included


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("grey16.png", (156, 156, 156)),
        ("rgb16.png", (233, 39, 117)),
        ("I16.tif", None),
        ("I.tif", None),
        ("F.tif", None),
    ],
)
def test_deep_pictures_are_scaled_not_clipped(name, colour, process):
    made, folder = process(pictures.odd_but_good()[name])
    with Image.open(folder / made.renditions[-1].name) as picture:
        wanted = Image.new("RGB", picture.size, colour) if colour else pictures.corners().convert("L").convert("RGB")
        assert mean_delta(picture.convert("RGB"), wanted) < MEAN_DELTA


@pytest.mark.parametrize(
    "name", ["alpha.webp", "alpha.avif", "rgba16.png", "palette-key.png", "rgb-key.png", "clear.gif"]
)
def test_transparency_is_kept_in_avif_and_laid_on_paper_in_jpeg(name, process):
    made, folder = process(pictures.odd_but_good()[name])
    assert made.has_alpha
    modes = {}
    for each in made.renditions:
        with Image.open(folder / each.name) as picture:
            modes[each.kind] = picture.mode
    assert modes == {"AVIF": "RGBA", "JPEG": "RGB"}


@pytest.mark.parametrize(
    ("ink", "ground", "backdrop"), [((250, 250, 245), (29, 16, 53), 0), ((20, 20, 20), (255, 250, 242), 63)]
)
def test_art_that_would_vanish_on_paper_lies_on_ink(ink, ground, backdrop, process):
    picture = Image.new("RGBA", (600, 700), (*ink, 0))
    picture.paste((*ink, 255), (200, 200, 400, 500))
    made, folder = process(pictures.saved(picture, "PNG"))
    assert made.placeholder == backdrop, "seen through the AVIF, too"
    for name in (next(each.name for each in made.renditions if each.kind == "JPEG"), made.share_card.name):
        with Image.open(folder / name) as flat:
            assert max(abs(a - b) for a, b in zip(flat.getpixel((3, 3)), ground, strict=True)) <= 6


def test_a_transparent_colour_does_not_bleed(process):
    picture = Image.new("RGBA", (4000, 4000), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (1001, 0, 4000, 4000))
    made, folder = process(pictures.saved(picture, "PNG", compress_level=1))
    with Image.open(folder / made.renditions[-1].name) as small:
        edge = [small.convert("RGB").getpixel((x, 500)) for x in range(266, 276)]
    assert all(red <= 256 and not (red > 120 and green < 60) for red, green, _blue in edge)


def test_an_alpha_channel_that_hides_nothing_is_dropped(process):
    made, _folder = process(pictures.saved(pictures.corners().convert("RGBA"), "PNG"))
    assert made.has_alpha is False
    assert made.mode == "RGBA"


def test_a_stored_gamma_is_undone():
    half = Image.new("RGB", (1, 1), (128, 128, 128))
    assert to_srgb(half, None, 1 / 2.2)[0].getpixel((0, 0)) == (128, 128, 128)
    assert to_srgb(half, None, 1.0)[0].getpixel((0, 0))[0] == pytest.approx(186, abs=2)
    assert to_srgb(half, None, 1e9)[0].getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize(("most", "peak"), [(0.5, 1.0), (200.0, 255.0), (60_000.0, 65535.0), (1e6, 1e6)])
def test_the_white_of_a_float_picture_is_guessed_from_its_samples(most, peak):
    picture = Image.new("F", (2, 2), most)
    assert peak_of(picture) == peak
    assert eight_bit(picture, peak).getpixel((0, 0)) == pytest.approx(255 * most / peak, abs=1)
