"""Odd is not hostile: strange pictures are accepted, and look as they should."""

import pytest
from PIL import Image

from tests import pictures

GOOD = pictures.odd_but_good()


@pytest.mark.parametrize("name", GOOD)
def test_odd_but_good_pictures_are_accepted(name, process):
    made, folder = process(GOOD[name])
    assert {each.kind for each in made.renditions} == {"AVIF", "JPEG"}
    for each in [*made.renditions, made.share_card]:
        with Image.open(folder / each.name) as picture:
            picture.load()
            assert (picture.format, picture.size) == (each.kind, (each.width, each.height))
            assert picture.mode in ("RGB", "RGBA")


@pytest.mark.parametrize("name", ["animated.gif", "animated.png", "animated.webp", "pages.tif", "mpo.jpg", "two.heic"])
def test_only_the_first_frame_is_taken(name, process):
    made, folder = process(GOOD[name])
    assert made.frames == 2
    with Image.open(folder / made.renditions[0].name) as picture:
        red, green, blue = picture.convert("RGB").getpixel((16, 16))
    assert red > 180
    assert max(green, blue) < 40


def test_all_files_of_a_polyglot_are_pictures_only(process):
    made, folder = process(GOOD["polyglot.jpg"])
    assert len(list(folder.iterdir())) == len(made.renditions) + 1
    assert not any(b"<script" in path.read_bytes() for path in folder.iterdir())
