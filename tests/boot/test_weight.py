"""What a process does not load before it needs it: each start, and each process's memory, pays for imports."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.one_db

HEAVY = {
    "alembic": "only who migrates",
    "apispec": "only who describes the API",
    "boto3": "nobody",
    "click.testing": "nobody: Flask-Login would, see webapp.infra.plain_libraries",
    "css_inline": "only who writes mails",
    "dkim": "only who signs mails",
    "dns": "comes with dkim",
    "flask_migrate": "only who migrates",
    "flask_smorest": "only who describes the API",
    "fpdf": "only who writes paper",
    "gunicorn": "only `fanmade serve`",
    "limits.aio": "nobody: limits would",
    "obstore": "only where storage is S3",
    "OpenSSL": "comes with webauthn",
    "opentelemetry": "where traces are wanted; Redis's client would anyway",
    "psutil": "comes with opentelemetry",
    "pyasn1": "comes with webauthn",
    "pytest": "nobody",
    "redis.asyncio.client": "nobody: Redis's client would",
    "rich": "nobody: structlog would, see webapp.infra.plain_libraries",
    "segno": "only who draws QR codes",
    "sentry_sdk": "only where errors are reported",
    "sqlalchemy.dialects.postgresql.asyncpg": "nobody: SQLAlchemy would",
    "stripe": "only who is paid by it",
    "uharfbuzz": "only who writes paper",
    "webauthn": "only who uses a passkey",
    "xlsxwriter": "only who writes a sheet",
    "yaml": "comes with apispec",
}
FOR_HELP = ("webapp.boot.wiring", "sqlalchemy", "flask", "redis", "PIL")


def loaded_by(code: str) -> set[str]:
    """The modules of a fresh interpreter after some code."""
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_whole_product_loads_no_heavy_library_it_may_never_need() -> None:
    modules = loaded_by("from webapp.boot import cli\nfor name in cli.LOADED: __import__(name)")
    assert "webapp.boot.wiring" in modules, "the whole product, or this proves nothing"
    assert sorted(HEAVY.keys() & modules) == []


def test_who_asks_for_help_loads_nothing_of_the_product() -> None:
    modules = loaded_by("from webapp.boot.cli import main\nmain(['--help'], standalone_mode=False)")
    assert [name for name in FOR_HELP if name in modules] == []


def test_the_supervisor_loads_nothing_of_the_product() -> None:
    modules = loaded_by("import webapp.boot.up")
    assert [name for name in FOR_HELP if name in modules] == []
