"""What the product may be told from outside, field by field."""

from dataclasses import dataclass, field
from pathlib import Path

from webapp.infra.settings.uploads import MB


@dataclass(frozen=True)
class Known:
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
    web_bytes: int = 120 * 1024 * 1024
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
