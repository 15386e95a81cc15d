"""The way to the provider's page and back, and where the provider writes to us."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import goals
from preorders import queries as drops
from preorders.payments import queries, service, waking
from preorders.payments.port import BadSignature
from preorders.payments.provider import provider
from preorders.payments.standing import Standing, standing
from preorders.payments.words import failure_word, kind_word, reason_word, state_word
from preorders.rows import DropRow, PreorderRow
from webapp.accounts.guards import members_blueprint, public_blueprint
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

LARGEST_MESSAGE = 512 * 1024
MOST_ROUNDS = 8  # that a page asks by itself whether a payment came: half a minute

blueprint: Blueprint = members_blueprint("payments", __name__, url_prefix="/preorders")
webhooks: Blueprint = public_blueprint("payment_webhooks", __name__, url_prefix="/payments")


@blueprint.post("/<number>/pay")
@limiter.limit("20/minute")
def pay(number: str) -> Response:
    """Open a page to pay at, or find the open one, and go there."""
    order = _mine(number)
    way = service.begin(order.id, current_user.id, now())
    if way is None:
        flash(gettext("There is nothing to pay."), "ok")
    return redirect(way or url_for("preorders.mine", number=number), 303)


@blueprint.get("/<number>/pay")
def go(number: str) -> Any:
    """Lead on to the provider's page: a page of ours, since a form may lead to no other site."""
    order = _mine(number)
    page = next((each for each in queries.open_pages(db.session(), order.id) if each.url), None)
    if page is None:
        return redirect(url_for("payments.back", number=number))
    return _uncached(render_template("payments/go.html", order=order, page=page))


@blueprint.get("/<number>/payment")
def back(number: str) -> Any:
    """Where one comes back to: says where things stand. The truth comes from the provider, which is asked now."""
    order = _mine(number)
    drop = drops.drop(db.session(), order.drop_id)
    assert drop is not None
    pages = [each for each in queries.open_pages(db.session(), order.id) if each.reference]
    ask_again = _round() if pages and "left" not in request.args else None
    if ask_again:
        waking.wake_now(pages[-1].id)
    return _uncached(render_template("payments/back.html", order=order, drop=drop, round=ask_again))


@webhooks.post("/stripe/webhook")
def stripe() -> tuple[str, int]:
    """A message of Stripe: kept once, dealt with by a worker. What we don't know is answered like what we do."""
    here = provider()
    body = request.get_data(cache=False)
    if here.name != "stripe" or len(body) > LARGEST_MESSAGE:
        return "not expected\n", 400
    try:
        message = here.read_event(body, request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        return "bad signature\n", 400
    new = service.keep(here.name, message, now())
    return ("kept\n" if new else "known\n"), 200


# Written to by the provider, which holds no cookie and no form token of ours; it signs instead.
EXEMPT = (stripe,)


@blueprint.app_template_global()
def payment_of(order: PreorderRow, drop: DropRow) -> Standing | None:
    """Return where an order's money stands, for the pages that include `preorders/payment.html`."""
    return standing(db.session(), order, drop)


@blueprint.app_template_filter("reason")
def reason(text: str) -> str:
    """Return why something was called off or given back: our own words translated, the team's as written."""
    return reason_word(goals.reason_word(text))


@blueprint.app_template_global()
def payments_of(order: PreorderRow) -> list[dict[str, Any]]:
    """Return an order's payments in words, for the desk's page that includes `desk/payment.html`."""
    return [
        {
            "row": each,
            "kind": kind_word(each),
            "state": state_word(each),
            "failure": failure_word(each),
            "reason": reason_word(each.reason),
        }
        for each in queries.of_order(db.session(), order.id)
    ]


def _mine(number: str) -> PreorderRow:
    found = drops.by_number(db.session(), number)
    if found is None or found.person_id != current_user.id:
        raise NotFound()
    return found


def _round() -> int | None:
    """Return how many seconds the page waits before it asks again; None once it has asked often enough."""
    asked = request.args.get("round", "1")
    following = int(asked) + 1 if asked.isascii() and asked.isdigit() and len(asked) < 3 else 2
    return following if following <= MOST_ROUNDS else None


def _uncached(page: str) -> Response:
    answer = Response(page, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    return answer
