"""Where things are: the site itself, its databases, stores, files and relay."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from webapp.infra.settings.words import Words

CLUSTERS = ("redis+cluster://", "rediss+cluster://")
CLUSTER = re.compile(r"rediss?\+cluster://([^\s@/]*@)?[^\s@,/]+:[0-9]{1,5}(,[^\s@,/]+:[0-9]{1,5})*/?")


def base_url(words: Words, production: bool) -> str:
    """Return the public address of the site."""
    url = words.text("FANMADE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        words.faults.append("FANMADE_BASE_URL: must be a full address, e.g. https://merch.example.org")
    elif production and (parts.scheme != "https" or "FANMADE_BASE_URL" not in words.environ):
        words.faults.append("FANMADE_BASE_URL: missing or not https; e.g. https://merch.example.org")
    return url


def database(words: Words, data: Path, production: bool) -> str:
    """Return the primary's address, a file in the data folder unless one is named."""
    url = words.text("FANMADE_DATABASE_URL")
    if not url:
        if production:
            words.faults.append("FANMADE_DATABASE_URL: missing; e.g. postgresql+psycopg://user@host/fanmade")
        return f"sqlite:///{data / 'fanmade.db'}"
    url = _spelled(url)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        words.faults.append("FANMADE_DATABASE_URL: only sqlite:/// and postgresql+psycopg:// are supported")
    return url


def replicas(words: Words) -> tuple[str, ...]:
    """Return the addresses of the standbys."""
    urls = tuple(_spelled(each) for each in words.text("FANMADE_REPLICA_URLS").split())
    if any(not each.startswith("postgresql+psycopg://") for each in urls):
        words.faults.append("FANMADE_REPLICA_URLS: only postgresql+psycopg:// addresses, with blanks between them")
    if urls and not _spelled(words.text("FANMADE_DATABASE_URL")).startswith("postgresql"):
        words.faults.append("FANMADE_REPLICA_URLS: set, and FANMADE_DATABASE_URL is no PostgreSQL")
    if len(set(urls)) < len(urls) or _spelled(words.text("FANMADE_DATABASE_URL")) in urls:
        words.faults.append("FANMADE_REPLICA_URLS: names a server twice, or the primary")
    return urls


def redis(words: Words, data: Path, production: bool) -> str:
    """Return the address of Redis, our own socket unless one is named."""
    url = words.text("FANMADE_REDIS_URL")
    if not url:
        if production:
            words.faults.append("FANMADE_REDIS_URL: missing; e.g. redis://host:6379/0")
        return f"unix://{data / 'redis' / 's.sock'}?db=0"
    if not url.startswith(("redis://", "rediss://", "unix://")):
        words.faults.append("FANMADE_REDIS_URL: must start with redis://, rediss:// or unix://")
    return url


def counters(words: Words) -> str:
    """Return the address of the Redis that counts; empty where it is the same."""
    url = words.text("FANMADE_COUNTERS_URL")
    if "+cluster://" in url and not CLUSTER.fullmatch(url):
        words.faults.append("FANMADE_COUNTERS_URL: a cluster is redis+cluster://host:port,host:port")
    elif url and not url.startswith(("redis://", "rediss://", "unix://", *CLUSTERS)):
        words.faults.append("FANMADE_COUNTERS_URL: must start with redis://, rediss://, unix:// or redis+cluster://")
    return url


def storage(words: Words, data: Path) -> str:
    """Return where files are, a folder in the data folder unless it is named."""
    url = words.text("FANMADE_STORAGE_URL") or f"file://{data / 'files'}"
    if url.startswith("s3://"):
        for name in ("FANMADE_S3_KEY_ID", "FANMADE_S3_SECRET", "FANMADE_S3_REGION"):
            if not words.environ.get(name):
                words.faults.append(f"{name}: missing, and FANMADE_STORAGE_URL names an S3 bucket")
    elif not url.startswith("file://") or not Path(url.removeprefix("file://")).is_absolute():
        words.faults.append("FANMADE_STORAGE_URL: must be file:// and a full path, or s3://bucket/prefix")
    return url


def media(words: Words, production: bool) -> str:
    """Return where browsers get pictures, without a slash at its end."""
    url = words.text("FANMADE_MEDIA_URL", "/media").rstrip("/")
    parts = urlsplit(url)
    schemes = ("https",) if production else ("https", "http")
    # It becomes a part of the content security policy, where a blank or a semicolon would begin something else.
    plain = re.fullmatch(r"[A-Za-z0-9.\-]+(:\d+)?", parts.netloc) and not re.search(r"[\s;,'\"?#]", url)
    if url != "/media" and not (parts.scheme in schemes and plain):
        words.faults.append("FANMADE_MEDIA_URL: must be a full address, e.g. https://cdn.example.org/media")
        return "/media"
    return url


def mail(words: Words, production: bool) -> str:
    """Return where mails go."""
    url = words.text("FANMADE_MAIL_URL", "mailbox:")
    if url == "mailbox:":
        if production:
            words.faults.append("FANMADE_MAIL_URL: missing; e.g. smtp://user:password@host:587")
    elif urlsplit(url).scheme not in ("smtp", "smtps") or not urlsplit(url).hostname:
        words.faults.append("FANMADE_MAIL_URL: must be mailbox:, smtp://host:port or smtps://host:port")
    if production and not words.environ.get("FANMADE_MAIL_FROM"):
        words.faults.append("FANMADE_MAIL_FROM: missing; e.g. Fanmade <hello@example.org>")
    return url


def _spelled(url: str) -> str:
    """Return an address of PostgreSQL with our driver: both other spellings are common."""
    for spelling in ("postgres://", "postgresql://"):
        if url.startswith(spelling):
            return "postgresql+psycopg://" + url[len(spelling) :]
    return url
