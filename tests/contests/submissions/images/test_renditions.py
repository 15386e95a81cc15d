"""Which files are made of a picture, and that they are always the same."""

import pytest
from PIL import Image

from contests.submissions.images.renditions import Recipe, planned_widths, rendition_name
from contests.submissions.images.sandbox import run
from contests.submissions.images.share_card import MOST_BYTES
from tests import pictures


@pytest.mark.parametrize(
    ("width", "height", "widths"),
    [
        (4000, 3000, [240, 360, 480, 720, 1080]),
        (1080, 1350, [240, 360, 480, 720, 1080]),
        (500, 500, [240, 360, 480, 500]),
        (240, 300, [240]),
        (1, 1, [1]),
        (1000, 20_000, [240, 270]),
        (1, 20_000, [1]),
        (20_000, 1, [240, 360, 480, 720, 1080]),
    ],
)
def test_widths_are_never_more_than_the_picture_has(width, height, widths):
    assert planned_widths(Recipe(), width, height) == widths


def test_a_name_says_original_recipe_and_width():
    assert rendition_name("ab" * 32, 1, 240, "avif") == "ab" * 32 + "-r1-240.avif"
    assert rendition_name("ab" * 32, 2, 240, "avif") != rendition_name("ab" * 32, 1, 240, "avif")


def test_a_second_run_writes_the_same_bytes(tmp_path):
    original = tmp_path / "original"
    original.write_bytes(pictures.saved(pictures.corners(900, 700).effect_spread(30), "PNG"))
    one, two = run(original, tmp_path / "one"), run(original, tmp_path / "two")
    assert one == two
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted([each.name for each in one.renditions] + [one.share_card.name])
    assert len(names) == 11
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_sides_keep_their_proportion(process):
    made, _folder = process(pictures.jpeg(1600, 900))
    assert [(each.width, each.height) for each in made.renditions if each.kind == "AVIF"] == [
        (240, 135),
        (360, 202),
        (480, 270),
        (720, 405),
        (1080, 608),
    ]


@pytest.mark.parametrize(("width", "height"), [(1600, 900), (900, 1600), (3, 3), (2000, 1)])
def test_the_share_card_keeps_the_design_in_the_centre_square(width, height, process):
    made, folder = process(pictures.png(width, height))
    with Image.open(folder / made.share_card.name) as card:
        assert card.size == (1200, 630)
        for x in (10, 280, 920, 1190):
            assert all(abs(a - b) < 6 for a, b in zip(card.getpixel((x, 315)), (255, 250, 242), strict=True))
        assert card.getpixel((600, 315)) != card.getpixel((10, 10))


def test_the_share_card_of_noise_is_light_enough(process):
    made, _folder = process(pictures.saved(Image.effect_noise((600, 600), 200).convert("RGB"), "PNG"))
    assert made.share_card.bytes <= MOST_BYTES


def test_the_answer_travels_as_json(process):
    made, _folder = process(pictures.png())
    assert type(made).from_json(made.as_json()) == made
