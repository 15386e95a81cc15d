"""The document of a design made in the studio: both sides of a product and the pictures they use."""

from typing import Any

import pytest

from contests.submissions.images.scene import SceneRefused, document
from tests import scenes

SHA = "ab" * 32


def made(**changes: Any) -> dict[str, Any]:
    front, back = scenes.load("pictures-plain"), scenes.load("text-outline")
    assets = {
        name: {"sha256": SHA, "w": picture.width, "h": picture.height, "key": f"studio/{SHA}"}
        for name in ("photo", "logo")
        for picture in (scenes.asset(name),)
    }
    found = {"v": 1, "product": 0, "kind": "tee", "colour": "#1A2B3C", "front": front, "back": back, "assets": assets}
    return found | changes


def test_it_is_written_in_one_way() -> None:
    written = document.canonical(document.parse(made()))
    assert document.canonical(document.parse(written)) == written
    assert document.parse(written).assets["photo"].width == 1200
    assert list(document.parse(made(front=None)).sides) == ["back"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"product": -1}, "scene-out-of-range", "/product"),
        ({"kind": "hoodie"}, "scene-wrong-side", "/front/template"),
        ({"front": scenes.load("text-outline")}, "scene-wrong-side", "/front/side"),
        ({"colour": "white"}, "scene-bad-colour", "/colour"),
        ({"assets": {}}, "scene-unknown-asset", "/front/layers/0/a"),
        ({"assets": {"../x": {}}}, "scene-bad-id", "/assets/id"),
        ({"front": None, "back": None}, "scene-empty", ""),
        ({"front": None, "back": {**scenes.load("text-outline"), "layers": []}}, "scene-empty", ""),
        ({"extra": 1}, "scene-unknown-key", "/extra"),
        ({"back": {**scenes.load("text-outline"), "w": 0}}, "scene-out-of-range", "/back/w"),
    ],
)
def test_faults_are_named_and_found(changes: dict[str, Any], code: str, pointer: str) -> None:
    with pytest.raises(SceneRefused) as caught:
        document.parse(made(**changes))
    assert (caught.value.code, caught.value.pointer) == (code, pointer)


@pytest.mark.parametrize("key", ["/etc/passwd", "a/../b", "..", "a b", ""])
def test_a_storage_key_can_not_wander(key: str) -> None:
    found = made()
    found["assets"]["photo"]["key"] = key
    with pytest.raises(SceneRefused, match="scene-bad-id"):
        document.parse(found)


def test_a_crop_must_lie_in_its_picture() -> None:
    found = made()
    found["front"]["layers"][0]["c"] = [0, 0, 1201, 10]
    with pytest.raises(SceneRefused, match="scene-bad-crop"):
        document.parse(found)
