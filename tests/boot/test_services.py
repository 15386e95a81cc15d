"""The components that tests bring up themselves, and the fixtures built on them."""

import subprocess
import sys
import time
from datetime import timedelta
from email.message import EmailMessage

import psutil
import pytest
from flask import request_finished
from flask_login import current_user
from sqlalchemy import func, select, text

from tests import services
from tests.databases import delete_all_rows
from webapp.accounts.models import Person
from webapp.boot.app import create_app
from webapp.infra.db import db, transaction
from webapp.infra.settings import Settings
from webapp.kernel.now import now


def someone(name: str) -> int:
    with transaction() as session:
        person = Person(email=f"{name}@example.org", display_name=name, created_at=now())
        session.add(person)
        session.flush()
        return person.id


@pytest.mark.parametrize("name", ["first", "second"])
def test_each_test_starts_with_empty_tables(app, name):
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    assert someone(name)


def test_both_kinds_of_database_are_the_real_ones(app, database):
    dialect = db.engine.dialect.name
    assert database.startswith(dialect)
    version = "SELECT sqlite_version()" if dialect == "sqlite" else "SHOW server_version"
    assert db.session.scalar(text(version))[0].isdigit()


def test_a_fresh_database_is_migrated_and_apart(app, database, databases):
    someone("here")
    other = databases.fresh("sqlite" if database.startswith("sqlite") else "postgres")
    assert other != database
    from sqlalchemy import create_engine

    engine = create_engine(other)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM people")) == 0
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    engine.dispose()


def test_rows_that_point_at_others_are_deleted_too(app):
    from webapp.accounts.models import SessionRow

    person = someone("ada")
    with transaction() as session:
        row = {
            "person_id": person,
            "token_hash": "x",
            "created_at": now(),
            "fresh_until": now(),
            "last_seen_at": now(),
        }
        session.add(SessionRow(**row))
    db.session.remove()
    delete_all_rows(db.engine)
    assert db.session.scalar(select(func.count()).select_from(SessionRow)) == 0
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_requests_do_not_share_the_context_of_the_test(app, new_client, sign_in):
    seen: list[str] = []

    def note(sender: object, **_: object) -> None:
        seen.append(str(current_user.id) if current_user.is_authenticated else "nobody")

    ada, bob = someone("ada"), someone("bob")
    first, second, stranger = new_client(), new_client(), new_client()
    sign_in(first, ada)
    sign_in(second, bob)
    with request_finished.connected_to(note, app):
        for person in (first, second, stranger, first):
            assert person.get("/healthz").status_code == 200
    assert seen == [str(ada), str(bob), "nobody", str(ada)]


@pytest.mark.one_db
def test_the_clock_stands_still_until_it_is_moved(clock):
    before = now()
    assert now() == before == clock.now
    clock.advance(hours=3)
    assert now() - before == timedelta(hours=3)


@pytest.mark.one_db
def test_mail_goes_through_a_real_server(smtp):
    import smtplib

    def send() -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Hyvää päivää"
        message.set_content("moi")
        with smtplib.SMTP("127.0.0.1", smtp.port) as server:
            server.send_message(message)

    send()
    assert [mail["Subject"] for mail in smtp.to("b@example.org")] == ["Hyvää päivää"]
    smtp.refuse = "451 later"
    with pytest.raises(smtplib.SMTPDataError):
        send()
    smtp.stop()
    with pytest.raises(OSError, match="refused"):
        send()
    smtp.refuse = ""
    smtp.start()
    send()
    assert len(smtp.messages) == 2


def test_workers_empty_the_queues(app, run_jobs):
    from webapp.infra import queue

    assert run_jobs() == 0
    queue.enqueue("mail", "webapp.infra.mail.drain")
    queue.enqueue("outbox", "webapp.infra.outbox.sweep")
    assert run_jobs("mail") == 1
    assert run_jobs() == 1


def test_nothing_starts_without_the_text_layout_that_prints_need(monkeypatch, tmp_path):
    monkeypatch.setattr("PIL.features.check_feature", lambda name: name != "raqm")
    with pytest.raises(RuntimeError, match="RAQM"):
        create_app(Settings(data=tmp_path, secret_key="x" * 40))


def test_a_killed_run_leaves_neither_servers_nor_folders(tmp_path):
    folder = tmp_path / "of the server"
    folder.mkdir()
    run = f"""
import pathlib, subprocess, time
from tests.services import swept
folder = pathlib.Path({str(folder)!r})
with swept(folder / "pid", folder):
    server = subprocess.Popen(["sleep", "600"], start_new_session=True)
    (folder / "pid").write_text(str(server.pid))
    print(server.pid, flush=True)
    time.sleep(600)
"""
    program = subprocess.Popen([sys.executable, "-c", run], cwd=services.ROOT, stdout=subprocess.PIPE, text=True)
    server = psutil.Process(int(program.stdout.readline()))
    assert server.is_running() and folder.exists()
    program.kill()
    program.wait()
    deadline = time.monotonic() + 30
    while folder.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
