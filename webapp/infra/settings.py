"""Settings: read once from the environment, frozen, every fault reported at once.

After boot nobody touches `os.environ`. Each variable is documented in docs/settings.md, which a
test compares with `VARIABLES`.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from webapp.infra import secret_files

MB = 1024 * 1024
DNS_LABELS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
# What examples and images come with, ours too.
DEFAULT_PASSWORDS = {"password", "passwd", "changeme", "change-me", "secret", "admin", "root", "minioadmin"}
CLUSTERS = ("redis+cluster://", "rediss+cluster://")
CLUSTER = re.compile(r"rediss?\+cluster://([^\s@/]*@)?[^\s@,/]+:[0-9]{1,5}(,[^\s@,/]+:[0-9]{1,5})*/?")
VARIABLES = {
    "FANMADE_ENV": "embedded (default) or production",
    "FANMADE_DATA": "folder for the database, files, mailbox and logs of an embedded installation",
    "FANMADE_DATABASE_URL": "sqlite:///… (default, inside the data folder) or postgresql+psycopg://…",
    "FANMADE_DATABASE_POOLED": "on where a pooler lends connections by transaction (PgBouncer); off (default)",
    "FANMADE_REPLICA_URLS": "standbys on which strangers' pages are read, addresses as above, with blanks between them",
    "FANMADE_REDIS_URL": "redis://, rediss:// or unix:// address of Redis or Valkey",
    "FANMADE_COUNTERS_URL": "rate limits and what was seen: another Redis, or a cluster: redis+cluster://host:port,host:port",
    "FANMADE_STORAGE_URL": "file:// and a folder's full path (default: inside the data folder), or s3://bucket/prefix",
    "FANMADE_S3_ENDPOINT": "endpoint of an S3-compatible store, when it is not AWS",
    "FANMADE_S3_REGION": "region of the S3 bucket",
    "FANMADE_S3_KEY_ID": "access key of the S3 bucket",
    "FANMADE_S3_SECRET": "secret key of the S3 bucket",
    "FANMADE_MEDIA_URL": "where browsers get pictures, e.g. https://cdn.example.org/media (default: the site's /media)",
    "FANMADE_MAIL_URL": "mailbox: (default, read in the browser), smtp://[user:password@]host:port or smtps://",
    "FANMADE_MAIL_CONNECTIONS": "connections of a mail worker to the relay at once, when many mails wait (default 4)",
    "FANMADE_MAIL_FROM": "the sender of every mail, e.g. Fanmade <hello@example.org>",
    "FANMADE_DKIM_SELECTOR": "signs every mail (DKIM): the selector, e.g. fanmade; needed with the key file",
    "FANMADE_DKIM_KEY_FILE": "the private RSA key for it, a PEM file; without it the relay signs",
    "FANMADE_DKIM_DOMAIN": "the domain that signs (default: the one of FANMADE_MAIL_FROM)",
    "FANMADE_LIST_MAILBOX": "an address whose mail is piped to fanmade bounces: newsletters can be ended by mail to it",
    "FANMADE_SECRET_KEY": "signs cookies and links; at least 32 characters in production",
    "FANMADE_SECRET_KEY_FALLBACKS": "former secret keys, the newest first, with commas: what they signed is still good",
    "FANMADE_BASE_URL": "the public address of the site; links in mails start with it",
    "FANMADE_BIND": "host:port the web process listens on",
    "FANMADE_WEB_WORKERS": "web processes (default 2)",
    "FANMADE_WEB_THREADS": "threads of each web process (default 8)",
    "FANMADE_TRUSTED_PROXIES": "how many proxies in front are trusted to name the client's address",
    "FANMADE_MAX_UPLOAD_MB": "largest picture accepted, in MB (default 25)",
    "FANMADE_MAX_PIXELS_MP": "largest picture accepted, in megapixels (default 50)",
    "FANMADE_MAX_SIDE_PX": "longest side of a picture accepted, in pixels (default 20000)",
    "FANMADE_UPLOADS_HOUR": "files that one person may send in an hour (default 120)",
    "FANMADE_UPLOADS_HOUR_MB": "MB that one person may send in an hour (default 600)",
    "FANMADE_UPLOADS_DAY": "files that one person may send in a day (default 500)",
    "FANMADE_UPLOADS_DAY_MB": "MB that one person may send in a day (default 2500)",
    "FANMADE_UPLOADS_NETWORK_MB": "MB that strangers of one network may send in an hour, to draw with (default 2000)",
    "FANMADE_UPLOADS_CONTEST_GB": "GB that all may send to one contest in a day (default 200)",
    "FANMADE_CLAMD": "host:port or unix:/path of a clamd that looks at each file before it is kept; none by default",
    "FANMADE_DISK_RESERVE_MB": "MB of a disk that uploads leave alone: below, they are refused (default 500)",
    "FANMADE_RATE_LIMITS": "on (default) or off; off is refused in production",
    "FANMADE_QUIET_HOURS": "on (default): no news by mail at night; off is for rehearsals, refused in production",
    "FANMADE_TEAM_PROOFS": "1 (default), or 2: teams and operators show a passkey, or a code and a password",
    "FANMADE_PUZZLE_RATE": "new browsers of an address prefix in ten minutes that pass without work (60; 0: all do)",
    "FANMADE_PUZZLE_BITS": "how hard that work is: leading zero bits of the puzzle (default 14)",
    "FANMADE_CLOCK_FILE": "file with a shift of the clock in seconds, for rehearsals; refused in production",
    "FANMADE_CLOCK_ERROR": "seconds by which this machine's clock is wrong, for tests; refused in production",
    "FANMADE_STRIPE_KEY": "secret key of a Stripe account (sk_… or rk_…); without it drops take no money",
    "FANMADE_STRIPE_WEBHOOK_SECRET": "signing secret of the webhook endpoint (whsec_…); needed with the key",
    "FANMADE_STRIPE_API": "address of Stripe's API (default https://api.stripe.com)",
    "FANMADE_OPERATOR_NAME": "who runs this installation (imprint)",
    "FANMADE_OPERATOR_CONTACT": "how to reach them (imprint, privacy page)",
    "FANMADE_LEGAL_DIR": "folder with privacy.md, terms.md and imprint.md that replace the default texts",
    "FANMADE_CONSENT_AGES": "CSV file with consent ages by country that replaces ours (docs/guardians.md)",
    "FANMADE_LOG_LEVEL": "debug, info (default), warning or error",
    "FANMADE_METRICS_TOKEN": "who scrapes /metrics bears it; without it production has no metrics (see operating.md)",
    "FANMADE_SENTRY_DSN": "where errors are sent, if anywhere; needs the extra 'sentry'",
    "FANMADE_OTLP_ENDPOINT": "where traces are sent, e.g. http://collector:4318; needs the extra 'otel'",
    "FANMADE_TRACES_SHARE": "how many of 100 requests are traced (default 10)",
}


class BadSettings(Exception):
    """Every fault found in the environment, one line each, in `faults`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Settings:
    """All that the product may be told from outside. Sizes in bytes, sides and areas in pixels."""

    env: str = "embedded"
    data: Path = Path("var")
    database_url: str = ""
    database_pooled: bool = False
    replica_urls: tuple[str, ...] = field(default=(), repr=False)
    redis_url: str = ""
    counters_url: str = ""
    storage_url: str = ""
    s3_endpoint: str = ""
    s3_region: str = ""
    s3_key_id: str = ""
    s3_secret: str = field(default="", repr=False)
    media_url: str = "/media"
    mail_url: str = "mailbox:"
    mail_connections: int = 4
    mail_from: str = "Fanmade <hello@fanmade.invalid>"
    dkim_selector: str = ""
    dkim_key_file: Path | None = None
    dkim_domain: str = ""
    list_mailbox: str = ""
    secret_key: str = field(default="", repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    base_url: str = "http://127.0.0.1:8000"
    bind: str = "127.0.0.1:8000"
    web_workers: int = 2
    web_threads: int = 8
    trusted_proxies: int = 0
    max_upload_bytes: int = 25 * 1024 * 1024
    max_pixels: int = 50_000_000
    max_side: int = 20_000
    uploads_hour: int = 120
    uploads_hour_bytes: int = 600 * MB
    uploads_day: int = 500
    uploads_day_bytes: int = 2500 * MB
    uploads_network_bytes: int = 2000 * MB
    uploads_contest_bytes: int = 200 * 1024 * MB
    disk_reserve: int = 500 * MB
    clamd: str = ""
    rate_limits: bool = True
    quiet_hours: bool = True
    team_proofs: int = 1
    puzzle_rate: int = 60
    puzzle_bits: int = 14
    clock_file: Path | None = None
    clock_error: int = 0
    stripe_key: str = field(default="", repr=False)
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_api: str = "https://api.stripe.com"
    operator_name: str = ""
    operator_contact: str = ""
    legal_dir: Path | None = None
    consent_ages: Path | None = None
    log_level: str = "info"
    metrics_token: str = field(default="", repr=False)
    sentry_dsn: str = field(default="", repr=False)
    otlp_endpoint: str = ""
    traces_share: int = 10

    @property
    def production(self) -> bool:
        """Return whether real fans are behind the door."""
        return self.env == "production"

    @property
    def sqlite(self) -> bool:
        """Return whether the embedded database is used."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Build settings from FANMADE_… variables; raises BadSettings with every fault at once."""
        return _Reader(environ).settings()


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        named, self.faults = secret_files.read(environ)
        self.environ = {k: v.strip() for k, v in named.items() if k.startswith("FANMADE_")}

    def settings(self) -> Settings:
        env = self.choice("FANMADE_ENV", "embedded", ("embedded", "production"))
        production = env == "production"
        data = Path(self.text("FANMADE_DATA", "var")).absolute()
        settings = Settings(
            env=env,
            data=data,
            database_url=self.database(data, production),
            database_pooled=self.choice("FANMADE_DATABASE_POOLED", "off", ("on", "off")) == "on",
            replica_urls=self.replicas(),
            redis_url=self.redis(data, production),
            counters_url=self.counters(),
            storage_url=self.storage(data),
            s3_endpoint=self.text("FANMADE_S3_ENDPOINT"),
            s3_region=self.text("FANMADE_S3_REGION"),
            s3_key_id=self.text("FANMADE_S3_KEY_ID"),
            s3_secret=self.text("FANMADE_S3_SECRET"),
            media_url=self.media(production),
            mail_url=self.mail(production),
            mail_connections=self.number("FANMADE_MAIL_CONNECTIONS", 4, 1, 50),
            mail_from=self.text("FANMADE_MAIL_FROM", "Fanmade <hello@fanmade.invalid>"),
            **self.dkim(),
            list_mailbox=self.text("FANMADE_LIST_MAILBOX"),
            secret_key=self.secret(data, production),
            secret_key_fallbacks=self.former_secrets(),
            base_url=self.base_url(production),
            bind=self.text("FANMADE_BIND", "127.0.0.1:8000"),
            web_workers=self.number("FANMADE_WEB_WORKERS", 2, 1, 64),
            web_threads=self.number("FANMADE_WEB_THREADS", 8, 1, 64),
            trusted_proxies=self.number("FANMADE_TRUSTED_PROXIES", 0, 0, 5),
            max_upload_bytes=self.number("FANMADE_MAX_UPLOAD_MB", 25, 1, 200) * 1024 * 1024,
            max_pixels=self.number("FANMADE_MAX_PIXELS_MP", 50, 1, 100) * 1_000_000,
            max_side=self.number("FANMADE_MAX_SIDE_PX", 20_000, 500, 60_000),
            **self.quotas(),
            clamd=self.clamd(),
            rate_limits=self.choice("FANMADE_RATE_LIMITS", "on", ("on", "off")) == "on",
            quiet_hours=self.choice("FANMADE_QUIET_HOURS", "on", ("on", "off")) == "on",
            team_proofs=self.number("FANMADE_TEAM_PROOFS", 1, 1, 2),
            puzzle_rate=self.number("FANMADE_PUZZLE_RATE", 60, 0, 1_000_000),
            puzzle_bits=self.number("FANMADE_PUZZLE_BITS", 14, 1, 22),
            clock_file=self.path("FANMADE_CLOCK_FILE"),
            clock_error=self.number("FANMADE_CLOCK_ERROR", 0, -3600, 3600),
            **self.stripe(production),
            operator_name=self.text("FANMADE_OPERATOR_NAME"),
            operator_contact=self.text("FANMADE_OPERATOR_CONTACT"),
            legal_dir=self.path("FANMADE_LEGAL_DIR"),
            consent_ages=self.path("FANMADE_CONSENT_AGES"),
            log_level=self.choice("FANMADE_LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
            **self.watching(),
        )
        self.refuse_what_production_must_not(settings)
        if self.faults:
            raise BadSettings(self.faults)
        return settings

    def text(self, name: str, default: str = "") -> str:
        return self.environ.get(name) or default

    def path(self, name: str) -> Path | None:
        return Path(self.environ[name]).absolute() if self.environ.get(name) else None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.faults.append(f"{name}: {value!r} is not one of {', '.join(allowed)}")
            return default
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.removeprefix("-" if low < 0 else "").isdigit() or not low <= int(value) <= high:
            self.faults.append(f"{name}: {value!r} is not a whole number from {low} to {high}")
            return default
        return int(value)

    def quotas(self) -> dict[str, Any]:
        most = 100_000_000
        found = {
            "uploads_hour": self.number("FANMADE_UPLOADS_HOUR", 120, 1, most),
            "uploads_hour_bytes": self.number("FANMADE_UPLOADS_HOUR_MB", 600, 1, most) * MB,
            "uploads_day": self.number("FANMADE_UPLOADS_DAY", 500, 1, most),
            "uploads_day_bytes": self.number("FANMADE_UPLOADS_DAY_MB", 2500, 1, most) * MB,
            "uploads_network_bytes": self.number("FANMADE_UPLOADS_NETWORK_MB", 2000, 1, most) * MB,
            "uploads_contest_bytes": self.number("FANMADE_UPLOADS_CONTEST_GB", 200, 1, most) * 1024 * MB,
        }
        largest = self.number("FANMADE_MAX_UPLOAD_MB", 25, 1, 200) * MB
        for name in ("HOUR", "DAY", "NETWORK"):
            field_name = f"uploads_{name.lower()}_bytes"
            if found[field_name] < largest:
                self.faults.append(f"FANMADE_UPLOADS_{name}_MB: less than the largest picture, FANMADE_MAX_UPLOAD_MB")
        return {**found, "disk_reserve": self.number("FANMADE_DISK_RESERVE_MB", 500, 0, most) * MB}

    def clamd(self) -> str:
        address = self.text("FANMADE_CLAMD")
        if address and not re.fullmatch(r"unix:/.+|(\[[0-9a-fA-F:.]+\]|[^\s:/]+):[0-9]{1,5}", address):
            self.faults.append("FANMADE_CLAMD: must be host:port, or unix: and a full path: unix:/run/clamav/clamd.ctl")
        return address

    def database(self, data: Path, production: bool) -> str:
        url = self.text("FANMADE_DATABASE_URL")
        if not url:
            if production:
                self.faults.append("FANMADE_DATABASE_URL: missing; e.g. postgresql+psycopg://user@host/fanmade")
            return f"sqlite:///{data / 'fanmade.db'}"
        url = _spelled(url)
        if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.faults.append("FANMADE_DATABASE_URL: only sqlite:/// and postgresql+psycopg:// are supported")
        return url

    def replicas(self) -> tuple[str, ...]:
        urls = tuple(_spelled(each) for each in self.text("FANMADE_REPLICA_URLS").split())
        if any(not each.startswith("postgresql+psycopg://") for each in urls):
            self.faults.append("FANMADE_REPLICA_URLS: only postgresql+psycopg:// addresses, with blanks between them")
        if urls and not _spelled(self.text("FANMADE_DATABASE_URL")).startswith("postgresql"):
            self.faults.append("FANMADE_REPLICA_URLS: set, and FANMADE_DATABASE_URL is no PostgreSQL")
        if len(set(urls)) < len(urls) or _spelled(self.text("FANMADE_DATABASE_URL")) in urls:
            self.faults.append("FANMADE_REPLICA_URLS: names a server twice, or the primary")
        return urls

    def redis(self, data: Path, production: bool) -> str:
        url = self.text("FANMADE_REDIS_URL")
        if not url:
            if production:
                self.faults.append("FANMADE_REDIS_URL: missing; e.g. redis://host:6379/0")
            return f"unix://{data / 'redis' / 's.sock'}?db=0"
        if not url.startswith(("redis://", "rediss://", "unix://")):
            self.faults.append("FANMADE_REDIS_URL: must start with redis://, rediss:// or unix://")
        return url

    def counters(self) -> str:
        url = self.text("FANMADE_COUNTERS_URL")
        if "+cluster://" in url and not CLUSTER.fullmatch(url):
            self.faults.append("FANMADE_COUNTERS_URL: a cluster is redis+cluster://host:port,host:port")
        elif url and not url.startswith(("redis://", "rediss://", "unix://", *CLUSTERS)):
            self.faults.append("FANMADE_COUNTERS_URL: must start with redis://, rediss://, unix:// or redis+cluster://")
        return url

    def media(self, production: bool) -> str:
        url = self.text("FANMADE_MEDIA_URL", "/media").rstrip("/")
        parts = urlsplit(url)
        schemes = ("https",) if production else ("https", "http")
        # It becomes a part of the content security policy, where a blank or a semicolon would begin something else.
        plain = re.fullmatch(r"[A-Za-z0-9.\-]+(:\d+)?", parts.netloc) and not re.search(r"[\s;,'\"?#]", url)
        if url != "/media" and not (parts.scheme in schemes and plain):
            self.faults.append("FANMADE_MEDIA_URL: must be a full address, e.g. https://cdn.example.org/media")
            return "/media"
        return url

    def storage(self, data: Path) -> str:
        url = self.text("FANMADE_STORAGE_URL") or f"file://{data / 'files'}"
        if url.startswith("s3://"):
            for name in ("FANMADE_S3_KEY_ID", "FANMADE_S3_SECRET", "FANMADE_S3_REGION"):
                if not self.environ.get(name):
                    self.faults.append(f"{name}: missing, and FANMADE_STORAGE_URL names an S3 bucket")
        elif not url.startswith("file://") or not Path(url.removeprefix("file://")).is_absolute():
            self.faults.append("FANMADE_STORAGE_URL: must be file:// and a full path, or s3://bucket/prefix")
        return url

    def mail(self, production: bool) -> str:
        url = self.text("FANMADE_MAIL_URL", "mailbox:")
        if url == "mailbox:":
            if production:
                self.faults.append("FANMADE_MAIL_URL: missing; e.g. smtp://user:password@host:587")
        elif urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname:
            self.faults.append("FANMADE_MAIL_URL: must be mailbox:, smtp://host:port or smtps://host:port")
        if production and not self.environ.get("FANMADE_MAIL_FROM"):
            self.faults.append("FANMADE_MAIL_FROM: missing; e.g. Fanmade <hello@example.org>")
        return url

    def dkim(self) -> dict[str, Any]:
        selector, key_file = self.text("FANMADE_DKIM_SELECTOR"), self.path("FANMADE_DKIM_KEY_FILE")
        sender = parseaddr(self.text("FANMADE_MAIL_FROM"))[1].rpartition("@")[2]
        domain = self.text("FANMADE_DKIM_DOMAIN", sender).lower()
        if not key_file:
            if selector:
                self.faults.append("FANMADE_DKIM_KEY_FILE: missing, and FANMADE_DKIM_SELECTOR is set")
            return {}
        if not DNS_LABELS.fullmatch(selector):
            self.faults.append("FANMADE_DKIM_SELECTOR: missing or no name in DNS; e.g. fanmade")
        if not DNS_LABELS.fullmatch(domain):
            self.faults.append("FANMADE_DKIM_DOMAIN: missing or no domain; e.g. example.org")
        if not key_file.is_file():
            self.faults.append(f"FANMADE_DKIM_KEY_FILE: there is no file {key_file}")
        return {"dkim_selector": selector, "dkim_key_file": key_file, "dkim_domain": domain}

    def secret(self, data: Path, production: bool) -> str:
        value = self.text("FANMADE_SECRET_KEY")
        if production and _is_weak(value):
            self.faults.append(
                "FANMADE_SECRET_KEY: missing or too weak; make one with: "
                "python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        return value or (_kept_secret(data) if not production else "")

    def former_secrets(self) -> tuple[str, ...]:
        former = [each.strip() for each in self.text("FANMADE_SECRET_KEY_FALLBACKS").split(",") if each.strip()]
        if any(map(_is_weak, former)):
            self.faults.append("FANMADE_SECRET_KEY_FALLBACKS: one of the keys is too weak to be trusted")
        if self.text("FANMADE_SECRET_KEY") in former:
            self.faults.append("FANMADE_SECRET_KEY_FALLBACKS: names the present key, too; it lists former ones")
        return tuple(former)

    def base_url(self, production: bool) -> str:
        url = self.text("FANMADE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self.faults.append("FANMADE_BASE_URL: must be a full address, e.g. https://merch.example.org")
        elif production and (parts.scheme != "https" or "FANMADE_BASE_URL" not in self.environ):
            self.faults.append("FANMADE_BASE_URL: missing or not https; e.g. https://merch.example.org")
        return url

    def watching(self) -> dict[str, Any]:
        token, dsn = self.text("FANMADE_METRICS_TOKEN"), self.text("FANMADE_SENTRY_DSN")
        endpoint = self.text("FANMADE_OTLP_ENDPOINT").rstrip("/")
        if token and len(token) < 16:
            self.faults.append("FANMADE_METRICS_TOKEN: shorter than 16 characters")
        for name, address in (("FANMADE_SENTRY_DSN", dsn), ("FANMADE_OTLP_ENDPOINT", endpoint)):
            if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
                self.faults.append(f"{name}: must be a full address that starts with https:// or http://")
        for name, address, package in (
            ("FANMADE_SENTRY_DSN", dsn, "sentry_sdk"),
            ("FANMADE_OTLP_ENDPOINT", endpoint, "opentelemetry"),
        ):
            if address and find_spec(package) is None:
                self.faults.append(f"{name}: set, but the package {package} is not installed (docs/operating.md)")
        share = self.number("FANMADE_TRACES_SHARE", 10, 0, 100)
        return {"metrics_token": token, "sentry_dsn": dsn, "otlp_endpoint": endpoint, "traces_share": share}

    def stripe(self, production: bool) -> dict[str, Any]:
        key, secret = self.text("FANMADE_STRIPE_KEY"), self.text("FANMADE_STRIPE_WEBHOOK_SECRET")
        api = self.text("FANMADE_STRIPE_API", "https://api.stripe.com").rstrip("/")
        if key and not key.startswith(("sk_", "rk_")):
            self.faults.append("FANMADE_STRIPE_KEY: must be a secret key: it starts with sk_ or rk_")
        if key and not secret:
            self.faults.append("FANMADE_STRIPE_WEBHOOK_SECRET: missing, and FANMADE_STRIPE_KEY is set")
        if secret and not secret.startswith("whsec_"):
            self.faults.append("FANMADE_STRIPE_WEBHOOK_SECRET: must start with whsec_")
        if secret and not key:
            self.faults.append("FANMADE_STRIPE_KEY: missing, and FANMADE_STRIPE_WEBHOOK_SECRET is set")
        parts = urlsplit(api)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self.faults.append("FANMADE_STRIPE_API: must be a full address, e.g. https://api.stripe.com")
        elif production and parts.scheme != "https":
            self.faults.append("FANMADE_STRIPE_API: not https")
        return {"stripe_key": key, "stripe_webhook_secret": secret, "stripe_api": api}

    def refuse_what_production_must_not(self, settings: Settings) -> None:
        if not settings.production:
            return
        for name in ("FANMADE_DATABASE_URL", "FANMADE_REDIS_URL", "FANMADE_COUNTERS_URL", "FANMADE_MAIL_URL"):
            if unquote(_password_in(self.text(name))).lower() in DEFAULT_PASSWORDS:
                self.faults.append(f"{name}: has a password that everybody knows; choose one")
        if any(unquote(_password_in(each)).lower() in DEFAULT_PASSWORDS for each in settings.replica_urls):
            self.faults.append("FANMADE_REPLICA_URLS: has a password that everybody knows; choose one")
        for name in ("FANMADE_S3_SECRET", "FANMADE_METRICS_TOKEN"):
            if self.text(name).lower() in DEFAULT_PASSWORDS:
                self.faults.append(f"{name}: is one that everybody knows; choose another")
        if settings.clock_file:
            self.faults.append("FANMADE_CLOCK_FILE: the clock is not shifted in production")
        if settings.clock_error:
            self.faults.append("FANMADE_CLOCK_ERROR: no clock is made wrong in production")
        if not settings.rate_limits:
            self.faults.append("FANMADE_RATE_LIMITS: may not be off in production")
        if not settings.quiet_hours:
            self.faults.append("FANMADE_QUIET_HOURS: may not be off in production")


def _spelled(url: str) -> str:
    """Return an address of PostgreSQL with our driver: both other spellings are common."""
    for spelling in ("postgres://", "postgresql://"):
        if url.startswith(spelling):
            return "postgresql+psycopg://" + url[len(spelling) :]
    return url


def _is_weak(key: str) -> bool:
    return len(key) < 32 or len(set(key)) < 8


def _password_in(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:  # no address at all, which is another fault
        return ""


def _kept_secret(data: Path) -> str:
    """Return the embedded installation's own secret, made once and kept in its data folder."""
    path = data / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: of two processes that start at once, one makes it, both read the same.
        fresh = secrets.token_hex(32)
        try:
            with open(path, "x", opener=_private) as file:
                file.write(fresh)
        except FileExistsError:
            return path.read_text().strip()
        return fresh


def _private(path: str, flags: int) -> int:
    import os

    return os.open(path, flags, 0o600)
