"""The doctor: looks at every component and says what to fix."""

import json
import shutil
import smtplib
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
import PIL
from flask import Flask, current_app
from PIL import features
from sqlalchemy import text

from webapp.accounts.ages import laws
from webapp.boot import health
from webapp.boot.cli import application
from webapp.infra import queue, replicas
from webapp.infra.db import db
from webapp.infra.mail import signing
from webapp.infra.settings import Settings
from webapp.infra.storage import storage
from webapp.kernel.now import now

FREE_BYTES = 1024**3
ADVISORIES = Path(__file__).resolve().parents[3] / "tools" / "advisories.toml"
ADVISORIES_LOOKED_AT = 180  # days
AGES_LOOKED_AT = 366  # days: laws on consent ages change


@dataclass(frozen=True)
class Finding:
    """What one check found; `fix` is a sentence to act on, empty when all is well."""

    name: str
    ok: bool
    found: str
    fix: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object for machines.")
@click.option("--audit", "audits", is_flag=True, help="Look instead for what a fault may have left behind.")
@click.option("--repair", is_flag=True, help="With --audit: repair what can be repaired; nothing is deleted.")
@click.option(
    "--grace",
    default=60,
    show_default=True,
    type=click.IntRange(0),
    help="With --audit: files younger than so many minutes are left alone: they may be on their way.",
)
def doctor(as_json: bool, audits: bool, repair: bool, grace: int) -> None:
    """Check every component; leave with 1 when something needs fixing.

    With --audit it compares files with rows, facts with who is owed them, counters with ledgers, and looks for work
    that nobody does (docs/operating.md).
    """
    if repair and not audits:
        raise click.UsageError("--repair goes with --audit.")
    app = application()
    if audits:
        from webapp.boot.commands import auditing  # only where it is asked for

        with app.app_context():
            sys.exit(auditing.run(repair, grace, as_json))
    with app.app_context():
        findings = [_look(name, check, fix) for name, check, fix in CHECKS]
    if as_json:
        click.echo(json.dumps({"ok": all(f.ok for f in findings), "checks": [asdict(f) for f in findings]}, indent=1))
    else:
        for finding in findings:
            click.echo(f"{'ok  ' if finding.ok else 'FIX '} {finding.name}: {finding.found}")
            if finding.fix:
                click.echo(f"     -> {finding.fix}")
    sys.exit(0 if all(f.ok for f in findings) else 1)


def _look(name: str, check: Callable[[], str], fix: str) -> Finding:
    try:
        return Finding(name, True, check())
    except Exception as error:  # a component may fail in any way; the doctor reports them all
        return Finding(name, False, f"{type(error).__name__}: {str(error).splitlines()[0][:160]}", fix)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def _database() -> str:
    db.session.execute(text("SELECT 1"))
    return db.engine.dialect.name


def _replicas() -> str:
    states = replicas.here().states()
    if not states:
        return "none are set"
    if wrong := [f"{state.name}: {state.fault}" for state in states if state.fault]:
        raise RuntimeError("; ".join(wrong))
    if late := [state for state in states if state.seconds > replicas.HOLDS]:
        raise RuntimeError(", ".join(f"{state.name} is {state.seconds:.0f} s late" for state in late))
    return ", ".join(f"{state.name} {state.behind:,} bytes behind" for state in states)


def _schema() -> str:
    from alembic.script import ScriptDirectory

    app: Flask = current_app
    heads = ScriptDirectory(str(Path(app.extensions["migrate"].directory))).get_heads()
    here = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    if [here] != heads:
        raise RuntimeError(f"schema is at {here}, the code wants {', '.join(heads)}")
    return f"at {here}"


def _redis() -> str:
    info = queue.connection().info("server")
    return f"{info.get('server_name', 'redis')} {info.get('valkey_version') or info.get('redis_version')}"


def _eviction() -> str:
    policy = queue.connection().config_get("maxmemory-policy")["maxmemory-policy"]
    if policy != "noeviction":
        raise RuntimeError(f"maxmemory-policy is {policy}")
    return str(policy)


def _storage() -> str:
    files = storage()
    files.put("probe/doctor", b"fanmade")
    if files.get("probe/doctor") != b"fanmade":
        raise RuntimeError("what was written did not come back")
    files.delete("probe/doctor")
    return _settings().storage_url.split("://")[0]


def _mail() -> str:
    url = urlsplit(_settings().mail_url)
    if url.scheme == "mailbox":
        return "local mailbox, read it at /dev/mail"
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "", url.port or 0, timeout=10) as relay:
        relay.noop()
    return f"{url.hostname} answers"


def _dkim() -> str:
    if not _settings().dkim_key_file:
        return "not set: the relay signs, or nobody does"
    name, record = signing.dns_record(_settings())
    return f'mails are signed; the DNS must say: {name} TXT "{record}"'


def _workers() -> str:
    missing = [name for name in queue.QUEUES if not health.heard_of(queue.connection(), name)]
    if missing:
        raise RuntimeError(f"no worker for {', '.join(missing)}")
    return f"all of {', '.join(queue.QUEUES)}"


def _ticker() -> str:
    if not queue.connection().exists("ticker:heard"):
        raise RuntimeError("not heard of within two minutes")
    return "heard of"


def _pictures() -> str:
    version = tuple(int(n) for n in PIL.__version__.split(".")[:1])
    if version < (13,):
        raise RuntimeError(f"Pillow {PIL.__version__} has known holes in its decoders")
    missing = [name for name in ("avif", "webp", "jpg", "zlib", "littlecms2", "raqm") if not features.check(name)]
    if missing:
        raise RuntimeError(f"Pillow lacks {', '.join(missing)}")
    return f"Pillow {PIL.__version__}"


def _renditions() -> str:
    from contests.submissions import rebuilding

    stale = rebuilding.behind(db.session())
    if stale:
        return f"{stale} pictures were made by an older recipe; make them anew with: fanmade renditions --rebuild --all"
    return "all made by the present recipe"


def _consent_ages() -> str:
    table, today = laws.table(), now().date()
    oldest, unsure = table.oldest, sorted(code for code, row in table.rows.items() if not row.sure)
    if (today - oldest).days > AGES_LOOKED_AT:
        raise RuntimeError(f"last looked at on {oldest}")
    whose = "own file" if _settings().consent_ages else "ours"
    return f"{whose}, looked at on {oldest}; to be confirmed: {', '.join(unsure) or 'none'}"


def _disk() -> str:
    settings = _settings()
    folder = settings.data if settings.data.exists() else Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise RuntimeError(f"{free // 2**20} MB free")
    return f"{free // 2**30} GB free"


def _doors() -> str:
    """How the site is reached, and what that means for cookies and limits: said, as no check can see the proxy."""
    settings = _settings()
    if not settings.base_url.startswith("https://"):
        return "no TLS: cookies travel in the clear, good for one machine only"
    hops = settings.trusted_proxies
    seen = f"addresses are taken from {hops} proxies" if hops else "no proxy is trusted: all clients share its address"
    return f"{settings.base_url}, cookies by TLS alone, {seen}"


def _keys() -> str:
    former = len(_settings().secret_key_fallbacks)
    if former:
        return f"{former} former keys still count; take them out of FANMADE_SECRET_KEY_FALLBACKS in time"
    return "one secret key"


def _advisories() -> str:
    """When the list of known weaknesses was looked through: a note, as it is no fault of this installation."""
    if not ADVISORIES.exists():
        return "the list is not shipped with this installation; the tests compare it"
    checked = tomllib.loads(ADVISORIES.read_text())["checked"]
    if (now().date() - checked).days > ADVISORIES_LOOKED_AT:
        return f"last looked through on {checked}: look again, or take a newer version"
    return f"pins compared with the list of {checked}"


CHECKS = (
    ("database", _database, "is it running, and is FANMADE_DATABASE_URL right?"),
    ("replicas", _replicas, "strangers are read on the others or the primary meanwhile (docs/scaling.md)"),
    ("schema", _schema, "run: fanmade migrate"),
    ("redis", _redis, "is it running, and is FANMADE_REDIS_URL right?"),
    (
        "redis keeps jobs",
        _eviction,
        "set maxmemory-policy noeviction: an evicted job is found again only by the sweep",
    ),
    ("storage", _storage, "is FANMADE_STORAGE_URL right, and may this user write there?"),
    ("mail", _mail, "is the relay up, and is FANMADE_MAIL_URL right?"),
    ("dkim", _dkim, "FANMADE_DKIM_KEY_FILE must be an RSA key in PEM that this user may read (docs/newsletters.md)"),
    ("workers", _workers, "start: fanmade worker outbox mail pictures exports (better: a process each)"),
    ("ticker", _ticker, "start: fanmade ticker"),
    ("pictures", _pictures, "reinstall the pinned requirements: the Pillow wheel brings these"),
    ("renditions", _renditions, "run: fanmade migrate"),
    (
        "consent ages",
        _consent_ages,
        "look the laws up again, and say so in the table's column as_of (FANMADE_CONSENT_AGES, docs/guardians.md)",
    ),
    ("doors", _doors, ""),
    ("secret key", _keys, ""),
    ("weaknesses", _advisories, "tools/advisories.toml can't be read"),
    ("disk", _disk, "make room: uploads are refused before the disk is full"),
)
