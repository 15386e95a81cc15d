"""The page of somebody who has opened one: the name others see, and their public designs. Nothing else."""

from flask import current_app, render_template
from flask_login import current_user

from contests.submissions import queries as submissions
from webapp.accounts.following import queries as following
from webapp.infra.db import db
from webapp.infra.whole import same_for_strangers
from webapp.kernel.codes import normalise
from webapp.kernel.refusal import NotFound
from webapp.pages import queries
from webapp.pages.blueprint import blueprint

MOST = 60  # designs on the page, the latest first


@blueprint.get("/p/<code>")
@same_for_strangers
def person(code: str) -> str:
    """Show somebody's public designs; a closed page looks like one that never was."""
    found = following.profile_by_code(db.session(), normalise(code))
    if found is None:
        raise NotFound()
    ids = submissions.public_of_author(db.session(), found.person_id, MOST)
    cards = queries.cards(db.session(), ids)
    return render_template(
        "pages/person.html",
        person=found,
        designs=[cards[each] for each in ids if each in cards],
        address=f"{current_app.config['SETTINGS'].base_url}/p/{found.code}",
        is_me=current_user.id == found.person_id,
        follows=following.follows(db.session(), current_user.id, "person", found.person_id),
    )
