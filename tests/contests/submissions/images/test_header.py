"""A header is judged without decoding, in the process that asks."""

import pytest

from contests.submissions.images.header import Header, inspect_header
from contests.submissions.images.limits import Limits
from contests.submissions.images.refusals import SENTENCES, Unacceptable
from tests import pictures


def test_what_a_header_tells():
    assert inspect_header(pictures.png(), Limits()) == Header("PNG", 64, 48, 1, "RGB")
    assert inspect_header(pictures.apng(), Limits()).frames == 2


def test_bytes_and_path_are_the_same(tmp_path):
    (tmp_path / "a.txt").write_bytes(pictures.jpeg())
    assert inspect_header(tmp_path / "a.txt", Limits()) == inspect_header(pictures.jpeg(), Limits())


@pytest.mark.parametrize("name", ["bomb.png", "bomb.webp", "zero.png", "magic.jpg", "text.png", "empty.png"])
def test_hostile_headers(name):
    data, codes = pictures.hostile()[name]
    with pytest.raises(Unacceptable) as refused:
        inspect_header(data, Limits())
    assert refused.value.code in codes
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"side": 63}, "side-too-long"),
        ({"pixels": 3000}, "too-many-pixels"),
        ({"bytes": 50}, "too-many-bytes"),
    ],
)
def test_each_cap(limits, code):
    with pytest.raises(Unacceptable) as refused:
        inspect_header(pictures.png(), Limits(**limits))
    assert refused.value.code == code


@pytest.mark.parametrize(("kind", "refused"), [("PNG", False), ("WEBP", True), ("AVIF", True)])
def test_formats_that_need_more_memory_have_a_lower_cap(kind, refused):
    data = pictures.saved(pictures.corners(), kind)
    if not refused:
        assert inspect_header(data, Limits(canvas_pixels=3000)).format == kind
        return
    with pytest.raises(Unacceptable, match="too-many-pixels"):
        inspect_header(data, Limits(canvas_pixels=3000))


def test_a_million_pages_are_not_counted():
    page = pictures.saved(pictures.corners(2, 2), "GIF")
    frame = page[page.index(b"\x2c") : -1]
    assert inspect_header(page[:-1] + frame * 5000 + b";", Limits()).frames == 1000


def test_every_sentence_is_for_people():
    for code, sentence in SENTENCES.items():
        assert code == code.lower()
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert len(sentence) <= 160
