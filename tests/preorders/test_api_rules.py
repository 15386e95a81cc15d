"""The API places orders by the same rules as the page: early for who took part, guardians for the young, keys once."""

from typing import Any

import pytest
from flask import Flask

from tests.preorders import make
from tests.preorders.make import DAY, NOW
from webapp.accounts import tokens
from webapp.infra.db import db
from webapp.notices.models import Notice

CONTACT = {"name": "Maija M", "line1": "Katu 1", "postcode": "00100", "city": "Helsinki", "country": "FI"}


@pytest.mark.one_db
def test_the_api_follows_the_rules_of_the_page(app: Flask, new_client: Any, clock: Any, run_jobs: Any) -> None:
    clock.at(NOW)
    told = make.story()
    drop_id = make.drop(told=told, contest_id=told.contest_id, early_at=NOW, opens_at=NOW + 2 * DAY)
    items = [{"variant_ids": list(make.tee(drop_id).variant_ids)}]
    other = [{"variant_ids": list(make.tee(drop_id, "S").variant_ids)}]

    def place(person_id: int, key: str, wanted: Any = items) -> Any:
        token = tokens.create(person_id, "test", ["read", "preorder"], NOW)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        body = {"items": wanted, "contact": CONTACT}
        return new_client().post("/api/v1/drops/tour-tee/preorders", json=body, headers=headers)

    stranger, young = make.person(), make.person(age_band="13-15")
    early = place(stranger, "a-key-of-mine")
    assert (early.status_code, early.json["code"]) == (409, "not-open")
    assert place(told.designer_id, "a-key-of-mine").status_code == 201
    again = place(told.designer_id, "a-key-of-mine", other)
    assert (again.status_code, again.json["code"]) == (422, "key-reused")
    assert place(make.person(age_band=None), "a-key-of-mine").json["code"] == "age-needed"
    clock.advance(days=2)
    waits = place(young, "a-key-of-mine")
    assert (waits.status_code, waits.json["state"]) == (201, "awaiting")
    run_jobs()
    assert db.session.query(Notice).filter_by(kind="guardian-needed").count() == 1
