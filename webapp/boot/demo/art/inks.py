"""Ink sets: one ground (garment or paper) and four flat inks with fixed roles."""

from dataclasses import dataclass

Rgb = tuple[int, int, int]

BARE, LINE, WARM, COOL, SHADE = range(5)
"""Ink numbers on a plate. BARE lets the ground show; LINE contrasts most with it; SHADE contrasts least."""


@dataclass(frozen=True)
class InkSet:
    """A ground and its four inks, each with the colour word that alt texts use."""

    ground: Rgb
    ground_word: str
    inks: tuple[Rgb, Rgb, Rgb, Rgb]
    words: tuple[str, str, str, str]

    def colour(self, ink: int) -> Rgb:
        return self.ground if ink == BARE else self.inks[ink - 1]

    def word(self, ink: int) -> str:
        return self.ground_word if ink == BARE else self.words[ink - 1]


INK_SETS: tuple[InkSet, ...] = (
    InkSet(
        (18, 26, 46),
        "midnight blue",
        ((244, 232, 205), (240, 108, 74), (74, 164, 160), (44, 66, 98)),
        ("cream", "coral", "sea green", "slate blue"),
    ),
    InkSet(
        (24, 24, 27),
        "black",
        ((247, 240, 226), (245, 179, 56), (214, 72, 83), (78, 74, 84)),
        ("bone white", "amber", "raspberry", "graphite"),
    ),
    InkSet(
        (240, 230, 208),
        "sand",
        ((28, 44, 74), (226, 84, 54), (42, 132, 138), (214, 186, 146)),
        ("navy", "vermilion", "teal", "driftwood"),
    ),
    InkSet(
        (20, 56, 54),
        "deep green",
        ((240, 234, 208), (238, 152, 112), (124, 190, 152), (38, 92, 84)),
        ("ivory", "salmon", "mint", "bottle green"),
    ),
    InkSet(
        (58, 28, 62),
        "plum",
        ((252, 232, 214), (255, 138, 92), (142, 150, 226), (98, 54, 98)),
        ("shell white", "tangerine", "periwinkle", "mauve"),
    ),
    InkSet(
        (233, 236, 230),
        "fog grey",
        ((34, 38, 52), (208, 58, 92), (62, 104, 190), (176, 190, 196)),
        ("ink black", "cranberry", "cobalt", "mist grey"),
    ),
    InkSet(
        (30, 62, 104),
        "harbour blue",
        ((250, 240, 216), (250, 196, 84), (240, 120, 112), (54, 98, 148)),
        ("cream", "mustard", "rose", "denim"),
    ),
    InkSet(
        (122, 38, 36),
        "rust red",
        ((250, 230, 196), (246, 166, 64), (96, 186, 178), (160, 62, 50)),
        ("cream", "marigold", "turquoise", "brick"),
    ),
)
