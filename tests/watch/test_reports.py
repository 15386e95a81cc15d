"""Reports of the content security policy: counted in our own words, never repeated, never kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from structlog.testing import capture_logs

from webapp.infra import metrics

pytestmark = pytest.mark.one_db
EVIL = "<script>alert(1)</script>\nsecret-token"


def counted(directive: str) -> float:
    return float(metrics.csp_reports.labels(directive)._value.get())


def send(client: Any, said: object, kind: str = "application/csp-report") -> Any:
    return client.post("/csp-report", data=said if isinstance(said, bytes) else json.dumps(said), content_type=kind)


def old(**fields: str) -> dict[str, Any]:
    return {"csp-report": {"document-uri": "http://localhost/sign-in?next=secret-token", **fields}}


@pytest.mark.usefixtures("csrf")
def test_both_forms_are_counted_and_told_in_our_own_words(client: Any) -> None:
    before = counted("script-src-elem")
    new = {"effectiveDirective": "script-src-elem", "blockedURL": "https://evil.example/x.js?secret-token"}
    with capture_logs() as lines:
        first = send(client, old(**{"effective-directive": "script-src-elem", "blocked-uri": "inline"}))
        second = send(
            client,
            [{"type": "csp-violation", "body": {**new, "documentURL": "http://localhost/unsubscribe/secret-token"}}],
            "application/reports+json",
        )
    assert (first.status_code, second.status_code, first.data) == (204, 204, b"")
    assert counted("script-src-elem") == before + 2
    told = [{k: v for k, v in line.items() if k != "log_level"} for line in lines if line["event"] == "csp"]
    assert told == [
        {"event": "csp", "directive": "script-src-elem", "blocked": "inline", "place": "accounts.sign_in"},
        {"event": "csp", "directive": "script-src-elem", "blocked": "elsewhere", "place": "notices.unsubscribe"},
    ]


@pytest.mark.parametrize(
    "report",
    [
        old(**{"effective-directive": EVIL, "blocked-uri": EVIL}),
        {"csp-report": {"document-uri": "http://[x", "blocked-uri": "http://[x", "effective-directive": 7}},
        {"csp-report": {"document-uri": "http://evil.example/" + EVIL, "blocked-uri": "x" * 9000}},
        {"csp-report": {"document-uri": f"http://localhost/{EVIL}", "blocked-uri": "data"}},
        [{"body": {"documentURL": [EVIL], "blockedURL": {"a": EVIL}}}] * 50,
    ],
)
def test_nothing_that_is_sent_gets_into_the_log(client: Any, report: object) -> None:
    with capture_logs() as lines:
        assert send(client, report).status_code == 204
    told = [line for line in lines if line["event"] == "csp"]
    assert 1 <= len(told) <= 20
    assert "secret" not in str(told)
    assert all(line["directive"] == "other" for line in told)


@pytest.mark.parametrize(
    ("said", "kind", "status"),
    [
        (b"{", "application/csp-report", 400),
        (b"\xff\xfe", "application/csp-report", 400),
        (b"[" * 5000, "application/reports+json", 400),
        (b"1", "application/csp-report", 204),
        (b"{}", "application/csp-report", 204),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b" " * 20_000, "application/csp-report", 413),
    ],
)
def test_junk_and_large_bodies_are_refused(client: Any, said: bytes, kind: str, status: int) -> None:
    with capture_logs() as lines:
        assert send(client, said, kind).status_code == status
    assert not [line for line in lines if line["event"] == "csp"]
