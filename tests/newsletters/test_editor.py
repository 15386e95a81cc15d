"""The editor: two at once, a preview that runs nothing, a trial to oneself, what may not be sent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.newsletters.conftest import Room
from tests.web import end_reading
from webapp.accounts.models import AuditLine, SessionRow
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.newsletters import clicks, feeding
from webapp.newsletters.models import Letter
from webapp.newsletters.segments import Segment

pytestmark = pytest.mark.one_db
HOME = "/team/band/letters"


@pytest.fixture
def desk(room: Room, new_client, sign_in):
    def at(person_id: int):
        client = new_client()
        sign_in(client, person_id)
        return client

    return at


def fields(page: str) -> dict[str, str]:
    """What the form of the editor would post."""
    form = page[page.index('id="letter-form"') : page.index("</form>", page.index('id="letter-form"'))]
    found = dict(re.findall(r'<input[^>]*name="(version|page)"[^>]*value="([^"]*)"', form))
    chosen = {"locale": "en", "picture": "", "button_path": "", "contest": "0", "drop": "0", "quiet_days": "0"}
    acts = dict.fromkeys(re.findall(r'<select[^>]*name="(act_\w+)"', form), "")
    assert len(acts) == 9
    return {**chosen, **acts, **found, "subject": "It is here", "body_md": "It is **blue**."}


def letters() -> list[Letter]:
    end_reading()
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


def test_two_editors_overwrite_nothing(room: Room, desk):
    boss, staff = desk(room.boss), desk(room.staff)
    here = boss.post(HOME).headers["Location"]
    first, second = fields(boss.get(here).text), fields(staff.get(here).text)
    assert boss.post(here, data={**first, "subject": "Of the boss"}).status_code == 302
    answer = staff.post(here, data={**second, "subject": "Of the staff"})
    assert answer.status_code == 409
    assert "Boss has saved this letter meanwhile" in answer.text
    assert "Of the boss" in answer.text
    assert 'value="Of the staff"' in answer.text
    assert letters()[0].subject == "Of the boss"
    again = {**fields(answer.text), "subject": "Of both"}
    assert staff.post(here, data=again).status_code == 302
    assert letters()[0].subject == "Of both"
    # What a page saves by itself while one writes is not somebody else's.
    mine = fields(boss.get(here).text)
    kept = boss.post(f"{here}/keep", data={**mine, "subject": "Half a wor"}).text
    assert "Saved." in kept
    assert boss.post(here, data={**mine, "subject": "Half a word"}).status_code == 302
    assert letters()[0].subject == "Half a word"
    late = staff.post(f"{here}/keep", data={**again, "page": "elsewhere", "subject": "Late"}).text
    assert "Somebody else has saved" in late
    assert letters()[0].subject == "Half a word"


def test_strangers_fans_moderators_and_other_artists_find_nothing(room: Room, desk, new_client):
    from tests.pages import make

    letter = room.letter()
    other = make.person("Elsewhere")
    make.artist("other", artist=other)
    for person in (room.moderator, make.person("Fan"), other):
        assert desk(person).get(HOME).status_code == 404
        assert desk(person).get(f"{HOME}/{letter}").status_code == 404
    assert desk(other).get(f"/team/other/letters/{letter}/preview").status_code == 404
    assert "/sign-in" in new_client().get(HOME).headers["Location"]


def test_a_preview_shows_the_mail_and_runs_nothing(room: Room, desk):
    letter = room.letter(
        body_md="<script>alert(1)</script> **bold** [in](/c/tee) [out](https://example.org/) [bad](javascript:x)",
        subject="<img src=x onerror=alert(1)>",
        button_text="Look",
        button_path="/a/band",
    )
    boss = desk(room.boss)
    page = boss.get(f"{HOME}/{letter}/preview")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<img src=x" not in page.text
    html = boss.get(f"{HOME}/{letter}/preview/html")
    policy = html.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert "<script" not in html.text
    assert "<img src=x" not in html.text
    assert 'href="javascript:' not in html.text
    assert "<strong>bold</strong>" in html.text
    assert 'href="http://localhost/c/tee"' in html.text
    assert 'href="https://example.org/"' in html.text
    assert html.text.count('class="press-link"') == 1
    assert f"http://localhost/a/band?letter={letter}" in html.text


def test_a_trial_goes_to_oneself_alone_and_ends_nothing(room: Room, desk, smtp):
    room.subscribe("reader@example.org")
    letter = room.letter()
    desk(room.staff).post(f"{HOME}/{letter}/trial")
    mail.drain()
    [message] = smtp.messages
    assert (str(message["To"]), message["Subject"]) == ("staff@example.org", "Trial: It is here")
    out = str(message["List-Unsubscribe"]).strip(" <>").removeprefix("http://localhost")
    assert "This letter was a trial" in desk(room.staff).get(out).text


def test_what_can_not_go_is_said_with_the_number(room: Room, desk, clock):
    boss = desk(room.boss)
    empty, large = room.letter(subject=""), room.letter(body_md="Ä" * 16_000)
    few = room.letter(Segment(country="FI"))

    def press(letter):
        return boss.post(f"{HOME}/{letter}/send", data={"version": "1"})

    assert "Nobody is reached" in press(room.letter()).text
    room.crowd(3)
    assert "needs a subject" in press(empty).text
    answer = press(large).text
    assert re.search(r"This letter is \d{5} bytes large, at most 30720 go", answer)
    assert "Nobody is reached" in press(few).text
    from tests.pages import make

    for number in range(4):
        person = make.person(f"Finn{number}", country="FI")
        room.subscribe(f"finn{number}@x.example", person)
    answer = press(few)
    assert answer.status_code == 422
    assert "Fewer than 5 people" in answer.text
    assert "fewer than 5 people?" in answer.text
    room.subscribe("finn5@x.example", make.person("Finn5", country="FI"))
    assert press(few).status_code == 302
    assert {row.state for row in letters()} == {"draft", "scheduled"}
    stale = room.letter()
    assert boss.post(f"{HOME}/{stale}/send", data={"version": "7"}).status_code == 409


def test_sending_needs_a_fresh_sign_in_goes_by_the_own_clock_and_is_logged(room: Room, desk, clock):
    room.crowd(1234)
    letter = room.letter()
    staff = desk(room.staff)
    with transaction() as session:
        from webapp.accounts.models import Person

        session.get_one(Person, room.staff).timezone = "Europe/Helsinki"
    page = staff.get(f"{HOME}/{letter}/send").text
    assert "to 1,234 people?" in page
    with transaction() as session:
        for row in session.scalars(select(SessionRow)):
            row.fresh_until = clock.now - timedelta(minutes=1)
    assert "fresh sign-in" in staff.get(f"{HOME}/{letter}/send").text
    assert staff.post(f"{HOME}/{letter}/send", data={"version": "1"}).status_code == 403
    staff = desk(room.staff)
    assert staff.post(f"{HOME}/{letter}/send", data={"version": "1", "at": "2027-03-02T09:30"}).status_code == 302
    [row] = letters()
    assert (row.send_at.isoformat(), row.reach, row.sent_by) == ("2027-03-02T07:30:00+00:00", 1234, room.staff)
    assert "Take the letter back" in staff.get(f"{HOME}/{letter}/progress").text
    assert staff.get(f"{HOME}/{letter}").status_code == 302
    assert staff.post(f"{HOME}/{letter}/discard").status_code == 409
    assert [line.action for line in db.session.scalars(select(AuditLine))] == ["letter.send"]


def test_presses_are_counted_and_people_are_not(room: Room, new_client, clock, smtp, desk):
    room.crowd(1)
    letter = room.letter(button_text="Look", button_path="/a/band")
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    mail.drain()
    text = smtp.messages[0].get_body(("plain",)).get_content()
    button = re.search(r"http://localhost(/a/band\?letter=\d+)", text)[1]
    for _ in range(2):
        assert new_client().get(button).status_code == 200
    for junk in ("x", "9" * 40, "-1", "%00"):
        assert new_client().get(f"/a/band?letter={junk}").status_code == 200
    clicks.flush()
    assert clicks.flush() == 0
    assert letters()[0].clicks == 2
    feeding.feed(letter)
    page = desk(room.boss).get(f"{HOME}/{letter}/progress").text
    assert "Presses of the button" in page
