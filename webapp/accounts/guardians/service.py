"""Use cases: a guardian is named, opens the page, answers, is reminded."""

from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from webapp.accounts import queries as accounts
from webapp.accounts import store as people
from webapp.accounts.addresses import normalise
from webapp.accounts.ages.rules import ADULT, CHILD
from webapp.accounts.consents import terms_hash
from webapp.accounts.guardians import account, queries, rules, store
from webapp.accounts.guardians.actions import ACTIONS
from webapp.accounts.guardians.queries import GuardianRow, RequestRow
from webapp.accounts.login import hash_of
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

ANSWERS = ("agreed", "refused", "withdrawn")
AT_ONCE = 200


def name(person_id: int, email: str, now: datetime) -> None:
    """Keep the guardian's address a young person gives, and write to it what was asked so far.

    Once the guardian has answered anything the address stands. Raises Refused: bad-address, own-address, of-age,
    guardian-of-many, guardian-stands.
    """
    address = normalise(email)
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person is None or not person.minor:
            raise Refused("of-age", N_("You need no guardian here: you told us that you are of age."))
        if person.age_band == CHILD:  # at this age taking part itself needs their word
            store.ask(session, person_id, account.ACTION.name, person_id, now)
        rules.require_another(address, normalise(person.email))
        rules.require_room(queries.young_people(session, address, but=person_id))
        known = queries.of_person(session, person_id)
        if known and known.email != address and queries.answered_ever(session, person_id):
            raise Refused("guardian-stands", N_("Your guardian has answered already. Write to us to name another one."))
        if store.name_guardian(session, person_id, address, now):
            _write_all(session, person_id, now)


def find(session: Session, token: str, now: datetime) -> GuardianRow:
    """Return the guardian of a link; raises NotFound for no link of ours, Refused('link-over') for an old one."""
    guardian = queries.by_token(session, hash_of(token))
    if guardian is None:
        raise NotFound()
    if guardian.expires_at <= now:
        raise Refused("link-over", N_("This link is too old. We can send you a fresh one."), 410)
    return guardian


def send_again(token: str, now: datetime) -> None:
    """Mail a link that has become too old once more, to the same address; raises NotFound."""
    with transaction() as session:
        guardian = queries.by_token(session, hash_of(token))
        if guardian is None:
            raise NotFound()
        store.write(session, guardian, [], now, again=f"{now:%Y%m%d%H}")


def answer(token: str, request_id: int, said: str, now: datetime) -> None:
    """Keep what the guardian said and let the room act on it, in one transaction.

    Raises NotFound, Refused('answered') when it was answered already, and what the room raises when it is too late.
    """
    if said not in ANSWERS:
        raise NotFound()
    with transaction() as session:
        guardian = find(session, token, now)
        if guardian.over:
            raise Refused("of-age-now", N_("They are of age now, and answer for themselves."))
        mine = {each.id: each for each in queries.requests(session, guardian.person_id)}
        if request_id not in mine:
            raise NotFound()
        request = mine[request_id]
        if not store.answer(session, request_id, guardian.person_id, said, terms_hash(), now):
            raise Refused("answered", N_("That was answered already."))
        ACTIONS[request.action].answered(session, request.subject_id, said, now)


def of_age(session: Session, person_id: int, now: datetime) -> list[RequestRow]:
    """Return what somebody of age can still say yes or no to: what waits, and what their guardian agreed to."""
    return [each for each in queries.requests(session, person_id) if _open_to_them(session, each, now)]


def own_answer(person_id: int, request_id: int, yes: bool, now: datetime) -> None:
    """Keep what somebody of age says to a thing their guardian was asked, and let the room act on it.

    A yes to what waits does what the guardian's would have done; to what was agreed to it changes nothing but who
    answers for it. A no is a refusal or a withdrawal. Raises NotFound, Refused('not-of-age', 'answered'), and what
    the room raises when it is too late.
    """
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person is None or person.age_band != ADULT:
            raise Refused("not-of-age", N_("This is for those who told us that they are of age."), 403)
        request = next((each for each in queries.requests(session, person_id) if each.id == request_id), None)
        if request is None:
            raise NotFound()
        was = request.state
        if was not in ("pending", "agreed") or not store.own_answer(session, request, yes, now):
            raise Refused("answered", N_("That was answered already."))
        people.record_consent(session, person_id, f"guardian:{request.action}", yes, terms_hash(), now)
        if was == "pending" or not yes:
            said = "agreed" if yes else "refused" if was == "pending" else "withdrawn"
            ACTIONS[request.action].answered(session, request.subject_id, said, now)


def remind_due(now: datetime) -> int:
    """Remind guardians once of what waits for two days; return how many reminders that were.

    Writes to those, too, whose address was given in the moment in which something was asked.
    """
    due = queries.to_remind(db.session(), now - rules.REMIND_AFTER, AT_ONCE)
    unwritten = queries.unwritten(db.session(), now - rules.CROSSED, AT_ONCE)
    db.session.rollback()
    for person_id in unwritten:
        with transaction() as session:
            _write_all(session, person_id, now)
    return sum(_remind(request_id, person_id, now) for request_id, person_id in due)


def _remind(request_id: int, person_id: int, now: datetime) -> bool:
    with transaction() as session:
        if not store.mark_reminded(session, request_id, now):
            return False
        guardian = queries.of_person(session, person_id)
        request = next((each for each in queries.requests(session, person_id) if each.id == request_id), None)
        if guardian is None or guardian.over or request is None or request.state != "pending":
            return False
        if not _still_asked(session, request, now):
            return False  # it is over: nothing to remind of
        store.write(session, guardian, [request_id], now, again="reminder")
        return True


def _write_all(session: Session, person_id: int, now: datetime) -> None:
    guardian = queries.of_person(session, person_id)
    waiting = [each for each in queries.requests(session, person_id) if each.state == "pending"]
    about = [each.id for each in waiting if _still_asked(session, each, now)]
    if guardian and about and not guardian.over:
        store.write(session, guardian, sorted(about), now)


def _open_to_them(session: Session, request: RequestRow, now: datetime) -> bool:
    action = ACTIONS.get(request.action)
    if action is None or not request.unspoken or request.state not in ("pending", "agreed"):
        return False
    asked = action.describe(session, request.subject_id, now)
    return asked is not None and (asked.may_answer if request.state == "pending" else asked.may_withdraw)


def _still_asked(session: Session, request: RequestRow, now: datetime) -> bool:
    with force_locale("en"):  # a worker has no reader whose language could be asked; the words are not used
        asked = ACTIONS[request.action].describe(session, request.subject_id, now)
    return asked is not None and asked.may_answer
