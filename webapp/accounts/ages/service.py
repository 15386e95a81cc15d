"""Use cases: the age is told once, the country where it decides something, the age once more when it must be old."""

from datetime import datetime

from webapp.accounts import queries, store
from webapp.accounts.ages import laws, rules
from webapp.accounts.guardians import account
from webapp.accounts.guardians import store as guardians
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def tell(person_id: int, band: str, now: datetime) -> bool:
    """Keep the first answer to the age question; a second one changes nothing. Raises Refused('bad-age').

    Of a child the question to the guardian is written down, too: it goes out once a guardian is named.
    """
    if band not in rules.BANDS:
        raise Refused("bad-age", N_("Choose one of the answers."), 422)
    with transaction() as session:
        kept = store.first_age_band(session, person_id, band, now)
        if kept:
            store.record_consent(session, person_id, f"age:{band}", True, "", now)
            if band == rules.CHILD:
                guardians.ask(session, person_id, account.ACTION.name, person_id, now)
    return kept


def tell_again(person_id: int, band: str, now: datetime) -> None:
    """Keep the answer to the question asked again: the same group or an older one; raises Refused('bad-age')."""
    with transaction() as session:
        person = queries.person(session, person_id)
        if person is None or person.age_band is None:
            raise NotFound()
        if not rules.ask_again(person.age_band, person.age_told_at, now):
            return
        if band not in rules.not_younger(person.age_band):
            raise Refused("bad-age", N_("Choose one of the answers."), 422)
        if store.next_age_band(session, person_id, person.age_band, band, now):
            store.record_consent(session, person_id, f"age:{band}", True, "", now)


def tell_country(person_id: int, country: str) -> None:
    """Keep the country (two letters); '' keeps none, and the strictest rule goes on."""
    with transaction() as session:
        store.change_person(session, person_id, country=country or None)


def asks_country(person_id: int) -> bool:
    """Return whether the person's country decides something and isn't known."""
    person = queries.person(db.session(), person_id)
    return person is not None and person.country is None and laws.country_matters(person.age_band)


def asks_again(person_id: int, device_id: str, now: datetime) -> str | None:
    """Return the way to the age question where the answer must be out of date: a hook of signing in."""
    person = queries.person(db.session(), person_id)
    if person is None or not rules.ask_again(person.age_band, person.age_told_at, now):
        return None
    return "/age/again"
