"""The API against a fuzzer that has read its description: no request may break it."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks

from schemathesis.specs.openapi import checks as openapi

CHECKS = (
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
)
EXAMPLES = 15


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_no_request_breaks_it(world, app):
    contest, codes = world.voting(1)
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    speaker = world.staff
    names = {"contest_slug": contest["slug"], "code": codes[0], "artist_slug": "lumi", "drop_slug": contest["slug"]}
    tried = 0
    for result in described.get_all_operations():
        operation = result.ok()
        known = {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @_given(operation)
        def run(case, known=known):
            # Every second case is about things that exist.
            if known and hash(str(case.body)) % 2:
                case.path_parameters = {**(case.path_parameters or {}), **known}
            answer = case.call(headers={"Authorization": f"Bearer {speaker.token}"})
            case.validate_response(answer, checks=CHECKS)

        run()
        tried += 1
    assert tried > 30


def _given(operation):
    from hypothesis import given

    return given(case=operation.as_strategy())
