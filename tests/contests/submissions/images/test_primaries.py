"""Colours named by numbers look as a reference conversion through LittleCMS says."""

import io
import struct

import pytest
from PIL import Image, ImageCms

from contests.submissions.images.primaries import of_codes, profile_for
from tests import pictures
from tests.contests.submissions.images.test_colour import MEAN_DELTA, mean_delta

P3 = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)


def converted(picture: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")


def with_chunk(picture: Image.Image, *chunks: bytes) -> bytes:
    data = pictures.saved(picture, "PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def test_display_p3_is_display_p3():
    """Red of Display P3 lies outside of sRGB; a grey stays grey; white stays white."""
    patches = Image.new("RGB", (3, 1))
    for x, colour in enumerate([(128, 128, 128), (255, 255, 255), (200, 60, 60)]):
        patches.putpixel((x, 0), colour)
    grey, white, red = (converted(patches, of_codes(12, 13) or b"").getpixel((x, 0)) for x in range(3))
    assert all(abs(value - 128) <= 1 for value in grey)
    assert all(value >= 254 for value in white)
    assert red[0] > 208  # 214, 40, 52 by the matrices of CSS Color 4
    assert red[1] < 48


@pytest.mark.parametrize(
    ("chunks", "name"),
    [
        ((pictures.chunk(b"cICP", bytes((12, 13, 0, 1))),), "Display P3"),
        ((pictures.chunk(b"cHRM", P3), pictures.chunk(b"gAMA", struct.pack(">I", 45455))), "PNG chromaticities"),
    ],
)
def test_a_png_that_names_its_primaries_is_converted(chunks, name, process):
    muted = pictures.corners(400, 300).point(lambda value: 60 + value // 2)
    made, folder = process(with_chunk(muted, *chunks))
    assert made.icc == name
    with Image.open(folder / made.renditions[-1].name) as picture:
        assert mean_delta(picture.convert("RGB"), converted(muted, of_codes(12, 13) or b"")) < MEAN_DELTA


def test_hdr_keeps_paper_white_light_and_black_dark():
    steps = Image.new("RGB", (3, 1))
    for x, value in enumerate((0, 148, 255)):  # black, paper white (203 candela), the brightest there is
        steps.putpixel((x, 0), (value,) * 3)
    black, paper, brightest = (converted(steps, of_codes(9, 16) or b"").getpixel((x, 0))[0] for x in range(3))
    assert black == 0
    assert 225 < paper < 250 < brightest


@pytest.mark.parametrize("codes", [(1, 13), (1, 1), (2, 2), (99, 99)])
def test_srgb_and_nonsense_need_no_profile(codes):
    assert of_codes(*codes) is None


@pytest.mark.parametrize("points", [bytes(32), b"\xff" * 32, struct.pack(">8I", *([31270] * 8))])
def test_impossible_primaries_are_ignored(points, process):
    data = with_chunk(pictures.corners(), pictures.chunk(b"cHRM", points))
    made, _folder = process(data)
    assert made.icc in (None, "ignored")


def test_a_damaged_chunk_names_nothing():
    data = with_chunk(pictures.corners(), pictures.chunk(b"cICP", bytes((12, 13, 0, 1)))[:-1] + b"\0")
    assert profile_for(data, "PNG", {}) is None
