"""From which age who decides what: the table, the rules over it, an installation's own file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.accounts.conftest import NOW
from tests.web import end_reading
from webapp.accounts import names
from webapp.accounts.ages import laws, rules
from webapp.accounts.ages.consent_table import BadTable, parse
from webapp.accounts.guardians.models import GuardianRequest
from webapp.accounts.models import Consent, Person
from webapp.infra.db import db, transaction
from webapp.infra.settings import BadSettings, Settings
from webapp.kernel.refusal import Refused

TODAY = date(2027, 3, 1)
OURS = laws.load(None, TODAY)
EEA = [
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
]
HEAD = "country,age,as_of,sure,source\n"
REST = "*,16,2026-11-22,yes,GDPR Article 8\n"


def test_the_table_names_a_law_for_every_country_of_the_eea() -> None:
    assert set(OURS.rows) == {"*", "GB", "US", *EEA}
    assert all(13 <= row.age <= 16 and len(row.source) > 20 for row in OURS.rows.values())
    assert {code: OURS.age_in(code) for code in ("FI", "DK", "AT", "FR", "SI", "DE", "US")} == (
        {"FI": 13, "DK": 15, "AT": 14, "FR": 15, "SI": 15, "DE": 16, "US": 13}
    )
    assert OURS.age_in(None) == OURS.age_in("JP") == OURS.age_in("") == 16
    assert OURS.age_in("fi") == 13


@pytest.mark.parametrize(
    ("band", "country", "submit", "account"),
    [
        ("under-13", "FI", True, True),
        ("13-15", "FI", False, False),
        ("13-15", "AT", True, False),  # 14 runs through the group: the careful reading
        ("13-15", "DE", True, False),
        ("13-15", None, True, False),  # nobody knows: the strictest
        ("13-15", "US", False, False),
        ("16-17", "DE", False, False),
        ("16-17", None, False, False),
        ("18+", None, False, False),
        (None, None, False, False),
    ],
)
def test_who_needs_a_guardian(band: str | None, country: str | None, submit: bool, account: bool) -> None:
    needs = {each: rules.needs_guardian(OURS, band, country, each) for each in ("submit", "account", "licence")}
    assert needs == {"submit": submit, "account": account, "licence": band not in (None, "18+")}


def test_sides_and_when_the_country_matters() -> None:
    assert [rules.side(OURS, "13-15", each) for each in ("FI", "AT", "DE")] == ["above", "undecided", "below"]
    assert [band for band in rules.BANDS if rules.country_matters(OURS, band)] == ["13-15"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("land,alter\n", "columns must be"),
        (HEAD + REST + "fi,13,2026-11-22,yes,Law\n", "'fi' is not a country"),
        (HEAD + REST + "FI,7,2026-11-22,yes,Law\n", "'7' is not an age"),
        (HEAD + REST + "FI,13,2026-13-22,yes,Law\n", "is not a day"),
        (HEAD + REST + "FI,13,2027-03-02,yes,Law\n", "yet to come"),
        (HEAD + REST + "FI,13,2026-11-22,maybe,Law\n", "neither yes nor no"),
        (HEAD + REST + "FI,13,2026-11-22,yes,\n", "source is missing"),
        (HEAD + REST + "FI,13,2026-11-22,yes,Law, section 5\n", "more cells"),
        (HEAD + REST + REST, "stands twice"),
        (HEAD + "FI,13,2026-11-22,yes,Law\n", "row for '*' is missing"),
    ],
)
def test_faults_of_a_table_are_named(text: str, says: str) -> None:
    with pytest.raises(BadTable) as bad:
        parse(text, TODAY)
    assert says in str(bad.value)


def test_an_installation_brings_its_own_table(tmp_path: Path) -> None:
    own = tmp_path / "ages.csv"
    own.write_text("\ufeff" + HEAD + REST + 'FI,15,2027-02-01,yes,"Law, section 5"\n', encoding="utf-8")
    assert Settings.from_env({"FANMADE_CONSENT_AGES": str(own), "FANMADE_DATA": str(tmp_path)}).consent_ages == own
    found = laws.load(own, TODAY)
    assert (found.age_in("FI"), found.age_in("BE"), found.oldest) == (15, 16, date(2026, 11, 22))
    own.write_text(HEAD + "FI,130,2027-02-01,yes,Law\nSE,,2027-02-01,yes,Law\n")
    with pytest.raises(BadSettings) as bad:
        laws.load(own, TODAY)
    assert len(bad.value.faults) == 2 and all(
        fault.startswith("FANMADE_CONSENT_AGES: ages.csv, line") for fault in bad.value.faults
    )
    with pytest.raises(BadSettings, match="can't be read"):
        laws.load(tmp_path / "none.csv", TODAY)


def test_when_the_age_is_asked_again() -> None:
    def due(band: str | None, years: float) -> bool:
        return rules.ask_again(band, NOW - timedelta(days=366 * years), NOW)

    assert due("16-17", 2) and not due("16-17", 1.9)
    assert due("13-15", 3) and not due("13-15", 2.9)
    assert due("under-13", 2) and not due("18+", 50) and not due(None, 50)
    assert not rules.ask_again("16-17", None, NOW)


# Asked again at the next sign-in, in the browser.


def set_up(person: Any, client: Any, sign_in: Any, clock: Any, band: str) -> int:
    clock.at(NOW)
    someone = int(person("iiris@example.org", age_band=band, age_told_at=NOW))
    clock.at(NOW + timedelta(days=366 * 3))
    sign_in(client, someone)
    return someone


def kept(person_id: int) -> Person:
    end_reading()
    found = db.session.get(Person, person_id)
    assert found
    return found


def test_years_later_the_age_is_asked_once_more_and_only_goes_up(
    person: Any, client: Any, sign_in: Any, clock: Any
) -> None:
    from webapp.accounts.ages import service

    me = set_up(person, client, sign_in, clock, "13-15")
    assert service.asks_again(me, "", clock.now) == "/age/again"
    page = client.get("/age/again?next=/mine")
    assert page.status_code == 200 and b"12 or younger" not in page.data and b"13 to 15" in page.data
    assert client.post("/age/again", data={"band": "under-13"}).status_code == 422
    with pytest.raises(Refused):
        service.tell_again(me, "under-13", clock.now)
    assert client.post("/age/again", data={"band": "16-17", "next": "/mine"}).headers["Location"] == "/mine"
    assert kept(me).age_band == "16-17" and kept(me).age_told_at == clock.now
    assert service.asks_again(me, "", clock.now) is None
    client.post("/age/again", data={"band": "18+"})  # once: it isn't due any more
    assert kept(me).age_band == "16-17"
    assert db.session.scalars(select(Consent.kind)).all() == ["age:16-17"]


def test_under_13_a_guardian_agrees_before_anything_is_written(person: Any, clock: Any) -> None:
    from webapp.accounts.ages import service
    from webapp.accounts.guardians import account

    clock.at(NOW)
    child = person("kid@example.org")
    service.tell(child, "under-13", NOW)
    with transaction() as session, pytest.raises(Refused) as refused:
        account.require(session, child, "under-13")
    assert refused.value.code == "guardian-first"
    with transaction() as session:
        request = session.scalars(select(GuardianRequest)).one()
        assert (request.action, request.person_id) == ("account", child)
        request.agreed_at = datetime(2027, 3, 2, tzinfo=UTC)
    with transaction() as session:
        account.require(session, child, "under-13")


HONEST = [
    *("Aino", "Ö", "王", "O'Brien", "Nguyễn", "D’Angelo", "Jean-Luc", "محمد", "فاطمة", "王小明", "สมชาย", "தமிழ்"),
    *("Ольга", "Ελένη", "ひろし", "김민준", "שרה", "हिन्दी", "Þór", "Łukasz", "İpek", "Ng", "J", "Åsa-Märta", "Zoë 7"),
    *("ა", "Ա", "नमिता", "Việt Anh", "Ó Súilleabháin", "X Æ", "kbd_99"),
]


@pytest.mark.parametrize("name", HONEST)
def test_honest_names_in_any_script_pass(name: str) -> None:
    import unicodedata

    assert names.display_name(f"  {name} ") == unicodedata.normalize("NFKC", name)


@pytest.mark.parametrize(
    "name", ["Аdmin", "F a n m a d e", "ｏｆｆｉｃｉａｌ", "mоderator", "", " ", "'", "🎈", "\u202eevil", "\u200b"]
)
def test_names_that_deceive_or_hide_do_not(name: str) -> None:
    with pytest.raises(Refused):
        names.display_name(name)


def test_a_full_name_is_noticed_and_a_nickname_is_not() -> None:
    full = [each for each in ("Aino Lind", "Jean-Luc Martin", "Ольга Иванова") if names.reads_like_full_name(each)]
    assert len(full) == 3
    plain = ("aino", "Aino", "night owl", "DJ NOOR", "Zoë 7", "X Æ", "王小明", "Aino the brave")
    assert not any(map(names.reads_like_full_name, plain))
