"""What a save says, checked: the scenes are read by their own rules and measured against the contest's product."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ProductRow
from contests.submissions.images import scene as scenes
from contests.submissions.images import templates
from contests.submissions.images.scene import SceneRefused
from contests.submissions.studio import rules
from contests.submissions.studio.rows import SIDES, AssetRow, DraftRow
from webapp.kernel.refusal import NotFound


@dataclass(frozen=True)
class Content:
    """What is drawn, in the only way it is written: equal drawings are equal."""

    product: int
    colour: str
    front: dict[str, Any] | None
    back: dict[str, Any] | None

    @property
    def codes(self) -> set[str]:
        """Return the codes of the pictures that are named."""
        return {layer["a"] for scene in (self.front, self.back) if scene for layer in scene["layers"] if "a" in layer}

    @property
    def columns(self) -> dict[str, Any]:
        """Return the columns of a draft that hold it."""
        return {"product": self.product, "colour": self.colour, "front": self.front, "back": self.back}

    def same_as(self, draft: DraftRow) -> bool:
        """Return whether a draft holds exactly this."""
        return all(getattr(draft, name) == value for name, value in self.columns.items())


def checked(session: Session, contest_id: int, said: Mapping[str, Any]) -> Content:
    """Return the content of a save (product, colour, front, back); raises Refused with a JSON pointer."""
    product = product_at(session, contest_id, rules.whole(said.get("product"), "/product"))
    colour = rules.require_colour(rules.text(said.get("colour"), "/colour"), colours_of(product))
    made = {side: _side(product, side, said.get(side)) for side in SIDES}
    return Content(product.position, colour, made["front"], made["back"])


def product_at(session: Session, contest_id: int, position: int) -> ProductRow:
    """Return the contest's product at a position; raises Refused when it has none there."""
    for product in contests.products(session, contest_id):
        if product.position == position:
            return product
    raise rules.malformed("/product")


def colours_of(product: ProductRow) -> list[str]:
    """Return the colours a product comes in; white when its contest names none."""
    return [each["hex"] for each in product.colours] or ["#FFFFFF"]


def of_draft(draft: DraftRow) -> Content:
    """Return what a draft holds; it was checked when it was saved."""
    return Content(draft.product, draft.colour, draft.front, draft.back)


def products_of(session: Session, contest_id: int) -> list[ProductRow]:
    """Return what a contest's designs are drawn on, at least one; raises NotFound when it names none."""
    found = contests.products(session, contest_id)
    if not found:
        raise NotFound()
    return found


def size_of(product: ProductRow) -> templates.Canvas:
    """Return the print box of a product in print pixels, and its dpi."""
    return templates.canvas(product.kind, product.print_width_cm, product.print_height_cm)


def require_known(content: Content, known: Mapping[str, AssetRow]) -> None:
    """Refuse a scene that names a picture which is not there for its owner, saying in which layer."""
    for side in SIDES:
        scene = getattr(content, side)
        for number, layer in enumerate(scene["layers"] if scene else ()):
            if "a" in layer and layer["a"] not in known:
                raise SceneRefused("scene-unknown-asset", f"/{side}/layers/{number}/a", value=layer["a"])


def _side(product: ProductRow, side: str, said: Any) -> dict[str, Any] | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        raise rules.malformed(f"/{side}")
    try:
        scene = scenes.parse(said)
    except SceneRefused as refused:
        details = {name: value for name, value in refused.details.items() if name != "pointer"}
        raise SceneRefused(refused.code, f"/{side}{refused.pointer}", **details) from None
    rules.require_fit(scene, product.kind, side, size_of(product)[:2])
    return scenes.as_json(scene)
