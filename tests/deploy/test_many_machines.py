"""Three webs, four workers and two tickers share a PostgreSQL, a Redis and a bucket, and nothing on disk.

Each request of a browser is answered by another web than the one before. The tests share the machines and go in order:
the last one looks at what they left behind.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.orm import Session

from bench.scene import Scene, engine_of, fill
from contests.models import Contest, ContestProduct
from contests.specs import product
from tests.contests.submissions.studio.easel import said, star
from tests.databases import Databases
from tests.deploy.machines import TOKEN, Browser, Machines, many, until
from tests.pictures import jpeg
from voting.models import Ballot, BallotVersion, Round, Vote
from webapp.accounts.models import Person, SignInCode

pytestmark = pytest.mark.timeout(600)
WEBS = (1, 2, 3)
_addresses = itertools.count(1)


@dataclass
class Site:
    """The machines, the database they share and what stood in it at first."""

    machines: Machines
    engine: Engine
    scene: Scene

    def browser(self) -> Browser:
        """A new one, at an address of its own."""
        return Browser(self.machines, f"203.0.113.{next(_addresses)}")

    def program(self, who: int) -> dict[str, str]:
        """How a program says that it acts for the n-th person."""
        return {"Authorization": f"Bearer {self.scene.token(who)}", "Accept": "application/json"}

    def count(self, model: Any, *conditions: Any) -> int:
        """How many rows meet the conditions now."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0

    def person(self, email: str) -> int:
        """The id of somebody who has signed in."""
        with Session(self.engine) as session:
            return session.scalars(select(Person.id).where(Person.email == email)).one()


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The whole of it, on PostgreSQL: SQLite is a file of one machine."""
    if request.config.getoption("--db") == "sqlite":
        pytest.skip("many machines need PostgreSQL")
    address = databases.fresh("postgres")
    engine = engine_of(address)
    scene = fill(engine, people=60, designs=12)
    with Session(engine) as session, session.begin():
        call = session.scalars(select(Contest.id).where(Contest.slug == scene.call)).one()
        session.execute(insert(ContestProduct).values(contest_id=call, position=0, **product("tee")))
    with many(tmp_path_factory.mktemp("machines"), address) as machines:
        yield Site(machines, engine, scene)
    engine.dispose()


@pytest.fixture(scope="module")
def aino(site: Site) -> Browser:
    """Somebody who asked the first web for a code and gave it to the second."""
    fan, email = site.browser(), "aino@example.org"
    fan.get("/sign-in", web=1)
    assert fan.post("/sign-in", web=1, email=email).headers["location"] == "/sign-in/code"
    mail = until(lambda: site.machines.office.to(email))[0]
    (code,) = re.findall(r"\b\d{3} ?\d{3}\b", str(mail["Subject"]))[:1]
    answer = fan.post("/sign-in/code", web=2, code=code)
    assert (answer.status, answer.headers["location"]) == (302, "/")
    with Session(site.engine) as session, session.begin():
        session.execute(update(Person).where(Person.email == email).values(age_band="18+"))
    return fan


def test_a_code_asked_of_one_web_is_good_on_another_and_for_all(site: Site, aino: Browser) -> None:
    assert [aino.get("/settings", web=each).status for each in WEBS] == [200] * 3
    assert site.count(Person, Person.email == "aino@example.org") == 1


def test_the_language_goes_with_the_person(site: Site, aino: Browser) -> None:
    for language, web, other in (("fi", 1, 3), ("en", 2, 1)):
        aino.get("/settings", web=other)
        assert aino.post("/language", web=web, language=language).status == 302
        assert [f'lang="{language}"' in aino.get("/", web=each).text for each in WEBS] == [True] * 3


def test_pages_are_the_same_wherever_they_are_asked(site: Site) -> None:
    path = f"/c/{site.scene.vote}/designs"
    fan = site.browser()
    fan.get(path)
    pages = [fan.get(path, web=each) for each in WEBS]
    token = re.compile(r'(name="csrf_token"[^>]*value=|name="csrf-token" content=)"[^"]+"')
    assert len({token.sub("", page.text) for page in pages}) == 1, "also the order, which is this browser's own"
    for name in ("content-security-policy", "cache-control", "vary"):
        assert len({page.headers.get(name) for page in pages}) == 1, name
    assets = set(re.findall(r'"(/static/[0-9a-f]{12}/[^"]+)"', pages[0].text))
    assert len(assets) > 3
    for asset in sorted(assets)[:2]:
        found = [fan.get(asset, web=each) for each in WEBS]
        assert len({(each.status, each.body, each.headers.get("etag")) for each in found}) == 1, asset
        assert {each.headers["cache-control"] for each in found} == {"max-age=315360000, public, immutable"}


def test_votes_meet_all_webs_and_count_once(site: Site, aino: Browser) -> None:
    code, other = site.scene.codes[1:3]
    aino.get(f"/D/{code}", web=2)
    for web in WEBS:
        assert aino.post(f"/D/{code}/vote", web=web, wish="cast").status == 303, "the token of one is good on all"
    who = site.person("aino@example.org")
    assert site.count(Vote, Vote.voter_id == who) == 1
    assert aino.post(f"/D/{other}/vote", web=1, wish="cast").status == 303
    assert aino.post(f"/D/{code}/unvote", web=3, wish="withdraw").status == 303
    assert site.count(Vote, Vote.voter_id == who) == 1


def test_hearts_are_spent_once_though_all_webs_are_pressed_at_once(site: Site) -> None:
    def press(n: int) -> int:
        path = f"/api/v1/designs/{site.scene.codes[1 + n % 9]}/vote"
        return site.machines.ask(n % 3, "PUT", path, None, site.program(7)).status

    with ThreadPoolExecutor(9) as pool:
        given = Counter(pool.map(press, range(18)))
    assert site.count(Vote, Vote.voter_id == site.scene.people[7]) == 5, given
    assert set(given) == {200, 409}


def test_a_picture_sent_to_one_web_is_made_by_a_worker_and_shown_by_another(site: Site) -> None:
    words = {"title": "Four squares", "alt": "Four squares of ink", "originality": "true"}
    words["rights_hash"] = site.scene.rights_hash
    parts = [f'--cut\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in words.items()]
    head = b'--cut\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\n'
    body = b"".join(parts) + head + jpeg(400, 300) + b"\r\n--cut--\r\n"
    kind = {**site.program(8), "Content-Type": "multipart/form-data; boundary=cut", "Idempotency-Key": "a-picture-1"}
    sent = [site.machines.ask(n, "POST", f"/api/v1/contests/{site.scene.call}/designs", body, kind) for n in (2, 0)]
    assert [each.status for each in sent] == [201, 201], sent[0].text
    assert sent[0].json["code"] == sent[1].json["code"], "a repeated request is the same design, wherever it goes"

    def made() -> list[dict[str, Any]]:
        path = f"/api/v1/designs/{sent[0].json['code']}"
        found: list[dict[str, Any]] = site.machines.ask(1, "GET", path, None, site.program(8)).json["renditions"]
        return found

    address = until(made)[0]["jpeg"].partition("://")[2].partition("/")[2]
    shown = [site.machines.ask(n, "GET", f"/{address}", None, {}) for n in range(3)]
    assert {each.status for each in shown} == {200}
    assert len({(each.body, each.headers["etag"]) for each in shown}) == 1
    known = {"If-None-Match": shown[0].headers["etag"]}
    assert site.machines.ask(1, "GET", f"/{address}", None, known).status == 304


def test_a_drawing_saved_on_one_web_is_drawn_on_at_another(site: Site) -> None:
    fan = site.browser()
    assert fan.get(f"/c/{site.scene.call}/studio", web=3).status == 200
    fan.token = fan.get("/csrf", web=3).json["token"]
    begun = fan.post_json(f"/c/{site.scene.call}/studio/drafts", said(star()), web=1)
    assert begun.status == 201, begun.text
    path = f"/studio/drafts/{begun.json['code']}"
    assert fan.post_json(path, said(star(x=200), version=1), web=2).json["version"] == 2
    assert fan.post_json(path, said(star(x=300), version=1), web=3).status == 409, "and nobody overwrites it unseen"
    found = fan.get(path, web=3, Accept="application/json").json
    assert (found["version"], found["front"]["layers"][0]["x"]) == (2, 200)


def test_a_design_hidden_on_one_web_is_gone_from_all_at_once(site: Site) -> None:
    path, code = f"/c/{site.scene.vote}/designs", site.scene.codes[5]
    fan = site.browser()
    for act, there in (("hide", False), ("restore", True)):
        seen = [f"/D/{code}" in fan.get(path, web=each).text for each in WEBS]
        assert seen == [not there] * 3, "each web has just made this page"
        body = f'{{"act": "{act}", "reason_code": "{"" if there else "off-brief"}", "reason": "a test"}}'.encode()
        kind = {**site.program(0), "Content-Type": "application/json", "Idempotency-Key": f"{act}-it-now"}
        done = site.machines.ask(0, "POST", f"/api/v1/designs/{code}/moderation", body, kind)
        assert done.status == 201, done.text
        if not there:  # what nobody may see is asked each time, what may be seen need not be there within the second
            assert [f"/D/{code}" in fan.get(path, web=each).text for each in WEBS] == [False] * 3
            assert fan.get(f"/D/{code}", web=3).status == 404
        until(lambda: [f"/D/{code}" in fan.get(path, web=each).text for each in WEBS] == [there] * 3, 5)  # noqa: B023


def test_limits_are_counted_together(site: Site) -> None:
    email = "often@example.org"

    def asked() -> int:
        browser = site.browser()  # another browser, another address: what counts is whom the code is for
        browser.get("/sign-in")
        return browser.post("/sign-in", email=email).status

    assert [asked() for _ in range(6)] == [302] * 5 + [429]
    assert site.count(SignInCode, SignInCode.email == email) == 5
    counters, queues = (_keys(site.machines.environ[f"FANMADE_{name}_URL"]) for name in ("COUNTERS", "REDIS"))
    assert {"limits", "puzzle", "order"} <= counters, "whatever is counted stands apart"
    assert "rq" in queues and not queues & counters


def _keys(url: str) -> set[str]:
    """How the names of a Redis' keys begin."""
    with Redis.from_url(url) as redis:
        return {key.decode().lower().partition(":")[0] for key in redis.keys("*")}


def test_a_file_made_by_a_worker_is_taken_from_another_web(site: Site, aino: Browser) -> None:
    aino.get("/settings/my-data", web=1)
    assert aino.post("/settings/my-data/export", web=1).status == 303
    until(lambda: "/settings/my-data/file" in aino.get("/settings/my-data/status", web=2).text)
    files = [aino.get("/settings/my-data/file", web=each) for each in WEBS]
    assert [each.status for each in files] == [200] * 3
    assert len({each.body for each in files}) == 1
    with zipfile.ZipFile(io.BytesIO(files[2].body)) as held:
        assert held.testzip() is None
        assert any("aino@example.org" in held.read(name).decode(errors="replace") for name in held.namelist())


def test_each_machine_counts_its_own_requests_and_all_tell_of_the_same_site(site: Site) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    told = [site.machines.ask(n, "GET", "/metrics", None, bearer) for n in range(3)]
    assert [each.status for each in told] == [200] * 3
    answered = re.compile(r"^fanmade_http_requests_total\{[^}]*\} (\S+)$", re.M)
    assert all(sum(map(float, answered.findall(each.text))) > 5 for each in told)
    workers = re.compile(r'^fanmade_workers\{queue="(\w+)"\} (\S+)$', re.M)
    alive = {"outbox": "1.0", "mail": "1.0", "pictures": "1.0", "exports": "1.0"}
    assert [dict(workers.findall(each.text)) for each in told] == [alive] * 3


def test_one_web_dies_and_the_others_go_on(site: Site) -> None:
    voters = range(20, 50)
    acknowledged = itertools.count()

    def vote(who: int) -> int:
        if who == voters[8]:
            site.machines.webs[1].kill()
        for turn in itertools.count(who):  # as a balancer: who is not answered is sent to the next one
            try:
                path = f"/api/v1/designs/{site.scene.codes[1 + who % 5]}/vote"
                answer = site.machines.ask(turn % 3, "PUT", path, None, site.program(who))
            except OSError:
                continue
            next(acknowledged)
            return answer.status
        raise AssertionError

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(vote, voters)) == {200}
    ids = [site.scene.people[who] for who in voters]
    assert site.count(Vote, Vote.voter_id.in_(ids)) == next(acknowledged) == len(voters)
    assert site.machines.ask(0, "GET", "/readyz", None, {}).status == 200


def test_two_tickers_fold_each_version_once(site: Site) -> None:
    until(lambda: site.count(BallotVersion, BallotVersion.leaf_index.is_(None)) == 0)
    versions = site.count(BallotVersion)
    with Session(site.engine) as session:
        assert session.scalars(select(Round.folded_through)).one() == versions
        leaves = sorted(session.scalars(select(BallotVersion.leaf_index)))
    assert leaves == list(range(versions))
    assert site.count(Ballot) == 32
    assert "agree" in site.machines.fanmade("recount"), "said by a machine that has done nothing before"


def test_nothing_is_left_on_a_machine(site: Site) -> None:
    """What a web counts for Prometheus is its own; but for that a machine may be thrown away at any time."""
    for machine in (*site.machines.webs, *site.machines.others):
        left = machine.left()
        assert left.pop("data") in ([], ["metrics"]), machine.name
        assert not any(left.values()), (machine.name, left)


def test_the_log_of_no_machine_tells_of_an_error(site: Site) -> None:
    for machine in (*site.machines.webs, *site.machines.others):
        lines = Path(machine.folder, "log").read_text().splitlines()
        log = "\n".join(line for line in lines if "no worker heard of" not in line)  # asked while all were starting
        assert not re.search(r'"level": ?"(error|critical)"|Traceback', log), (machine.name, log[-2000:])
