"""The author's page for the print file, and the team's tech sheet."""

from __future__ import annotations

import io
from typing import Any

import pytest

from contests.submissions.print_files import jobs, queries
from tests.contests.submissions.print_files.test_print_files import finalist, shortlist
from tests.contests.submissions.stage import Stage, another_fan, design
from tests.pictures import png
from webapp.accounts import store as people
from webapp.infra.db import db, transaction

# Pages of files; queues and leases are tested on both kinds of database in test_jobs.py.
pytestmark = pytest.mark.ordinarily("postgres")

__all__ = ["finalist"]


def staff(stage: Stage) -> int:
    with transaction() as session:
        person = people.add_person(session, "press@example.org", "Pia", stage.now, age_band="18+")
        people.add_member(session, stage.artist, person, "merch_staff", stage.now)
        return person


def test_the_author_sends_the_file_and_reads_the_report(stage: Stage, finalist: int, client: Any, sign_in: Any) -> None:
    sign_in(client, stage.fan)
    code = design(finalist).code
    path = f"/designs/{code}/print-file"
    assert "once the finalists are known" in client.get(path).text
    shortlist(stage, finalist)
    page = client.get(path).text
    assert "You are a finalist!" in page
    assert "Idea only" in page
    assert client.post(path, data={}).status_code == 422
    assert client.post(path, data={"picture": (io.BytesIO(b"%PDF-1.4 x"), "a.pdf")}).status_code in (415, 422)
    sent = client.post(path, data={"picture": (io.BytesIO(png(2400, 3200)), "print.png")})
    assert sent.status_code == 302
    waiting = client.get(path + "/status", headers={"HX-Request": "true"}).text
    assert 'hx-get="' in waiting
    newest = queries.standing(db.session(), finalist).newest
    assert newest
    db.session.rollback()
    assert jobs.process(newest.id)
    done = client.get(path + "/status", headers={"HX-Request": "true"}).text
    assert 'hx-get="' not in done
    assert "Sharp at 30 × 40 cm: 203 dots per inch" in done
    assert "Print file" in client.get(f"/D/{code}").text


def test_the_sheet_and_its_files_are_for_the_artists_team_alone(
    app: Any, stage: Stage, finalist: int, client: Any, sign_in: Any
) -> None:
    code = design(finalist).code
    sheet = f"/team/artist-{_number(stage)}/designs/{code}/print"
    assert client.get(sheet).status_code == 302
    for other in (stage.fan, another_fan(stage.now)):
        sign_in(client, other)
        assert client.get(sheet).status_code in (403, 404)
        assert client.get(sheet + "/entered").status_code in (403, 404)
        assert client.get(f"/designs/{code}/print-file").status_code == (200 if other == stage.fan else 404)
    sign_in(client, staff(stage))
    page = client.get(sheet)
    assert page.status_code == 200
    assert "30 × 40 cm" in page.text
    file = client.get(sheet + "/entered")
    assert file.data == png(60, 80)
    assert file.headers["Content-Disposition"] == f'attachment; filename="{code}-entered.png"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(sheet + "/front").status_code == 404


def _number(stage: Stage) -> str:
    return stage.slug.rpartition("-")[2]
