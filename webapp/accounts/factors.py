"""Two proofs from who is on a team, where the operator wants them (`FANMADE_TEAM_PROOFS=2`); never from fans.

A passkey is two in one: something one has, and one's finger or its PIN. Else two of three: a code by mail, the
password, a recovery code. What a browser has shown stands in its signed cookie, beside the session's token, and goes
with it.
"""

from typing import Any

from flask import Flask, current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.accounts.returning import safe_next
from webapp.infra import errors
from webapp.kernel.refusal import N_, Refused

CODE, PASSWORD, PASSKEY, RECOVERY = "code", "password", "passkey", "recovery"
PROOFS = "proofs"
TEXT = N_("Your team's pages want a second proof that it is you: this site's operator asks for it.")


class OneProof(Refused):
    """What was asked for wants a passkey, or a second proof beside the one that was shown."""

    def __init__(self) -> None:
        super().__init__("second-proof", TEXT, 403)


def shown(way: str, same_person: bool) -> None:
    """Write down by which way somebody has just signed in; what they showed shortly before counts as well."""
    before = session.get(PROOFS, []) if same_person else []
    session[PROOFS] = sorted({*before, way})


def is_strong() -> bool:
    """Return whether this browser has shown a passkey, or two proofs."""
    found = set(session.get(PROOFS) or [])
    return PASSKEY in found or len(found & {CODE, PASSWORD, RECOVERY}) >= 2


def is_wanting() -> bool:
    """Return whether two proofs are asked of the person of this request, who has not shown them."""
    if current_app.config["SETTINGS"].team_proofs < 2 or not current_user.is_authenticated:
        return False
    return bool(current_user.roles or current_user.is_operator) and not is_strong()


def require_strong() -> None:
    """Raise OneProof when two proofs are asked of the person and were not shown."""
    if is_wanting():
        raise OneProof()


def init_app(app: Flask) -> None:
    """Answer OneProof by the page that says how to go on."""
    app.register_error_handler(OneProof, _answer)


def _answer(refused: OneProof) -> Any:
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else "/"
    here = url_for("accounts.second_proof", next=safe_next(back))
    if errors.is_api() or errors.wants_json() or request.headers.get("HX-Request") == "true":
        return errors.answer(refused.status, refused.code, gettext(refused.message), next=here)
    return redirect(here)


def page(has_password: bool, has_passkey: bool, target: str) -> str:
    """Return the page that says which proof is missing and how to show or make one; it leads on to `target`."""
    proofs = session.get(PROOFS) or []
    return render_template(
        "accounts/second_proof.html",
        text=gettext(TEXT),
        has_password=has_password,
        has_passkey=has_passkey,
        by_code=CODE in proofs,
        by_password=PASSWORD in proofs,
        next=target,
    )
