"""HEIC: judged by its boxes, turned once, in the colours it names; refused where no decoder is at hand."""

import contextlib

import pytest
from PIL import Image

from contests.submissions.images import heif
from contests.submissions.images.header import inspect_header
from contests.submissions.images.isobmff import Broken, still
from contests.submissions.images.limits import Limits
from contests.submissions.images.refusals import Unacceptable
from tests import pictures


def test_the_header_is_read_without_the_decoder(monkeypatch):
    monkeypatch.setattr(heif, "decoded", None)
    header = inspect_header(pictures.turned(6, "HEIF"), Limits())
    assert (header.format, header.frames, header.turned) == ("HEIF", 1, True)
    assert (header.width, header.height) == (64, 64), "as coded, like any header"
    assert inspect_header(pictures.odd_but_good()["grid.heic"], Limits()).frames == 1, "tiles are no pictures"
    assert inspect_header(pictures.odd_but_good()["two.heic"], Limits()).frames == 2


def test_without_a_decoder_the_advice_of_old_stands(monkeypatch):
    monkeypatch.setattr(heif, "available", lambda: False)
    with pytest.raises(Unacceptable) as refused:
        inspect_header(pictures.odd_but_good()["photo.heic"], Limits())
    assert refused.value.code == "format-heic"
    assert "Most Compatible" in refused.value.sentence()


def test_what_exif_says_of_orientation_is_history(process):
    """Phones write a turn into the boxes and into Exif: applying both would turn twice."""
    both = pictures.turned(6, "HEIF")
    assert b"irot" in both
    made, folder = process(both)
    assert (made.width, made.height, made.orientation_applied) == (64, 48, True)
    exif_only = pictures.saved(pictures.corners(), "HEIF", exif=pictures.exif(6))
    assert b"irot" not in exif_only
    made, folder = process(exif_only)
    assert (made.width, made.height, made.orientation_applied) == (64, 48, False)
    with Image.open(folder / made.renditions[-1].name) as picture:
        red, green, blue = picture.convert("RGB").getpixel((16, 12))
    assert red > 150 > max(green, blue)


@pytest.mark.parametrize("at", range(0, 420, 7))
def test_no_damaged_box_does_more_than_be_refused(at):
    data = bytearray(pictures.odd_but_good()["alpha.heic"])
    data[at % len(data)] ^= 0xFF
    with contextlib.suppress(Broken):
        assert still(bytes(data)).frames >= 1


def test_a_large_phone_photo_fits_into_the_memory(process):
    large = Image.linear_gradient("L").resize((8064, 6048)).convert("RGB")
    data = pictures.saved(large, "HEIF", quality=10, tile_size=1024, enc_params={"preset": "ultrafast"})
    made, _folder = process(data)
    assert (made.width, made.height, made.format) == (8064, 6048, "HEIF")
