"""A crowd of buyers before one drop: browsers with cookies as the site would have given them, and what they press."""

from __future__ import annotations

import http.client
import itertools
import random
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from preorders.models import Bundle, BundleItem, Drop, Product, Variant
from tests.faults.site import SECRET, Site, by_hand
from webapp.accounts.login import hash_of
from webapp.accounts.models import Artist, Person, SessionRow

DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"
CSRF = "0" * 40
ADDRESS = {"name": "Aino", "line1": "Katu 1", "postcode": "00100", "city": "Helsinki", "country": "FI"}


@dataclass(frozen=True)
class Stage:
    """A drop of a tee in two sizes (the small one with a cap of its own), an album, and both together."""

    drop_id: int
    slug: str
    tee: int
    album: int
    bundle: int
    sizes: dict[str, int]


@dataclass(frozen=True)
class Page:
    """What came back: 0 when nothing did; `said` is the sentence in which a refusal is told."""

    status: int
    where: str
    text: str

    @property
    def said(self) -> str:
        """The words of an alert or of a refusal's page."""
        main = self.text.partition("<main")[2] or self.text
        found = re.search(r'role="alert"[^>]*>(?:<[^>]+>|\s)*([^<]+)', main) or re.search(r"<p[^>]*>([^<]+)", main)
        return found[1].strip() if found else ""


class Crowd:
    """Many people in front of a drop of `cap` pieces."""

    def __init__(self, site: Site, name: str, people: int, cap: int) -> None:
        self.site, self.name = site, name
        self._keys = itertools.count(1)
        self._app = Flask("crowd")
        self._app.secret_key = SECRET
        self._token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(CSRF)
        with by_hand(site.engine) as session:
            self.stage = _stage(session, name, cap)
            self.people = _people(session, name, people)
            self.young = {person_id for number, person_id in enumerate(self.people) if _is_young(number)}
            # One who does not think again: every seventh cancels at once.
        young = ((n, each) for n, each in enumerate(self.people) if each in self.young and n % 7)
        self.youngest = next(young)
        signer = SecureCookieSessionInterface().get_signing_serializer(self._app)
        assert signer
        self._cookies = {
            person_id: signer.dumps(
                {"session_token": f"{name}-session-{number}", "csrf_token": CSRF, "_permanent": True}
            )
            for number, person_id in enumerate(self.people)
        }

    def order(
        self, person_id: int, size: str, quantity: int = 1, bundle: bool = False, offer: int | None = None
    ) -> tuple[str, dict[str, object]]:
        """Where and what to send to order a tee, or the tee and the album; with a key of its own."""
        chosen = {"product": self.stage.tee, "size": size, "colour": "Night", "quantity": quantity}
        chosen |= {"bundle": self.stage.bundle} if bundle else {}
        chosen |= {"offer": offer} if offer else {}
        key = f"storm-{person_id}-{next(self._keys)}"
        return f"/drops/{self.stage.slug}/preorder?{urlencode(chosen)}", {"key": key, **ADDRESS}

    def press(self, person_id: int, path: str, **fields: object) -> Page:
        """Send a form as that person, again and again while nothing comes back."""
        body = urlencode({"csrf_token": self._token, **fields})
        headers = {"Cookie": f"fanmade={self._cookies[person_id]}", "Content-Type": FORM}
        ends = time.monotonic() + 120
        while True:
            page = self._ask(path, body, headers)
            if page.status or time.monotonic() > ends:
                return page
            time.sleep(random.random() / 5)

    def _ask(self, path: str, body: str, headers: dict[str, str]) -> Page:
        link = http.client.HTTPConnection("127.0.0.1", make_url(self.site.server.base_url).port or 0, timeout=60)
        try:
            link.request("POST", path, body, headers)
            answer = link.getresponse()
            return Page(answer.status, answer.getheader("Location") or "", answer.read().decode())
        except (OSError, http.client.HTTPException):
            return Page(0, "", "")
        finally:
            link.close()


def _stage(session: Session, name: str, cap: int) -> Stage:
    now = datetime.now(UTC)
    artist_id = session.scalars(select(Artist.id).order_by(Artist.id)).first()
    drop = Drop(
        artist_id=artist_id,
        slug=name,
        title=name.capitalize(),
        currency="EUR",
        timezone="UTC",
        edition_cap=cap,
        per_person=2,
        offer_hours=1,
        opens_at=now - DAY,
        closes_at=now + 400 * DAY,
        created_at=now - DAY,
        published_at=now - DAY,
        open_told_at=now - DAY,
    )
    session.add(drop)
    session.flush()
    tee = Product(drop_id=drop.id, position=0, kind="tee", title="Tee", price_minor=2900)
    album = Product(drop_id=drop.id, position=1, kind="album", title="Album", price_minor=2100, in_edition=False)
    session.add_all([tee, album])
    session.flush()
    sizes = {
        size: Variant(
            drop_id=drop.id, product_id=tee.id, sku=f"{name}-{size}", size=size, colour="Night", cap=own, position=n
        )
        for n, (size, own) in enumerate((("M", None), ("S", cap // 4)))
    }
    session.add_all([*sizes.values(), Variant(drop_id=drop.id, product_id=album.id, sku=f"{name}-A")])
    bundle = Bundle(drop_id=drop.id, title="Tee + album", price_minor=4500)
    session.add(bundle)
    session.flush()
    session.add_all(BundleItem(bundle_id=bundle.id, product_id=each.id, quantity=1) for each in (tee, album))
    ids = {size: variant.id for size, variant in sizes.items()}
    return Stage(drop.id, name, tee.id, album.id, bundle.id, ids)


def _people(session: Session, name: str, count: int) -> list[int]:
    """Fans, every eighth of them under 18: their orders wait for a guardian."""
    now = datetime.now(UTC)
    ages = ["13-15" if _is_young(number) else "18+" for number in range(count)]
    rows = [
        {"email": f"{name}{n}@example.org", "display_name": f"Fan {n}", "age_band": age, "created_at": now}
        for n, age in enumerate(ages)
    ]
    ids = list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), rows))
    lives = {"fresh_until": now + DAY, "last_seen_at": now, "created_at": now}
    tokens = [{"person_id": i, "token_hash": hash_of(f"{name}-session-{n}"), **lives} for n, i in enumerate(ids)]
    session.execute(insert(SessionRow), tokens)
    return ids


def _is_young(number: int) -> bool:
    return number % 8 == 7
