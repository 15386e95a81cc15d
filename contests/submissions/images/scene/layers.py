"""A scene as values: one side of one product, layers from the bottom up. Lengths are print pixels."""

from dataclasses import dataclass

TEMPLATES = ("tee", "hoodie", "tote", "poster")
SIDES = ("front", "back")
SHAPES = ("rect", "ellipse", "line", "triangle", "star", "heart", "bolt")

MOST_LAYERS = 40
MOST_BYTES = 65_536
MOST_PIXELS = 25_000_000
MOST_SIDE = 20_000
MOST_LINES = 8


@dataclass(frozen=True)
class Outline:
    """A colour ("#rrggbb") and a width; what the width means is for each kind of layer to say."""

    colour: str
    width: float


@dataclass(frozen=True)
class Layer:
    """What every layer has: its centre, scale, degrees clockwise, mirrors, opacity, blending.

    A point p of the content, which is centred on 0,0, lands at translate(x, y) rotate(r)
    scale(±k, ±k) p. `locked`, `group` and `name` are for the editor and draw nothing.
    """

    id: str
    x: float
    y: float
    k: float
    r: float
    flip_x: bool
    flip_y: bool
    opacity: float
    multiply: bool
    locked: bool
    group: str | None
    name: str | None


@dataclass(frozen=True)
class Img(Layer):
    """A picture, by asset id: `crop` (x0, y0, x1, y1) in its pixels, `tint` one colour for all of it.

    With a `threshold` each pixel is either ink (darker than it) or nothing.
    """

    asset: str
    crop: tuple[int, int, int, int] | None
    tint: str | None
    threshold: int | None


@dataclass(frozen=True)
class Text(Layer):
    """Lines of text in one typeface; `arc` degrees bend a single line, 0 leaves it straight.

    The outline's width shows outside of the letters, under the fill.
    """

    text: str
    font: str
    size: float
    colour: str
    outline: Outline | None
    align: str
    arc: float

    @property
    def lines(self) -> list[str]:
        """The lines, without their breaks."""
        return self.text.split("\n")


@dataclass(frozen=True)
class Shape(Layer):
    """One of SHAPES in a box of `width` by `height`; the outline is centred on the edge."""

    shape: str
    width: float
    height: float
    fill: str | None
    outline: Outline | None
    radius: float


@dataclass(frozen=True)
class Scene:
    """One side of one product: a print box of `width` by `height` pixels."""

    template: str
    side: str
    width: int
    height: int
    layers: tuple[Layer, ...]

    @property
    def assets(self) -> list[str]:
        """The ids of the pictures it uses, each once, in the order of the layers."""
        return list(dict.fromkeys(layer.asset for layer in self.layers if isinstance(layer, Img)))
