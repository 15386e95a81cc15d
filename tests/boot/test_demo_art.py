"""The demo's drawing code: repeatable, varied, well worded, and shaped like what fans upload."""

import io
from itertools import combinations

import pytest
from PIL import Image

from webapp.boot.demo.art import (
    STYLES,
    as_phone_photo,
    as_upload,
    contact_sheet,
    cover,
    draw,
    ground_for,
    plan,
    portrait,
)
from webapp.boot.demo.art.letters import GLYPHS, centred, layout
from webapp.boot.demo.art.press import Plate

SMALL = (250, 300)


def on_ground(style: str, seed: int) -> Image.Image:
    base = Image.new("RGBA", SMALL, (*ground_for(style, seed), 255))
    base.alpha_composite(draw(style, seed, SMALL))
    return base


def difference_hash(image: Image.Image) -> int:
    """64 bits: does each of 8 x 8 cells get brighter to the right."""
    small = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    bits = 0
    for y in range(8):
        for x in range(8):
            bits = bits * 2 + (small.getpixel((x, y)) < small.getpixel((x + 1, y)))
    return bits


def test_there_is_a_rich_choice_of_styles_for_every_product():
    assert len(STYLES) >= 14
    assert {style.product for style in STYLES.values()} == {"tee", "tote", "poster"}


@pytest.mark.parametrize("style", STYLES)
def test_same_seed_same_pixels_and_another_seed_other_pixels(style):
    first = draw(style, 4, SMALL)
    assert first.tobytes() == draw(style, 4, SMALL).tobytes()
    assert first.tobytes() != draw(style, 5, SMALL).tobytes()


@pytest.mark.parametrize("style", STYLES)
def test_only_posters_are_opaque(style):
    image = draw(style, 2, SMALL)
    low, high = image.getchannel("A").getextrema()
    assert (image.mode, image.size, high) == ("RGBA", SMALL, 255)
    assert low == (255 if STYLES[style].product == "poster" else 0)


@pytest.mark.parametrize("style", [name for name, style in STYLES.items() if style.product != "poster"])
@pytest.mark.parametrize("seed", [1, 2])
def test_garment_designs_keep_clear_of_the_edge_and_fill_the_sheet(style, seed):
    left, top, right, bottom = draw(style, seed, SMALL).getchannel("A").point([0] * 128 + [255] * 128).getbbox()
    assert min(left, top, SMALL[0] - right, SMALL[1] - bottom) >= 2
    assert (right - left) * (bottom - top) > 0.5 * SMALL[0] * SMALL[1]


def test_default_size_is_print_size():
    assert draw("type_ring", 1).size == (1800, 2160)


@pytest.mark.parametrize("style", STYLES)
def test_wording_fits_the_form_for_many_seeds(style):
    for seed in range(12):
        design = plan(style, seed)
        assert 10 <= len(design.alt) <= 400
        assert 3 <= len(design.title) <= 60
        assert 10 <= len(design.description) <= 300
        assert not {"{", "}"} & set(design.alt + design.title + design.description)
        assert design == plan(style, seed)


@pytest.mark.parametrize("style", STYLES)
def test_alt_text_quotes_the_lettering_that_is_drawn(style):
    for seed in range(6):
        design = plan(style, seed)
        for word in design.words.replace("/", " ").split():
            assert word.lower() in design.alt.lower()
            assert set(word) <= set(GLYPHS)


def test_unknown_styles_and_signs_are_refused():
    with pytest.raises(KeyError):
        draw("no_such_style", 1, SMALL)
    with pytest.raises(KeyError):
        layout("#")


def test_styles_look_different_from_each_other():
    hashes = {style: difference_hash(on_ground(style, 1)) for style in STYLES}
    distances = {pair: (hashes[pair[0]] ^ hashes[pair[1]]).bit_count() for pair in combinations(STYLES, 2)}
    assert min(distances.values()) >= 6, min(distances, key=distances.get)
    assert sum(distances.values()) / len(distances) > 18


def test_phone_photo_carries_orientation_and_place():
    drawing = draw("slogan", 1, SMALL)
    data = as_phone_photo(drawing, 7)
    assert data == as_phone_photo(drawing, 7)
    assert data != as_phone_photo(drawing, 8)
    photo = Image.open(io.BytesIO(data))
    exif = photo.getexif()
    assert photo.format == "JPEG"
    assert exif[0x0112] == 6
    assert exif.get_ifd(0x8825)[1] == "N"
    assert photo.width > photo.height, "stored lying on its side"


@pytest.mark.parametrize(("kind", "mode"), [("png", "RGBA"), ("jpeg", "RGB"), ("webp", "RGBA")])
def test_uploads_come_in_the_kinds_fans_send(kind, mode):
    opened = Image.open(io.BytesIO(as_upload(draw("tide_sun", 1, SMALL), kind)))
    assert (opened.format.lower(), opened.mode, opened.size) == (kind, mode, SMALL)


def test_jpeg_upload_lays_transparency_on_the_ground_given():
    opened = Image.open(io.BytesIO(as_upload(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "jpeg", (20, 56, 54))))
    assert all(abs(a - b) <= 2 for a, b in zip(opened.getpixel((20, 20)), (20, 56, 54), strict=True))


@pytest.mark.parametrize("picture", [portrait, cover])
def test_artist_pictures_are_opaque_squares_and_repeatable(picture):
    image = picture(3, (300, 300))
    assert (image.size, image.getchannel("A").getextrema()) == ((300, 300), (255, 255))
    assert image.tobytes() == picture(3, (300, 300)).tobytes() != picture(4, (300, 300)).tobytes()


def test_contact_sheet_shows_everything(tmp_path):
    path = tmp_path / "all.png"
    contact_sheet(path, cell=(50, 60))
    rows = -(-(len(STYLES) + 2) // 7)
    assert Image.open(path).size == (7 * 62 + 12, rows * 72 + 12)


def test_flipping_mirrors_shapes_but_never_lettering():
    straight, flipped = Plate(SMALL), Plate(SMALL)
    flipped.flipped = True
    for plate in (straight, flipped):
        centred(plate, 1, "KELP", 300, 200, 20)
    assert straight.image.tobytes() == flipped.image.tobytes()
    for plate in (straight, flipped):
        plate.box(2, 100, 700, 200, 100)
    assert straight.image.getpixel((100, 375)) == 2
    assert (flipped.image.getpixel((100, 375)), flipped.image.getpixel((400, 375))) == (0, 2)
