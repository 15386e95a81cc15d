"""The blueprint of all pages: for members, but for the pages named here, which everybody may read."""

from typing import cast

from flask import Flask
from flask.blueprints import BlueprintSetupState

from webapp.accounts.guards import members_blueprint

LANE = "fanmade.lane"
EVERYBODYS = (
    "home",
    "artist",
    "theme",
    "contest",
    "gallery",
    "design",
    "scanned",
    "compare",
    "person",
    "privacy",
    "terms",
    "imprint",
    "favicon",
    "manifest",
    "robots",
)
blueprint = members_blueprint("pages", __name__, strangers=EVERYBODYS)


@blueprint.record_once
def _open_lane(state: BlueprintSetupState) -> None:
    from webapp.pages.lane import Lane  # it knows the views, which know this blueprint

    app = cast("Flask", state.app)
    app.extensions[LANE] = app.wsgi_app = Lane(app, app.wsgi_app)  # type: ignore[method-assign]
