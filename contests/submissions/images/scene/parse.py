"""From JSON to a `Scene`, refusing whatever is not exactly a scene."""

import json
from typing import Any

from contests.submissions.images.fonts import FONTS
from contests.submissions.images.scene.fields import Fields, loads
from contests.submissions.images.scene.layers import (
    MOST_BYTES,
    MOST_LAYERS,
    MOST_LINES,
    MOST_PIXELS,
    MOST_SIDE,
    SHAPES,
    SIDES,
    TEMPLATES,
    Img,
    Layer,
    Outline,
    Scene,
    Shape,
    Text,
)
from contests.submissions.images.scene.refusals import SceneRefused

LAYER_ID, MOST_ID = r"[a-z0-9]+", 12
ASSET_ID, MOST_ASSET_ID = r"[a-z0-9]+", 32
_SCENE = ("v", "template", "side", "w", "h", "layers")
_LAYER = ("id", "t", "x", "y", "k", "r", "fx", "fy", "o", "m", "lock", "g", "n")
_OWN = {
    "img": ("a", "c", "tint", "th"),
    "text": ("s", "f", "z", "c", "oc", "ow", "al", "arc"),
    "shape": ("p", "w", "h", "c", "oc", "ow", "rad"),
}
_ANY = tuple(dict.fromkeys((*_LAYER, *(key for own in _OWN.values() for key in own))))


def parse(document: bytes | str | dict[str, Any]) -> Scene:
    """The scene that `document` (JSON, or what was read from JSON) describes. Raises `SceneRefused`."""
    return scene_at(read(document, MOST_BYTES), "")


def read(document: bytes | str | dict[str, Any], most_bytes: int) -> Any:
    """JSON as values, within the size limit; an object that was read already is measured anew."""
    if not isinstance(document, dict):
        return loads(document, most_bytes)
    try:
        return loads(json.dumps(document, ensure_ascii=False, separators=(",", ":")), most_bytes)
    except (TypeError, RecursionError):
        raise SceneRefused("scene-not-json", "") from None


def scene_at(found: Any, pointer: str) -> Scene:
    """The scene in `found`, which stands at `pointer` of a larger document. Raises `SceneRefused`."""
    fields = Fields(found, pointer, _SCENE)
    fields.whole("v", 1, 1)
    template, side = fields.one_of("template", TEMPLATES), fields.one_of("side", SIDES)
    width, height = fields.whole("w", 1, MOST_SIDE), fields.whole("h", 1, MOST_SIDE)
    if width * height > MOST_PIXELS:
        raise SceneRefused("scene-out-of-range", fields.at("h"), key="h", least=1, most=MOST_PIXELS // width)
    layers = fields.get("layers")
    if not isinstance(layers, list):
        raise SceneRefused("scene-wrong-type", fields.at("layers"), key="layers")
    if len(layers) > MOST_LAYERS:
        raise SceneRefused("scene-too-many-layers", fields.at("layers"), most=MOST_LAYERS)
    far = 3 * max(width, height)
    made = tuple(_layer(each, f"{fields.at('layers')}/{i}", far) for i, each in enumerate(layers))
    _check_ids(made, fields.at("layers"))
    return Scene(template, side, width, height, made)


def _check_ids(layers: tuple[Layer, ...], pointer: str) -> None:
    seen: set[str] = set()
    for i, layer in enumerate(layers):
        if layer.id in seen:
            raise SceneRefused("scene-duplicate-id", f"{pointer}/{i}/id", value=layer.id)
        seen.add(layer.id)


def _layer(found: Any, pointer: str, far: float) -> Layer:
    kind = Fields(found, pointer, _ANY).one_of("t", tuple(_OWN))
    fields = Fields(found, pointer, _LAYER + _OWN[kind])
    return {"img": _img, "text": _text, "shape": _shape}[kind](fields, _common(fields, far))


def _common(fields: Fields, far: float) -> dict[str, Any]:
    return {
        "id": fields.matching("id", LAYER_ID, MOST_ID),
        "x": fields.number("x", -far, far, 2),
        "y": fields.number("y", -far, far, 2),
        "k": fields.number("k", 0.01, 50, 4),
        "r": fields.number("r", -360, 360, 2),
        "flip_x": fields.flag("fx"),
        "flip_y": fields.flag("fy"),
        "opacity": fields.number("o", 0, 1, 4, default=1.0),
        "multiply": fields.one_of("m", ("normal", "multiply"), "normal") == "multiply",
        "locked": fields.flag("lock"),
        "group": fields.matching("g", LAYER_ID, MOST_ID) if "g" in fields else None,
        "name": fields.printable("n", 0, 40) if "n" in fields else None,
    }


def _img(fields: Fields, common: dict[str, Any]) -> Img:
    return Img(
        **common,
        asset=fields.matching("a", ASSET_ID, MOST_ASSET_ID),
        crop=_crop(fields) if "c" in fields else None,
        tint=fields.colour("tint") if "tint" in fields else None,
        threshold=fields.whole("th", 1, 254) if "th" in fields else None,
    )


def _crop(fields: Fields) -> tuple[int, int, int, int]:
    found = fields.get("c")
    if not isinstance(found, list) or len(found) != 4:
        raise SceneRefused("scene-wrong-type", fields.at("c"), key="c")
    x0, y0, x1, y1 = (fields.whole_of(v, f"{fields.at('c')}/{i}", "c", 0, 100_000) for i, v in enumerate(found))
    if x1 <= x0 or y1 <= y0:
        raise SceneRefused("scene-bad-crop", fields.at("c"))
    return x0, y0, x1, y1


def _text(fields: Fields, common: dict[str, Any]) -> Text:
    text, font = fields.printable("s", 1, 200, also="\n"), fields.one_of("f", FONTS)
    arc = fields.number("arc", -180, 180, 2, default=0.0)
    if text.count("\n") >= MOST_LINES:
        raise SceneRefused("scene-too-many-lines", fields.at("s"), most=MOST_LINES)
    if arc and "\n" in text:
        raise SceneRefused("scene-curved-lines", fields.at("arc"))
    if missing := FONTS[font].missing(text):
        raise SceneRefused("glyph-missing", fields.at("s"), font=FONTS[font].label, glyphs=" ".join(missing[:20]))
    return Text(
        **common,
        text=text,
        font=font,
        size=fields.number("z", 8, 2000, 2),
        colour=fields.colour("c"),
        outline=_outline(fields),
        align=fields.one_of("al", ("l", "c", "r"), "c"),
        arc=arc,
    )


def _shape(fields: Fields, common: dict[str, Any]) -> Shape:
    shape, outline = fields.one_of("p", SHAPES), _outline(fields)
    fill = fields.colour("c") if "c" in fields else None
    if "rad" in fields and shape != "rect":
        raise SceneRefused("scene-unknown-key", fields.at("rad"), key="rad")
    if outline is None and (fill is None or shape == "line"):
        raise SceneRefused("scene-draws-nothing", fields.at("oc" if shape == "line" else "c"))
    return Shape(
        **common,
        shape=shape,
        width=fields.number("w", 1, MOST_SIDE, 2),
        height=fields.number("h", 1, MOST_SIDE, 2),
        fill=fill,
        outline=outline,
        radius=fields.number("rad", 0, MOST_SIDE, 2, default=0.0),
    )


def _outline(fields: Fields) -> Outline | None:
    if "oc" not in fields and "ow" not in fields:
        return None
    if "oc" not in fields or "ow" not in fields:
        raise SceneRefused("scene-half-outline", fields.at("oc" if "oc" not in fields else "ow"))
    return Outline(fields.colour("oc"), fields.number("ow", 0, 500, 2))
