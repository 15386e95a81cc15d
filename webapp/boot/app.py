"""The factory: settings in, application out."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from contests.submissions.images import fonts
from webapp.accounts.ages import laws
from webapp.boot import health, schema, statics, wiring
from webapp.infra import (
    along,
    bodies,
    device,
    engines,
    errors,
    i18n,
    limits,
    metrics,
    one_clock,
    outbox,
    paging,
    plain_libraries,
    puzzle,
    queue,
    replicas,
    security,
    storage,
    telemetry,
    templating,
    together,
    tokens_asked,
    tracing,
    whole,
)
from webapp.infra import db as database
from webapp.infra.names import OneName, cookie_name
from webapp.infra.settings import Settings
from webapp.kernel import now as clock
from webapp.pages import lane

csrf = tokens_asked.Tokens()


class _Plain(Flask):
    """Flask, which else looks at each of its seventeen functions in each request whether it is a coroutine."""

    def ensure_sync(self, func: Any) -> Any:
        """Return a view or a hook as it is: none of ours is a coroutine."""
        return func


def create_app(settings: Settings) -> Flask:
    """Return the application for `settings`; opens no connection yet.

    Raises RuntimeError where Pillow lays no text out by RAQM: prints would differ from the screen.
    """
    fonts.require_raqm()
    app = _Plain("webapp", static_folder=None, template_folder="templates")
    app.jinja_environment = templating.Templates  # before anybody asks for it
    app.url_map.converters["int"] = paging.WholeNumber
    _configure(app, settings)
    one_clock.init_app(app)
    telemetry.init_app(app)
    metrics.init_app(app)
    tracing.init_app(app, settings)
    _bind_database(app, settings)
    queue.init_app(app, settings.redis_url, settings.counters_url)
    together.init_app(app)
    storage.init_app(app, settings)
    outbox.init_app(app, wiring.SUBSCRIPTIONS)
    csrf.init_app(app)
    i18n.init_app(app)
    wiring.install_people(app)
    laws.init_app(app, settings)
    limits.init_app(app, settings)
    puzzle.init_app(app)
    templating.init_app(app, wiring.unread_notices)
    device.init_app(app)
    security.init_app(app, settings)
    errors.init_app(app)
    for blueprint in wiring.BLUEPRINTS:
        app.register_blueprint(blueprint)
    for view in wiring.EXEMPT:
        csrf.exempt(view)
    wiring.install_api(app, csrf)
    app.register_blueprint(health.blueprint)
    along.init_app(app, wiring.READ_ALONG)
    lane.init_app(app)
    whole.init_app(app)
    statics.init_app(app)
    app.request_class = bodies.Asked
    app.wsgi_app = bodies.Whole(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    if settings.base_url.startswith("https://"):
        app.wsgi_app = OneName(app.wsgi_app, settings.base_url)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        WTF_CSRF_SECRET_KEY=[*reversed(settings.secret_key_fallbacks), settings.secret_key],
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        SESSION_COOKIE_NAME=cookie_name("fanmade", secure),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=180 * 86400,
        # A form may have been open all evening, and a vote may have waited offline for hours.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=True,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        JSON_SORT_KEYS=False,
    )
    clock.shift_from(settings.clock_file)
    clock.go_wrong(settings.clock_error)


def _engine_options(settings: Settings) -> dict[str, object]:
    # A place for each thread; who finds none waits no longer than people do, and is answered with 503.
    # One more, which asks how the database stands (webapp.infra.standing): twelve in all for eight threads.
    places: dict[str, object] = {"pool_size": settings.web_threads, "max_overflow": 3, "pool_timeout": 5}
    # The one that was used last is used next: those a crowd needed rest, and grow no further.
    places["pool_use_lifo"] = True
    if settings.sqlite:
        kept = {"cached_statements": engines.STATEMENTS}
        return places | {"connect_args": {"timeout": 10, "check_same_thread": False} | kept}
    # A connection whose statements are transactions by themselves has nothing to be rolled back.
    places["skip_autocommit_rollback"] = True
    # What one connection of a pooler has prepared, the next one does not know.
    return places | ({"connect_args": {"prepare_threshold": None}} if settings.database_pooled else {})


def _bind_database(app: Flask, settings: Settings) -> None:
    if settings.sqlite:
        settings.data.mkdir(parents=True, exist_ok=True)
    else:
        plain_libraries.load_postgres()
    app.config["SQLITE"] = settings.sqlite
    database.db.init_app(app)
    with app.app_context():
        engines.install_hooks(database.db.engine)
        standbys = [(each, engines.of_standby(each, **_engine_options(settings))) for each in settings.replica_urls]
        found = [replicas.Replica(*each) for each in standbys]
        replicas.init_app(app, found, database.db.engine, wiring.SEEN_BY_STRANGERS)
    schema.init_app(app)
