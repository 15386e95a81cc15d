"""Signing in: a code by e-mail, a password, a recovery code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts import login, not_me, store
from webapp.accounts.addresses import normalise
from webapp.accounts.devices import should_tell
from webapp.accounts.events import PersonRegistered
from webapp.accounts.models import Person
from webapp.accounts.secrets_kept import keyed, keyed_by_any, password_fits, same
from webapp.infra import mail, outbox
from webapp.infra.db import db, transaction
from webapp.kernel import codes
from webapp.kernel.refusal import N_, Refused

log = structlog.get_logger()
CODE_LIFE = timedelta(minutes=10)
SIGN_IN, CHANGE_EMAIL = "sign-in", "change-email"


@dataclass(frozen=True)
class Entered:
    """Somebody who has proved who they are: `token` goes into the cookie."""

    person_id: int
    token: str
    is_new: bool


def request_code(email: str, now: datetime, locale: str = "en") -> None:
    """Mail a fresh code to the address, whether we know it or not: both look and take the same."""
    with transaction() as session:
        send_code(session, normalise(email), SIGN_IN, None, locale, now)


def send_code(session: Session, email: str, purpose: str, person_id: int | None, locale: str, now: datetime) -> None:
    """Write a code and queue its mail in the caller's transaction; earlier codes of the address are void."""
    code = codes.digits()
    store.add_code(session, email, purpose, person_id, keyed(purpose, email, code), now, CODE_LIFE)
    minutes = int(CODE_LIFE.total_seconds() // 60)
    params = {"code": f"{code[:3]} {code[3:]}", "minutes": minutes, "purpose": purpose}
    mail.post(session, [mail.Message(email, "code", params, locale=locale, urgent=True)])


def confirm_code(
    email: str,
    code: str,
    user_agent: str,
    device_id: str,
    now: datetime,
    *,
    locale: str = "en",
    text_hash: str = "",
) -> Entered:
    """Sign in by the newest code of the address; the first time makes the account.

    `locale` and `text_hash` (of the terms shown) are kept with a new account. Raises Refused
    'wrong-code', 'code-over' (expired, used, or too many attempts) or 'suspended'.
    """
    address = normalise(email)
    with transaction() as session:
        answer = check_code(session, address, SIGN_IN, None, code, now)
        if answer is None:
            person_id, is_new = store.person_of(session, address, now, locale=locale)
            if is_new:
                store.record_consent(session, person_id, "terms", True, text_hash, now)
                outbox.record(session, PersonRegistered(person_id))
            entered, answer = enter(session, person_id, is_new, user_agent, device_id, now)
    # Raised out here: an attempt must stay counted, so its transaction commits.
    if answer:
        raise _noted("code", address, answer)
    assert entered is not None
    return entered


def check_code(
    session: Session, email: str, purpose: str, person_id: int | None, code: str, now: datetime
) -> Refused | None:
    """Spend an attempt in the caller's transaction, use the code up when it is right; return what is wrong."""
    row = store.try_code(session, email, purpose, person_id, now)
    if row is None:
        return Refused("code-over", N_("That code is no longer valid. Ask for a new one."), 422)
    typed = "".join(c for c in code if c.isascii() and c.isdigit())
    if not same(row.code_hash, *keyed_by_any(purpose, email, typed)):
        left = store.ATTEMPTS - row.attempts
        if not left:
            return Refused("code-over", N_("That was not the code, and it is used up now. Ask for a new one."), 422)
        return Refused("wrong-code", N_("That is not the code. Tries left: %(left)s."), 422, left=left)
    if not store.use_code(session, row.id, now):
        return Refused("code-over", N_("That code is no longer valid. Ask for a new one."), 422)
    return None


def enter_by_password(email: str, password: str, user_agent: str, device_id: str, now: datetime) -> Entered:
    """Sign in by password; raises Refused 'wrong-password' (also when there is none) or 'suspended'."""
    address = normalise(email)
    found = db.session.execute(select(Person.id, Person.password_hash).where(Person.email == address)).first()
    db.session.rollback()
    # Verified before the transaction: it takes a while on purpose.
    fits = password_fits(found.password_hash if found else None, password)
    if found is None or not fits:
        no = Refused("wrong-password", N_("Address and password do not fit together. Or sign in by a code."), 422)
        raise _noted("password", address, no)
    return enter_known(found.id, user_agent, device_id, now)


def enter_by_recovery_code(email: str, code: str, user_agent: str, device_id: str, now: datetime) -> Entered:
    """Sign in by one of the ten codes, once each; raises Refused 'wrong-recovery-code' or 'suspended'."""
    address = normalise(email)
    kept = keyed_by_any("recovery", codes.normalise(code))
    with transaction() as session:
        person_id = session.scalar(select(Person.id).where(Person.email == address))
        used = store.use_recovery_code(session, person_id or 0, kept, now)
        entered, answer = (None, None)
        if used and person_id is not None:
            entered, answer = enter(session, person_id, False, user_agent, device_id, now)
    if entered is None:
        no = Refused("wrong-recovery-code", N_("That is not one of your unused recovery codes."), 422)
        raise _noted("recovery code", address, answer or no)
    return entered


def enter_demo(person_id: int, user_agent: str, device_id: str, now: datetime) -> Entered:
    """Sign in as one of the demo's invented people; the caller has made sure that it is one."""
    return enter_known(person_id, user_agent, device_id, now)


def enter_known(person_id: int, user_agent: str, device_id: str, now: datetime) -> Entered:
    """Sign somebody in who has proved who they are; raises Refused 'suspended'."""
    with transaction() as session:
        entered, answer = enter(session, person_id, False, user_agent, device_id, now)
    if answer:
        raise answer
    assert entered is not None
    return entered


def enter(
    session: Session, person_id: int, is_new: bool, user_agent: str, device_id: str, now: datetime
) -> tuple[Entered | None, Refused | None]:
    """Open a session in the caller's transaction, or return why not: somebody suspended or erased stays out.

    A device never seen before is told to the person by mail, as `devices.should_tell` has it.
    """
    row = session.get(Person, person_id)
    if row is None or row.suspended_at or row.erased_at:
        return None, Refused("suspended", N_("This account is suspended. Write to us if you think that is wrong."), 403)
    mark, *former = keyed_by_any("device", person_id, device_id) if device_id else [""]
    store.remark_device(session, person_id, mark, former)
    before = store.meet_device(session, person_id, mark, now)
    token, session_id = login.add_session(session, person_id, user_agent, mark)
    log.info("signed in", person=person_id, session=session_id, is_new=is_new, new_device=before is not None)
    if before is not None and not is_new and not row.is_demo:
        on_team = row.is_operator or bool(login.roles_of(session, person_id))
        if should_tell(before, on_team, row.tell_sign_ins):
            not_me.tell(session, row, session_id, user_agent)
    return Entered(person_id, token, is_new), None


def _noted(way: str, address: str, refused: Refused) -> Refused:
    """Write a sign-in that failed into the log, the address as a hash by which lines can be told apart; return it."""
    log.warning("sign-in refused", way=way, why=refused.code, address=keyed("log", address)[:12])
    return refused
