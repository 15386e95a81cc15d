"""What see-through art lies on where it is shown flat: the cloth it was drawn for, or whatever lets it be seen."""

from PIL import Image

Colour = tuple[int, int, int]

PAPER: Colour = (255, 250, 242)
INK: Colour = (29, 16, 53)
SHAPE = 4 / 5
"""Width by height of a card in the gallery."""
_MARGIN = 0.06
_LOST, _NEVER = 56, 0.12
"""So near in brightness to its ground, art is not seen; so much more of it has to be lost on paper than on ink."""


def flattened(picture: Image.Image, ground: Colour = PAPER) -> Image.Image:
    """`picture` (RGB or RGBA) as RGB, its transparent parts laid on `ground`."""
    if picture.mode == "RGB":
        return picture
    flat = Image.new("RGB", picture.size, ground)
    flat.paste(picture, mask=picture.getchannel("A"))
    return flat


def ground_of(picture: Image.Image) -> Colour:
    """Paper, but for light art with transparent parts: that would vanish on it, and lies on ink."""
    if picture.mode == "RGB":
        return PAPER
    small = picture.resize((96, 96), Image.Resampling.BOX, reducing_gap=2.0)
    seen = small.convert("RGB").convert("L").histogram(small.getchannel("A").point(lambda alpha: alpha >= 128 and 255))
    whole = sum(seen)
    if not whole:
        return PAPER
    on_ink, on_paper = sum(seen[: _luma(INK) + _LOST]) / whole, sum(seen[_luma(PAPER) - _LOST :]) / whole
    return INK if on_paper > on_ink + _NEVER and on_paper > 0.3 else PAPER


def colour_of(hex_: str) -> Colour:
    """The parts of "#RRGGBB". Raises ValueError for anything else."""
    red, green, blue = bytes.fromhex(hex_.removeprefix("#"))
    return red, green, blue


def framed(picture: Image.Image, ground: Colour, width: int) -> Image.Image:
    """A whole print box on `ground`, with room around it, in the shape of a card, `width` pixels wide."""
    inner = _inner(picture.size, width)
    flat = Image.new("RGB", (width, round(width / SHAPE)), ground)
    small = picture.resize(inner, Image.Resampling.LANCZOS, reducing_gap=2.0)
    corner = ((flat.width - inner[0]) // 2, (flat.height - inner[1]) // 2)
    flat.paste(small, corner, small if small.mode == "RGBA" else None)
    return flat


def _inner(size: tuple[int, int], width: int) -> tuple[int, int]:
    """The size of a print box in a card of this width."""
    room = (width * (1 - 2 * _MARGIN), width / SHAPE * (1 - 2 * _MARGIN * SHAPE))
    scale = min(room[0] / size[0], room[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _luma(colour: Colour) -> int:
    return (colour[0] * 299 + colour[1] * 587 + colour[2] * 114) // 1000
