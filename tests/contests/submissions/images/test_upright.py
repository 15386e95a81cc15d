"""Every orientation, in every format that has one, ends the right way up."""

import pytest
from PIL import Image

from tests import pictures


def corner_names(picture: Image.Image) -> list[str]:
    """Which of the four colours is nearest in each corner, in reading order."""
    width, height = picture.size
    spots = [(width // 4, height // 4), (3 * width // 4, height // 4)]
    spots += [(x, 3 * height // 4) for x, _y in spots]
    return [_nearest(picture.convert("RGB").getpixel(spot)) for spot in spots]


def _nearest(colour) -> str:
    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(colour, pictures.CORNERS[name], strict=True))

    return min(pictures.CORNERS, key=distance)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations(kind, orientation, process):
    made, folder = process(pictures.turned(orientation, kind))
    assert (made.width, made.height) == (64, 48)
    assert made.orientation_applied is (orientation != 1)
    for each in made.renditions:
        with Image.open(folder / each.name) as picture:
            assert picture.size == (64, 48)
            assert corner_names(picture) == ["nw", "ne", "sw", "se"]
            assert picture.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_large_photo_read_at_a_fraction_of_its_size(orientation, process):
    made, folder = process(pictures.turned(orientation, "JPEG", 4000, 3000))
    assert (made.width, made.height) == (4000, 3000)
    widest = max(made.renditions, key=lambda each: each.width)
    assert (widest.width, widest.height) == (1080, 810)
    with Image.open(folder / widest.name) as picture:
        assert corner_names(picture) == ["nw", "ne", "sw", "se"]


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_none(value, process):
    made, _folder = process(pictures.saved(pictures.corners(), "JPEG", exif=pictures.exif(value)))
    assert made.orientation_applied is False
    assert (made.width, made.height) == (64, 48)
