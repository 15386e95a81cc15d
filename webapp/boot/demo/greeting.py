"""Who lives in the demo, and the link that opens the door to each: for the terminal of `fanmade up`."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.boot.demo.people import NAMED


def lines(session: Session, base_url: str) -> list[str]:
    """Return one aligned line for each named person who is there, none when there is no demo."""
    addresses = [each.address for each in NAMED]
    rows = session.execute(select(Person.email, Person.id).where(Person.is_demo, Person.email.in_(addresses)))
    ids = {row.email: row.id for row in rows}
    here = [each for each in NAMED if each.address in ids]
    if not here:
        return []
    wide = max(len(each.name) for each in here)
    told = [f"{each.name:<{wide}}  {base_url}/dev/sign-in/{ids[each.address]:<4}  {each.what}" for each in here]
    return ["Sign in with one click as", *told]
