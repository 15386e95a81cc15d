"""Scenes: what the studio draws, as JSON that says all and nothing else. See docs/scene.md.

`parse` is strict, `canonical` writes a scene in one way only, `document` holds both sides of a product.
"""

from contests.submissions.images.scene.canonical import as_json, canonical
from contests.submissions.images.scene.layers import Img, Layer, Outline, Scene, Shape, Text
from contests.submissions.images.scene.parse import parse
from contests.submissions.images.scene.refusals import SENTENCES, SceneRefused

__all__ = [
    "SENTENCES",
    "Img",
    "Layer",
    "Outline",
    "Scene",
    "SceneRefused",
    "Shape",
    "Text",
    "as_json",
    "canonical",
    "parse",
]
