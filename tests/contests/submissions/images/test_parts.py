"""More packaging than picture: it holds nobody up, and good pictures are not refused for their notes."""

import io
import struct
import zlib

import pytest
from PIL import Image

from contests.submissions.images.damage import rare
from contests.submissions.images.frames import count_frames
from contests.submissions.images.header import inspect_header
from contests.submissions.images.limits import Limits
from contests.submissions.images.notes import without_bombs
from contests.submissions.images.parts import MOST_EXIF, MOST_PARTS
from contests.submissions.images.refusals import Unacceptable
from tests import pictures

EXIF = b"\xff\xe1\0\x0aExif\0\0II"
DOT = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff%b,\0\0\0\0\1\0\1\0\0\x02\x02D\x01\0;"


def after(data: bytes, head: int, extra: bytes) -> bytes:
    return data[:head] + extra + data[head:]


CROWDED = {
    "chunks.png": (pictures.png(), 33, pictures.chunk(b"abCd", b""), MOST_PARTS + 1),
    "padding.jpg": (pictures.jpeg(), 2, b"\xff", MOST_PARTS + 1),
    "junk.jpg": (pictures.jpeg(), 20, b"a", MOST_PARTS + 1),
    "segments.jpg": (pictures.jpeg(), 2, b"\xff\xe5\0\2", MOST_PARTS + 1),
    "exif.jpg": (pictures.jpeg(), 2, EXIF, MOST_EXIF + 1),
    "extensions.gif": (DOT % b"", 19, b"!\xfe\1x\0", MOST_PARTS),
}


@pytest.mark.parametrize("name", CROWDED)
def test_a_header_of_countless_parts_is_not_walked(name):
    data, head, part, times = CROWDED[name]
    inspect_header(after(data, head, part * 3), Limits())
    with pytest.raises(Unacceptable, match="too-complex"):
        inspect_header(after(data, head, part * times), Limits())


@pytest.mark.parametrize(
    ("kind", "head", "found"),
    [
        (b"zTXt", b"Comment\0\0", "text"),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0", "xmp"),
        (b"iCCP", b"huge\0\0", None),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_note_that_inflates_without_end_costs_the_note(kind, head, found, late, process):
    bomb = pictures.chunk(kind, head + zlib.compress(bytes(20_000_000)))
    data = pictures.png()
    made, _folder = process(after(data, len(data) - 12 if late else 33, bomb))
    assert made.icc is None
    assert found is None or found in made.metadata_found


def test_a_large_profile_is_used(process):
    profile = (
        pictures.profile_wide()
        + b"".join(zlib.crc32(bytes([n % 251, n // 251])).to_bytes(4) for n in range(60_000)) * 9
    )
    made, _folder = process(
        pictures.saved(pictures.corners(), "PNG", icc_profile=struct.pack(">I", len(profile)) + profile[4:])
    )
    assert made.icc == "Test wide gamut"


def test_notes_share_one_budget_and_ordinary_ones_stay():
    text = zlib.compress(bytes(900_000))
    notes = b"".join(pictures.chunk(b"zTXt", b"k%d\0\0" % n + text) for n in range(40))
    slim = without_bombs(after(pictures.png(), 33, notes), 1_000_000)
    assert 10 < slim.count(b"zTXt") < 20
    assert slim.count(b"left out") == 40 - slim.count(b"zTXt")
    plain = pictures.tagged("PNG")
    assert without_bombs(plain, 1_000_000) == plain


def test_pages_of_a_tiff_are_counted_without_their_tags():
    pages = io.BytesIO()
    pictures.corners().save(pages, "TIFF", save_all=True, append_images=[pictures.corners(9, 9)] * 2)
    assert count_frames(pages.getvalue(), "TIFF") == 3
    big = io.BytesIO()
    pictures.corners().save(big, "TIFF", big_tiff=True, save_all=True, append_images=[pictures.corners(9, 9)])
    assert count_frames(big.getvalue(), "TIFF") == 2
    loop = b"II*\0\x08\0\0\0\0\0\x08\0\0\0"
    assert count_frames(loop, "TIFF") == 1
    assert count_frames(loop[:10] + struct.pack("<I", 90), "TIFF") == 1


@pytest.mark.parametrize("tags", [{259: 50001}, {259: 34677}, {258: (32, 32, 32), 277: 3}, {258: (4, 4), 277: 2}])
def test_a_tiff_of_a_rare_kind_is_called_rare_and_not_damaged(tags):
    folder = Image.Exif()
    folder.update({256: 8, 257: 8, **tags})
    assert rare(folder.tobytes()[6:], "TIFF")


def test_a_heic_that_does_not_say_its_size_is_damaged():
    with pytest.raises(Unacceptable, match="corrupt"):
        inspect_header(pictures.heic().replace(b"ispe", b"ixpe"), Limits())
