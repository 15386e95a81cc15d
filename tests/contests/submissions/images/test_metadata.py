"""Nothing of an original but its pixels reaches any file made of it."""

import struct

import pytest
from PIL import Image

from tests import pictures

KINDS = {
    "JPEG": {"comment", "exif", "gps", "xmp"},
    "PNG": {"exif", "gps", "text", "xmp"},
    "WEBP": {"exif", "gps", "xmp"},
    "AVIF": {"exif", "gps", "xmp"},
    "HEIF": {"exif", "gps", "xmp"},
    "GIF": {"comment"},
    "TIFF": {"text", "xmp"},
}
PLACES = [struct.pack(order + "II", 7731, 1) for order in "<>"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_word_of_the_original_is_left(kind, process):
    data = pictures.tagged(kind)
    assert pictures.SECRET in data
    made, folder = process(data)
    assert made.metadata_removed is True
    assert set(made.metadata_found) == KINDS[kind]
    files = list(folder.iterdir())
    assert len(files) == len(made.renditions) + 1
    for path in files:
        content = path.read_bytes()
        assert pictures.SECRET not in content
        assert b"7731" not in content
        assert not any(place in content for place in PLACES)


@pytest.mark.parametrize("kind", KINDS)
def test_renditions_carry_no_metadata_blocks(kind, process):
    made, folder = process(pictures.tagged(kind))
    for each in [*made.renditions, made.share_card]:
        with Image.open(folder / each.name) as picture:
            assert not dict(picture.getexif())
            assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(picture.info)


def test_a_plain_picture_has_nothing_to_remove(process):
    made, _folder = process(pictures.png())
    assert (made.metadata_removed, made.metadata_found, made.icc) == (False, [], None)
