"""Following and no longer following; opening and closing a public page. Each is one transaction."""

from datetime import datetime

from webapp.accounts import queries as accounts
from webapp.accounts.ages import laws
from webapp.accounts.ages.rules import SUBMIT
from webapp.accounts.following import queries, rules, store
from webapp.infra.db import transaction
from webapp.kernel import codes
from webapp.kernel.refusal import N_, NotFound, Refused

TRIES = 5  # codes that may be another's: with eight signs, the first is nobody's


def follow(person_id: int, kind: str, subject_id: int, now: datetime) -> bool:
    """Let somebody hear of a design, a contest or a person; return whether it is new.

    The caller has made sure that the reader sees the subject. Raises Refused 'own-page' or 'follows-enough'.
    """
    if kind == "person" and subject_id == person_id:
        raise Refused("own-page", N_("That is your own page: you hear of your designs anyway."), 409)
    with transaction() as session:
        if queries.follows(session, person_id, kind, subject_id):
            return False
        rules.require_room(queries.count(session, person_id))
        return store.add(session, person_id, kind, subject_id, now)


def unfollow(person_id: int, kind: str, subject_id: int) -> bool:
    """Let somebody hear no more of it; return whether they followed it."""
    with transaction() as session:
        return store.remove(session, person_id, kind, subject_id)


def open_profile(person_id: int, now: datetime) -> str:
    """Open somebody's public page and return its code, that of the open one when there is one.

    Raises Refused 'profile-age', 'profile-name' or NotFound.
    """
    for _ in range(TRIES):
        with transaction() as session:
            person = accounts.person(session, person_id)
            if person is None or person.erased_at or person.suspended_at:
                raise NotFound()
            rules.require_age(person.age_band, laws.needs_guardian(person.age_band, person.country, SUBMIT))
            if not person.display_name:
                raise Refused("profile-name", N_("Choose the name others see first."), 409)
            store.add_profile(session, person_id, codes.short_code(rules.CODE_LENGTH), now)
            found = queries.profile(session, person_id)
            if found:
                return found.code
    raise RuntimeError("no free code for a public page")


def close_profile(person_id: int) -> bool:
    """Close somebody's page: its address ends, and who followed them follows no longer. Return whether it was open."""
    with transaction() as session:
        store.forget_subject(session, "person", person_id)
        return store.remove_profile(session, person_id)
