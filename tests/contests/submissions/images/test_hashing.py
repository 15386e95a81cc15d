"""Look-alikes are near each other, others are far; a colour class is a colour."""

import pytest
from PIL import Image, ImageDraw

from contests.submissions.images.hashing import dhashes, nearest, placeholder


def drawing(shift: int = 0) -> Image.Image:
    picture = Image.new("RGB", (400, 500), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40 + shift, 60, 220, 260), fill="navy")
    pen.rectangle((200, 300 + shift, 380, 460), fill="orange")
    pen.line((0, 480, 400, 20), fill="crimson", width=18)
    return picture


@pytest.mark.parametrize("turn", [None, *Image.Transpose])
def test_turned_and_mirrored_copies_are_found(turn):
    copy = drawing() if turn is None else drawing().transpose(turn)
    copy = copy.resize((copy.width // 2, copy.height // 2))
    assert nearest(dhashes(copy)[0], dhashes(drawing())) <= 6


def test_another_drawing_is_far():
    other = Image.linear_gradient("L").rotate(90).convert("RGB")
    assert nearest(dhashes(other)[0], dhashes(drawing())) > 10
    assert nearest(dhashes(other)[0], []) == 64


def test_a_hash_is_eight_times_sixteen_digits():
    made = dhashes(drawing().convert("RGBA"))
    assert len(made) == 8
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in made)


@pytest.mark.parametrize(
    ("colour", "number"),
    [((0, 0, 0), 0), ((255, 255, 255), 63), ((255, 0, 0), 48), ((0, 130, 0), 8), ((0, 0, 70), 1)],
)
def test_the_colour_class(colour, number):
    assert placeholder(Image.new("RGB", (9, 9), colour)) == number


def test_a_transparent_picture_has_the_colour_of_paper():
    assert placeholder(Image.new("RGBA", (9, 9), (0, 0, 0, 0))) == 63
