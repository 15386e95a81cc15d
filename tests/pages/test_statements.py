"""What a page costs does not grow with what it shows."""

from __future__ import annotations

import pytest

from contests.comments.models import Comment
from contests.phases import Phase
from tests.pages import make
from webapp.infra.db import transaction
from webapp.infra.kept import forget


@pytest.mark.ordinarily("postgres")
@pytest.mark.parametrize(("who", "limit"), [("stranger", 4), ("fan", 7)])
def test_gallery(app, client, world, statements, sign_in, who, limit):
    make.designs(world.contest_id, world.author, 5)
    if who == "fan":
        sign_in(client, world.fan)
    client.get("/c/tee/designs")
    forget(app)
    with statements() as few:
        assert client.get("/c/tee/designs").status_code == 200
    make.designs(world.contest_id, world.author, 495)
    client.get("/c/tee/designs")  # cards are written once
    forget(app)
    with statements() as many:
        assert b"500 designs" in client.get("/c/tee/designs").data
    assert len(few) == len(many) <= limit, "\n".join(many)


def test_design_page(client, world, statements):
    code = make.change(make.designs(world.contest_id, world.author, 1)[0])
    client.get(f"/D/{code}")
    with statements() as few:
        assert client.get(f"/D/{code}").status_code == 200
    make.designs(world.contest_id, world.author, 40)
    with transaction() as session:
        for i in range(60):
            session.add(
                Comment(
                    submission_id=_id_of(session, code), author_id=world.fan, body_md=f"Nice {i}", created_at=make.NOW
                )
            )
    with statements() as many:
        page = client.get(f"/D/{code}")
    assert b"Nice 59" in page.data
    # The others that are offered need one statement more than none.
    assert len(many) <= len(few) + 1, "\n".join(many)


@pytest.mark.parametrize("path", ["/", "/a/aino", "/team/aino", "/mine"])
def test_lists_of_contests(client, world, statements, sign_in, path):
    sign_in(client, world.boss)
    with statements() as few:
        assert client.get(path).status_code == 200
    for number, phase in enumerate((Phase.SUBMITTING, Phase.PICKING, Phase.VOTING, Phase.DECIDED) * 3):
        contest_id = make.contest(world.artist_id, world.boss, phase, slug=f"more-{number}")
        make.designs(contest_id, world.boss, 2)
    with statements() as many:
        assert client.get(path).status_code == 200
    # A page that has nothing to show saves the statement that reads it: pictures, names, revisions.
    assert len(many) <= len(few) + 4, "\n".join(many)
    for number in range(8):
        make.designs(make.contest(world.artist_id, world.boss, Phase.VOTING, slug=f"yet-{number}"), world.boss, 3)
    with statements() as most:
        assert client.get(path).status_code == 200
    assert len(most) == len(many), "\n".join(most)


def _id_of(session, code):
    from contests.submissions.models import Submission

    return session.query(Submission.id).filter(Submission.code == code).scalar()
