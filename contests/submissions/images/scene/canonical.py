"""The one way to write a scene: sorted keys, defaults left out, short numbers, UTF-8."""

import json
from typing import Any

from contests.submissions.images.scene.layers import Img, Layer, Outline, Scene, Shape, Text


def canonical(scene: Scene) -> bytes:
    """The scene as JSON; equal scenes give equal bytes, and `parse` gives the scene back."""
    return dumps(as_json(scene))


def dumps(value: Any) -> bytes:
    """Plain values as canonical JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def as_json(scene: Scene) -> dict[str, Any]:
    """The scene as plain values."""
    return {
        "v": 1,
        "template": scene.template,
        "side": scene.side,
        "w": scene.width,
        "h": scene.height,
        "layers": [_layer(layer) for layer in scene.layers],
    }


def _layer(layer: Layer) -> dict[str, Any]:
    if isinstance(layer, Img):
        own = _img(layer)
    elif isinstance(layer, Text):
        own = _text(layer)
    else:
        assert isinstance(layer, Shape)
        own = _shape(layer)
    return {key: _short(value) for key, value in (_common(layer) | own).items() if value is not None}


def _common(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "x": layer.x,
        "y": layer.y,
        "k": layer.k,
        "r": layer.r,
        "fx": layer.flip_x or None,
        "fy": layer.flip_y or None,
        "o": _unless(layer.opacity, 1),
        "m": "multiply" if layer.multiply else None,
        "lock": layer.locked or None,
        "g": layer.group,
        "n": layer.name or None,
    }


def _img(layer: Img) -> dict[str, Any]:
    crop = list(layer.crop) if layer.crop else None
    return {"t": "img", "a": layer.asset, "c": crop, "tint": layer.tint, "th": layer.threshold}


def _text(layer: Text) -> dict[str, Any]:
    own = {"t": "text", "s": layer.text, "f": layer.font, "z": layer.size, "c": layer.colour}
    return own | _outline(layer.outline) | {"al": _unless(layer.align, "c"), "arc": _unless(layer.arc, 0)}


def _shape(layer: Shape) -> dict[str, Any]:
    own = {"t": "shape", "p": layer.shape, "w": layer.width, "h": layer.height, "c": layer.fill}
    return own | _outline(layer.outline) | {"rad": _unless(layer.radius, 0)}


def _outline(outline: Outline | None) -> dict[str, Any]:
    return {"oc": outline.colour, "ow": outline.width} if outline else {}


def _unless(value: Any, default: Any) -> Any:
    return None if value == default else value


def _short(value: Any) -> Any:
    """A whole number without its point; a minus before zero is dropped."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
