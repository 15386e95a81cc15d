"""The API against a fuzzer that has read its description: no request may break it."""

import os
import zlib

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi
from sqlalchemy.engine import make_url

CHECKS = (
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
)
TRIED = {"sqlite": 2, "postgresql": 6}
"""How often each operation is asked: PostgreSQL is the stricter reader of what is nobody's sense."""
BOUNDED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.slow
@pytest.mark.ordinarily("postgres")
@pytest.mark.timeout(400)
def test_no_request_breaks_it(world, app, database):
    examples = 50 if os.environ.get("SOAK") == "1" else TRIED[make_url(database).get_backend_name()]
    contest, codes = world.voting(1)
    names = {"contest_slug": contest["slug"], "code": codes[0], "artist_slug": "lumi", "drop_slug": contest["slug"]}
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 30
    for operation in operations:
        fuzz(operation, names, world.staff.token, examples)


def fuzz(operation, names, token, examples):
    """Try one operation; every second case is about things that exist."""
    known = {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}

    @settings(BOUNDED, max_examples=examples)
    @given(case=operation.as_strategy())
    def run(case):
        if known and zlib.crc32(repr(case.body).encode("utf-8", "replace")) % 2:
            case.path_parameters = {**(case.path_parameters or {}), **known}
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)

    run()
