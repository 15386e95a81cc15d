"""The pages of a drop at the desk, linked from each other: whichever one is open, all others are a click away."""

from dataclasses import dataclass

from flask import g, request, url_for
from flask_babel import gettext

from preorders.desk import desk
from preorders.order_list import Filters
from preorders.rows import DropRow
from webapp.kernel.refusal import N_

# (what the link says, where it leads, which endpoints are pages below it)
PAGES = (
    (N_("Drop"), "desk.edit", ("desk.publish", "desk.add_", "desk.cancel")),
    (N_("Rates"), "desk.rates", ()),
    (N_("Orders"), "desk.orders", ("desk.order", "desk.bulk", "desk.batch", "desk.change_order", "desk.add_note")),
    (N_("Exports"), "exports.index", ("exports.",)),
    (N_("Waitlist"), "waitlist_desk.demand", ()),
    (N_("Production"), "production.index", ("production.",)),
    (N_("Parcels"), "parcels.imports", ("parcels.",)),
    (N_("Royalties"), "royalties.of_drop", ("royalties.",)),
    (N_("Forecast"), "desk.forecast", ()),
)
LISTED = ("desk.orders", "exports.index")  # between these two the filters in the address are kept


@dataclass(frozen=True)
class PageLink:
    """A link to a page. `current` is what aria-current says: "page", "true" below that page, or nothing."""

    word: str
    href: str
    current: str


@desk.app_template_global("desk_pages")
def links(drop: DropRow) -> list[PageLink]:
    """Return a link to each page of a drop of the artist in the address; reads nothing."""
    here = {"artist_slug": g.artist.slug, "drop_id": drop.id}
    listed = Filters.of(request.args).args()
    return [
        PageLink(
            _word(word, drop),
            url_for(endpoint, **here, **(listed if endpoint in LISTED and endpoint != request.endpoint else {})),
            _current(endpoint, below),
        )
        for word, endpoint, below in PAGES
    ]


def _word(word: str, drop: DropRow) -> str:
    return str(gettext("Draft") if word == "Drop" and drop.published_at is None else gettext(word))


def _current(endpoint: str, below: tuple[str, ...]) -> str:
    asked = request.endpoint or ""
    if asked == endpoint:
        return "page"
    return "true" if below and asked.startswith(below) else ""
