"""Scenes are read strictly, written in one way, and mean the same to the published schema."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contests.submissions.images.fonts import FONTS, STATIC
from contests.submissions.images.scene import SENTENCES, SceneRefused, canonical, parse
from contests.submissions.images.scene.layers import SHAPES
from tests import scenes

SCHEMA = Draft202012Validator(json.loads((STATIC / "studio" / "scene-v1.schema.json").read_text()))
Scene = dict[str, Any]
Change = Callable[[Scene], Any]


def scene(**changes: Any) -> Scene:
    """A scene with one layer of each kind."""
    common = {"x": 10.5, "y": -3, "k": 1, "r": 0}
    layers = [
        {"id": "a", "t": "img", "a": "logo", **common},
        {"id": "b", "t": "text", "s": "Hei\nYö", "f": "anton", "z": 40, "c": "#AA00ff", **common},
        {"id": "c", "t": "shape", "p": "rect", "w": 10, "h": 20, "c": "#123456", **common},
    ]
    return {"v": 1, "template": "tee", "side": "front", "w": 900, "h": 1080, "layers": layers} | changes


def layer(i: int, **changes: Any) -> Change:
    return lambda found: found["layers"][i].update(changes)


def without(i: int, key: str) -> Change:
    return lambda found: found["layers"][i].pop(key)


def top(**changes: Any) -> Change:
    return lambda found: found.update(changes)


# What the schema says too: (how the scene is broken, code, pointer).
BROKEN: list[tuple[Change, str, str]] = [
    (top(v=2), "scene-out-of-range", "/v"),
    (top(v=True), "scene-wrong-type", "/v"),
    (top(template="mug"), "scene-not-one-of", "/template"),
    (top(side="left"), "scene-not-one-of", "/side"),
    (top(w=900.5), "scene-wrong-type", "/w"),
    (top(h=0), "scene-out-of-range", "/h"),
    (top(h="1080"), "scene-wrong-type", "/h"),
    (top(layers={}), "scene-wrong-type", "/layers"),
    (top(layers=[None]), "scene-wrong-type", "/layers/0"),
    (top(background="#ffffff"), "scene-unknown-key", "/background"),
    (top(**{"a/b~": 1}), "scene-unknown-key", "/a~1b~0"),
    (lambda found: found.pop("side"), "scene-missing-key", "/side"),
    (layer(0, t="video"), "scene-not-one-of", "/layers/0/t"),
    (layer(0, href="x"), "scene-unknown-key", "/layers/0/href"),
    (layer(0, s="text"), "scene-unknown-key", "/layers/0/s"),
    (without(0, "k"), "scene-missing-key", "/layers/0/k"),
    (without(1, "f"), "scene-missing-key", "/layers/1/f"),
    (layer(0, id="A"), "scene-bad-id", "/layers/0/id"),
    (layer(0, id="a" * 13), "scene-bad-id", "/layers/0/id"),
    (layer(0, x="1"), "scene-wrong-type", "/layers/0/x"),
    (layer(0, x=True), "scene-wrong-type", "/layers/0/x"),
    (layer(0, y=None), "scene-wrong-type", "/layers/0/y"),
    (layer(0, y=10**400), "scene-out-of-range", "/layers/0/y"),
    (layer(0, k=0), "scene-out-of-range", "/layers/0/k"),
    (layer(0, k=50.01), "scene-out-of-range", "/layers/0/k"),
    (layer(0, r=361), "scene-out-of-range", "/layers/0/r"),
    (layer(0, fx=1), "scene-wrong-type", "/layers/0/fx"),
    (layer(0, o=1.01), "scene-out-of-range", "/layers/0/o"),
    (layer(0, m="screen"), "scene-not-one-of", "/layers/0/m"),
    (layer(0, g=""), "scene-bad-id", "/layers/0/g"),
    (layer(0, n="x" * 41), "scene-bad-length", "/layers/0/n"),
    (layer(0, n="a\u202eb"), "scene-bad-character", "/layers/0/n"),
    (layer(0, a="../etc"), "scene-bad-id", "/layers/0/a"),
    (layer(0, c=[0, 0, 5]), "scene-wrong-type", "/layers/0/c"),
    (layer(0, c=[0, 0, 5, 5.5]), "scene-wrong-type", "/layers/0/c/3"),
    (layer(0, c=[-1, 0, 5, 5]), "scene-out-of-range", "/layers/0/c/0"),
    (layer(0, tint="red"), "scene-bad-colour", "/layers/0/tint"),
    (layer(0, th=255), "scene-out-of-range", "/layers/0/th"),
    (layer(1, s=""), "scene-bad-length", "/layers/1/s"),
    (layer(1, s="x" * 201), "scene-bad-length", "/layers/1/s"),
    (layer(1, s="\n" * 8), "scene-too-many-lines", "/layers/1/s"),
    (layer(1, s="tab\there"), "scene-bad-character", "/layers/1/s"),
    (layer(1, s="zero\u200bwidth"), "scene-bad-character", "/layers/1/s"),
    (layer(1, f="comic-sans"), "scene-not-one-of", "/layers/1/f"),
    (layer(1, z=7.9), "scene-out-of-range", "/layers/1/z"),
    (layer(1, arc=10), "scene-curved-lines", "/layers/1/arc"),
    (layer(1, al="j"), "scene-not-one-of", "/layers/1/al"),
    (layer(1, oc="#000000"), "scene-half-outline", "/layers/1/ow"),
    (layer(1, ow=3), "scene-half-outline", "/layers/1/oc"),
    (layer(2, p="blob"), "scene-not-one-of", "/layers/2/p"),
    (layer(2, w=0.5), "scene-out-of-range", "/layers/2/w"),
    (without(2, "c"), "scene-draws-nothing", "/layers/2/c"),
    (layer(2, p="line"), "scene-draws-nothing", "/layers/2/oc"),
    (layer(2, p="star", rad=3), "scene-unknown-key", "/layers/2/rad"),
]

# What only the parser can say.
BEYOND_SCHEMA: list[tuple[Change, str, str]] = [
    (top(w=10_000, h=10_000), "scene-out-of-range", "/h"),
    (layer(1, id="a"), "scene-duplicate-id", "/layers/1/id"),
    (layer(0, x=3240.01), "scene-out-of-range", "/layers/0/x"),
    (layer(0, c=[5, 0, 5, 9]), "scene-bad-crop", "/layers/0/c"),
    (layer(1, s="日本"), "glyph-missing", "/layers/1/s"),
    (layer(1, s="a\ue000"), "scene-bad-character", "/layers/1/s"),
    (layer(1, f="creepster", s="č"), "glyph-missing", "/layers/1/s"),
]


def refusal(document: Any) -> SceneRefused:
    with pytest.raises(SceneRefused) as caught:
        parse(document)
    assert caught.value.sentence(), "a sentence that can't be filled"
    return caught.value


@pytest.mark.parametrize(("change", "code", "pointer"), BROKEN + BEYOND_SCHEMA)
def test_a_fault_is_named_and_found(change: Change, code: str, pointer: str) -> None:
    broken = copy.deepcopy(scene())
    change(broken)
    found = refusal(broken)
    assert (found.code, found.pointer) == (code, pointer)


@pytest.mark.parametrize("change", [change for change, _, _ in BROKEN])
def test_the_schema_refuses_what_the_parser_refuses(change: Change) -> None:
    broken = copy.deepcopy(scene())
    change(broken)
    assert not SCHEMA.is_valid(broken)


GOOD: list[Change] = [
    lambda found: None,
    top(layers=[]),
    top(w=900.0),
    layer(0, c=[0, 0, 5, 9], tint="#ABCDEF", th=1, fx=True, fy=False, o=0, m="multiply", lock=True, g="g1", n="Ääni"),
    layer(1, s="one line", arc=-180, oc="#000000", ow=0, al="r"),
    layer(1, s="1\n2\n3\n4\n5\n6\n7\n8", arc=0),
    layer(2, p="line", oc="#000000", ow=2),
    layer(2, rad=5, oc="#000000", ow=2),
]


@pytest.mark.parametrize("change", GOOD)
def test_parser_and_schema_take_what_is_right_and_one_writing_comes_of_it(change: Change) -> None:
    good = copy.deepcopy(scene())
    change(good)
    assert SCHEMA.is_valid(good)
    written = canonical(parse(good))
    assert SCHEMA.is_valid(json.loads(written))
    assert parse(written) == parse(good)
    assert canonical(parse(written)) == written


@pytest.mark.parametrize("name", scenes.names())
def test_example_scenes_agree_too(name: str) -> None:
    found = scenes.load(name)
    assert SCHEMA.is_valid(found)
    written = canonical(parse(found))
    assert canonical(parse(written.decode())) == written


def test_example_scenes_use_everything() -> None:
    layers = [each for name in scenes.names() for each in scenes.load(name)["layers"]]
    assert len(scenes.names()) >= 20
    assert {(s["template"], s["side"]) for s in map(scenes.load, scenes.names())} == {
        (template, side) for template in ("tee", "hoodie", "tote", "poster") for side in ("front", "back")
    }
    assert {each["f"] for each in layers if each["t"] == "text"} == set(FONTS)
    assert {each["p"] for each in layers if each["t"] == "shape"} == set(SHAPES)
    used = {(each["t"], key) for each in layers for key in each}
    said = {(kind, key) for kind in ("img", "text", "shape") for key in SCHEMA.schema["$defs"][kind]["properties"]}
    assert {key for _, key in said} == {key for _, key in used}


def test_numbers_are_written_short_and_without_minus_zero() -> None:
    found = scene(layers=[{**scene()["layers"][2], "x": -0.001, "y": 3.14159, "k": 1.23456, "r": 5.0}])
    assert canonical(parse(found)) == (
        b'{"h":1080,"layers":[{"c":"#123456","h":20,"id":"c","k":1.2346,"p":"rect","r":5,"t":"shape","w":10,'
        b'"x":0,"y":3.14}],"side":"front","template":"tee","v":1,"w":900}'
    )


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "scene-not-json"),
        (b"\xff\xfe", "scene-not-json"),
        (b"[1]", "scene-wrong-type"),
        ("\ud800", "scene-not-json"),
        (b"[" * 60_000, "scene-not-json"),
        (b'{"v": NaN}', "scene-not-json"),
        (b'{"v": -Infinity}', "scene-not-json"),
        (json.dumps(scene()).replace("10.5", "1e999", 1), "scene-wrong-type"),
        (b'{"v": ' + b"9" * 5000 + b"}", "scene-not-json"),
        (b'{"v": 1, "v": 1}', "scene-duplicate-key"),
        (b" " * 65_537, "scene-too-large"),
        ({"v": object()}, "scene-not-json"),
    ],
)
def test_what_is_not_a_scene_at_all_is_refused(document: Any, code: str) -> None:
    assert refusal(document).code == code


def test_the_41st_layer_is_too_many() -> None:
    one = scene()["layers"][2]
    many = [{**one, "id": f"l{i}"} for i in range(41)]
    assert len(parse(scene(layers=many[:40])).layers) == 40
    assert refusal(scene(layers=many)).code == "scene-too-many-layers"


def test_size_is_counted_in_bytes_of_utf8() -> None:
    texts = [{**scene()["layers"][1], "id": f"l{i}", "s": "ä" * 200, "n": "ö" * 40} for i in range(40)]
    whole = json.dumps(scene(layers=texts), ensure_ascii=False)
    assert parse(whole).layers
    padded = whole + " " * (65_536 - len(whole.encode()))
    assert parse(padded).layers
    assert refusal(padded + " ").code == "scene-too-large"


def test_every_sentence_can_be_translated_alone() -> None:
    assert all(sentence.strip() and not sentence.endswith(" ") for sentence in SENTENCES.values())
