"""One design: decide its inks and words, then draw it."""

import random
from dataclasses import dataclass

from PIL import Image

from .catalogue import STYLES, Product
from .inks import BARE, COOL, INK_SETS, LINE, SHADE, WARM, InkSet, Rgb
from .press import Press


@dataclass(frozen=True)
class Design:
    """Everything decided before drawing: same style and seed, same design."""

    style: str
    seed: int
    product: Product
    inks: InkSet
    words: str
    title: str
    alt: str
    description: str

    @property
    def ground(self) -> Rgb:
        """The garment or paper colour that the inks were chosen for."""
        return self.inks.ground


def plan(style: str, seed: int) -> Design:
    """Decide inks and wording. Raises KeyError on an unknown style."""
    kind = STYLES[style]
    rng = random.Random(f"plan:{style}:{seed}")
    inks, words = rng.choice(INK_SETS), rng.choice(kind.words)
    named = {
        "line": inks.word(LINE),
        "warm": inks.word(WARM),
        "cool": inks.word(COOL),
        "shade": inks.word(SHADE),
        "ground": inks.word(BARE),
        "words": words.replace(" / ", " " if style == "slogan" else ", ").title(),
    }
    return Design(
        style,
        seed,
        kind.product,
        inks,
        words,
        kind.title(seed),
        kind.alt.format(**named),
        kind.description.format(**named),
    )


def draw(style: str, seed: int, size: tuple[int, int] = (1800, 2160)) -> Image.Image:
    """Draw a design as RGBA: transparent round the inks for tees and totes, opaque for posters.

    Raises KeyError on an unknown style.
    """
    design = plan(style, seed)
    press = Press(size, random.Random(f"draw:{style}:{seed}"))
    STYLES[style].scene(press, design.words)
    return press.pull(design.inks, opaque=design.product == "poster")


def ground_for(style: str, seed: int) -> Rgb:
    """The garment or paper colour a design was made for."""
    return plan(style, seed).ground
