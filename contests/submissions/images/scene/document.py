"""What a design made in the studio is: the scenes of a product's sides, and the pictures they use."""

from dataclasses import dataclass
from typing import Any

from contests.submissions.images.scene.canonical import as_json, dumps
from contests.submissions.images.scene.fields import Fields
from contests.submissions.images.scene.layers import TEMPLATES, Img, Scene
from contests.submissions.images.scene.parse import ASSET_ID, MOST_ASSET_ID, read, scene_at
from contests.submissions.images.scene.refusals import SceneRefused

MOST_BYTES = 192 * 1024
MOST_ASSETS = 80
_KEYS = ("v", "product", "kind", "colour", "front", "back", "assets")


@dataclass(frozen=True)
class Asset:
    """A picture in storage: the hash of its file, its upright size in pixels, its storage key."""

    sha256: str
    width: int
    height: int
    key: str


@dataclass(frozen=True)
class Document:
    """Both sides of product number `product` (of that `kind`), tried on in `colour` ("#rrggbb")."""

    product: int
    kind: str
    colour: str
    front: Scene | None
    back: Scene | None
    assets: dict[str, Asset]

    @property
    def sides(self) -> dict[str, Scene]:
        """The sides that have a scene, front first."""
        both = {"front": self.front, "back": self.back}
        return {side: scene for side, scene in both.items() if scene is not None}


def parse(document: bytes | str | dict[str, Any]) -> Document:
    """The document in JSON, or what was read from it. Raises `SceneRefused`.

    At least one side has a layer, each scene is of its product and side, every picture that a
    layer uses is among the assets, and every crop lies in its picture.
    """
    fields = Fields(read(document, MOST_BYTES), "", _KEYS)
    fields.whole("v", 1, 1)
    made = Document(
        product=fields.whole("product", 0, 99),
        kind=fields.one_of("kind", TEMPLATES),
        colour=fields.colour("colour"),
        front=_side(fields, "front"),
        back=_side(fields, "back"),
        assets=_assets(fields),
    )
    for side, scene in made.sides.items():
        _check_side(made, side, scene)
    if not any(scene.layers for scene in made.sides.values()):
        raise SceneRefused("scene-empty", "")
    return made


def canonical(document: Document) -> bytes:
    """The document as JSON; equal documents give equal bytes, and `parse` gives it back."""
    assets = {
        name: {"sha256": asset.sha256, "w": asset.width, "h": asset.height, "key": asset.key}
        for name, asset in document.assets.items()
    }
    return dumps(
        {
            "v": 1,
            "product": document.product,
            "kind": document.kind,
            "colour": document.colour,
            "front": as_json(document.front) if document.front else None,
            "back": as_json(document.back) if document.back else None,
            "assets": assets,
        }
    )


def check_crops(scene: Scene, sizes: dict[str, tuple[int, int]], pointer: str = "") -> None:
    """Raise `SceneRefused` unless every picture of the scene is in `sizes` and every crop inside of it."""
    for i, layer in enumerate(scene.layers):
        if not isinstance(layer, Img):
            continue
        if layer.asset not in sizes:
            raise SceneRefused("scene-unknown-asset", f"{pointer}/layers/{i}/a", value=layer.asset)
        width, height = sizes[layer.asset]
        if layer.crop and (layer.crop[2] > width or layer.crop[3] > height):
            raise SceneRefused("scene-bad-crop", f"{pointer}/layers/{i}/c")


def _side(fields: Fields, side: str) -> Scene | None:
    found = fields.get(side)
    return None if found is None else scene_at(found, f"/{side}")


def _check_side(document: Document, side: str, scene: Scene) -> None:
    if scene.side != side:
        raise SceneRefused("scene-wrong-side", f"/{side}/side")
    if scene.template != document.kind:
        raise SceneRefused("scene-wrong-side", f"/{side}/template")
    check_crops(scene, {name: (asset.width, asset.height) for name, asset in document.assets.items()}, f"/{side}")


def _assets(fields: Fields) -> dict[str, Asset]:
    found = fields.get("assets")
    if not isinstance(found, dict):
        raise SceneRefused("scene-wrong-type", "/assets", key="assets")
    if len(found) > MOST_ASSETS:
        raise SceneRefused("scene-too-large", "/assets")
    return {_asset_id(name): _asset(value, f"/assets/{name}") for name, value in sorted(found.items())}


def _asset_id(name: str) -> str:
    return Fields({"id": name}, "/assets", ("id",)).matching("id", ASSET_ID, MOST_ASSET_ID)


def _asset(found: Any, pointer: str) -> Asset:
    fields = Fields(found, pointer, ("sha256", "w", "h", "key"))
    return Asset(
        sha256=fields.matching("sha256", r"[0-9a-f]{64}", 64),
        width=fields.whole("w", 1, 100_000),
        height=fields.whole("h", 1, 100_000),
        key=fields.matching("key", r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*", 300),
    )
