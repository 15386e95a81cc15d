"""A child process of test_outside: begins an application that reports errors and traces, errs, and ends."""

import sys
import time
from pathlib import Path

from webapp.boot.app import create_app
from webapp.infra import tracing
from webapp.infra.settings import Settings

if __name__ == "__main__":
    place, data = sys.argv[1:]
    settings = Settings(
        data=Path(data),
        database_url=f"sqlite:///{data}/none.db",
        redis_url="redis://127.0.0.1:1",
        secret_key="x" * 40,
        sentry_dsn=f"{place.replace('//', '//key@')}/7",
        otlp_endpoint=place,
        traces_share=100,
    )
    app = create_app(settings)
    client = app.test_client()
    client.set_cookie("fanmade", "secret-cookie")
    client.get("/a/an-artist?token=secret-query", headers={"User-Agent": "secret-browser"})
    of = {"HTTP_TRACEPARENT": f"00-{b'the whole trace.'.hex()}-{b'a parent'.hex()}-01", "HTTP_COOKIE": "secret-cookie"}
    tracing.passed("/a/short/<way>", 200, time.perf_counter(), of)
    tracing.flush()
