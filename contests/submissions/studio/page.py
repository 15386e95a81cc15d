"""What the studio's page is told: the contest's products, the artist's kit, the drawing, the limits."""

from typing import Any

from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from contests.queries import ContestRow, ProductRow
from contests.submissions import originals
from contests.submissions.forms import ACCEPT
from contests.submissions.images.fonts import FONTS
from contests.submissions.images.scene.layers import MOST_BYTES, MOST_LAYERS
from contests.submissions.studio import answers, contents, queries, rules
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import DraftRow, KitRow


def config(session: Session, contest: ContestRow, draft: DraftRow | None, owner: Owner, product: int) -> dict[str, Any]:
    """Return the page's config as plain values, see docs/studio.md; NotFound for a contest without products."""
    products = contents.products_of(session, contest.id)
    positions = [each.position for each in products]
    chosen = draft.product if draft else product
    return {
        "contest": contest.slug,
        "product": chosen if chosen in positions else positions[0],
        "products": [_product(each) for each in products],
        "kit": kit(queries.kit(session, contest.id)),
        "draft": answers.with_pictures(session, draft, owner) if draft else None,
        "csrf": generate_csrf(),
        "urls": urls(contest.slug),
        "limits": _limits(),
    }


def kit(items: list[KitRow]) -> dict[str, Any]:
    """Return an artist's kit: palette, fonts (all of them when none was chosen), and pictures that are ready."""
    values = {kind: [each.value for each in items if each.kind == kind] for kind in ("colour", "font")}
    return {
        "palette": values["colour"],
        "fonts": [font for font in FONTS if font in values["font"] or not values["font"]],
        "items": [
            {"id": item.asset.code, "label": item.label, "kind": item.kind, **_shown(item)}
            for item in items
            if item.asset and item.asset.state == "done"
        ],
    }


def urls(slug: str) -> dict[str, str]:
    """Return where the modules send what; CODE and ID stand for a drawing's code and a picture's id."""
    return {
        "drafts": f"/c/{slug}/studio/drafts",
        "draft": "/studio/drafts/CODE",
        "finish": "/studio/drafts/CODE/finish",
        "discard": "/studio/drafts/CODE/discard",
        "assets": f"/c/{slug}/studio/assets",
        "asset": "/studio/assets/ID",
        "page": f"/c/{slug}/studio",
        "contest": f"/c/{slug}",
        "csrf": "/csrf",
    }


def _shown(item: KitRow) -> dict[str, Any]:
    assert item.asset is not None
    shown = answers.picture(item.asset)
    return {name: shown[name] for name in ("url", "w", "h")}


def _product(product: ProductRow) -> dict[str, Any]:
    size = contents.size_of(product)
    return {
        "position": product.position,
        "kind": product.kind,
        "title": product.title,
        "colours": product.colours,
        "inks": product.max_inks,
        "canvas": {"w": size.w, "h": size.h, "dpi": size.dpi},
        "print": [product.print_width_cm, product.print_height_cm],
    }


def _limits() -> dict[str, Any]:
    limits = originals.limits()
    return {
        "bytes": limits.bytes,
        "pixels": limits.pixels,
        "side": limits.side,
        "accept": list(ACCEPT),
        "layers": MOST_LAYERS,
        "scene_bytes": MOST_BYTES,
        "assets": rules.ASSETS,
    }
