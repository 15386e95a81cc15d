"""All pages on one blueprint, and what the masthead asks for on every page."""

from flask_login import current_user

from webapp.infra.db import db
from webapp.pages import artist, compare, contest, design, following, gallery, home, legal, mine, person, queries, team
from webapp.pages.blueprint import blueprint

__all__ = ["artist", "blueprint", "compare", "contest", "design", "following", "gallery", "home", "legal", "mine"]
__all__ += ["person", "team"]


@blueprint.app_template_global("my_teams")
def my_teams() -> list[tuple[str, str]]:
    """Return (slug, name) of the artists whose teams the reader is in; asks the database only for those who are."""
    return queries.teams(db.session(), current_user.roles) if current_user.roles else []
