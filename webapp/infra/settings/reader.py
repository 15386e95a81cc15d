"""Makes the settings of the environment: each field of its variable."""

from collections.abc import Mapping
from pathlib import Path

from webapp.infra.settings import addresses, keys, production, uploads, watching
from webapp.infra.settings.known import Known
from webapp.infra.settings.words import BadSettings, Words


def read(environ: Mapping[str, str]) -> Known:
    """Return the settings that these variables say; raises BadSettings with every fault at once."""
    words = Words(environ)
    env = words.choice("FANMADE_ENV", "embedded", ("embedded", "production"))
    real = env == "production"
    data = Path(words.text("FANMADE_DATA", "var")).absolute()
    settings = Known(
        env=env,
        data=data,
        database_url=addresses.database(words, data, real),
        database_pooled=words.choice("FANMADE_DATABASE_POOLED", "off", ("on", "off")) == "on",
        replica_urls=addresses.replicas(words),
        redis_url=addresses.redis(words, data, real),
        counters_url=addresses.counters(words),
        storage_url=addresses.storage(words, data),
        s3_endpoint=words.text("FANMADE_S3_ENDPOINT"),
        s3_region=words.text("FANMADE_S3_REGION"),
        s3_key_id=words.text("FANMADE_S3_KEY_ID"),
        s3_secret=words.text("FANMADE_S3_SECRET"),
        media_url=addresses.media(words, real),
        mail_url=addresses.mail(words, real),
        mail_connections=words.number("FANMADE_MAIL_CONNECTIONS", 4, 1, 50),
        mail_from=words.text("FANMADE_MAIL_FROM", "Fanmade <hello@fanmade.invalid>"),
        **keys.dkim(words),
        list_mailbox=words.text("FANMADE_LIST_MAILBOX"),
        secret_key=keys.secret(words, data, real),
        secret_key_fallbacks=keys.former_secrets(words),
        base_url=addresses.base_url(words, real),
        bind=words.text("FANMADE_BIND", "127.0.0.1:8000"),
        web_workers=words.number("FANMADE_WEB_WORKERS", 2, 1, 64),
        web_threads=words.number("FANMADE_WEB_THREADS", 8, 1, 64),
        web_bytes=words.number("FANMADE_WEB_MB", 120, 0, 65536) * 1024 * 1024,
        trusted_proxies=words.number("FANMADE_TRUSTED_PROXIES", 0, 0, 5),
        max_upload_bytes=words.number("FANMADE_MAX_UPLOAD_MB", 25, 1, 200) * 1024 * 1024,
        max_pixels=words.number("FANMADE_MAX_PIXELS_MP", 50, 1, 100) * 1_000_000,
        max_side=words.number("FANMADE_MAX_SIDE_PX", 20_000, 500, 60_000),
        **uploads.quotas(words),
        clamd=uploads.clamd(words),
        rate_limits=words.choice("FANMADE_RATE_LIMITS", "on", ("on", "off")) == "on",
        quiet_hours=words.choice("FANMADE_QUIET_HOURS", "on", ("on", "off")) == "on",
        team_proofs=words.number("FANMADE_TEAM_PROOFS", 1, 1, 2),
        puzzle_rate=words.number("FANMADE_PUZZLE_RATE", 60, 0, 1_000_000),
        puzzle_bits=words.number("FANMADE_PUZZLE_BITS", 14, 1, 22),
        clock_file=words.path("FANMADE_CLOCK_FILE"),
        clock_error=words.number("FANMADE_CLOCK_ERROR", 0, -3600, 3600),
        **keys.stripe(words, real),
        operator_name=words.text("FANMADE_OPERATOR_NAME"),
        operator_contact=words.text("FANMADE_OPERATOR_CONTACT"),
        legal_dir=words.path("FANMADE_LEGAL_DIR"),
        consent_ages=words.path("FANMADE_CONSENT_AGES"),
        log_level=words.choice("FANMADE_LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
        **watching.watching(words),
    )
    production.refuse(words, settings)
    if words.faults:
        raise BadSettings(words.faults)
    return settings
