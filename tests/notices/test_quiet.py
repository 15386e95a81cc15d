"""Nights by the reader's clock, on both nights in which clocks are changed; when digests are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.infra.mail.quiet import Quiet
from webapp.notices import paces

HELSINKI = "Europe/Helsinki"


def at(text: str, zone: str = HELSINKI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2027-03-01 08:00", "2027-03-01 08:00"),
        ("2027-03-01 20:59", "2027-03-01 20:59"),
        ("2027-03-01 21:00", "2027-03-02 08:00"),
        ("2027-03-02 07:59", "2027-03-02 08:00"),
        ("2027-03-27 22:00", "2027-03-28 08:00"),  # the night of 23 hours
        ("2027-10-30 22:00", "2027-10-31 08:00"),  # and the one of 25
        ("2027-10-31 03:30", "2027-10-31 08:00"),
    ],
)
def test_mail_waits_for_the_morning_of_its_reader(now, goes):
    assert Quiet(HELSINKI).opens(at(now)) == at(goes)


def test_the_nights_of_changed_clocks_are_an_hour_shorter_and_longer():
    spring, autumn = at("2027-03-27 22:00"), at("2027-10-30 22:00")
    assert Quiet(HELSINKI).opens(spring) - spring == timedelta(hours=9)
    assert Quiet(HELSINKI).opens(autumn) - autumn == timedelta(hours=11)


def test_the_young_have_longer_nights_and_adults_get_what_they_ordered_at_any_hour():
    evening = at("2027-03-01 20:00")
    young = paces.nights(HELSINKI, minor=True, transactional=True)
    assert young.opens(evening) == at("2027-03-02 08:00")
    assert young.opens(evening - timedelta(seconds=1)) == evening - timedelta(seconds=1)
    assert paces.nights(HELSINKI, minor=False, transactional=False).opens(evening) == evening
    assert paces.nights(HELSINKI, minor=False, transactional=True) is None


def test_at_every_hour_of_a_year_mail_goes_by_day_and_never_earlier_than_asked():
    for zone in ("America/St_Johns", "Pacific/Chatham", "Australia/Lord_Howe", "no/such", ""):
        moment, quiet = datetime(2027, 1, 1, tzinfo=UTC), Quiet(zone, 20)
        while moment.year == 2027:
            goes = quiet.opens(moment)
            local = goes.astimezone(ZoneInfo(zone if "_" in zone or "Chat" in zone else "UTC"))
            assert moment <= goes <= moment + timedelta(hours=13)
            assert 8 <= local.hour < 20
            moment += timedelta(hours=5, minutes=7)


@pytest.mark.parametrize(
    ("now", "pace", "due"),
    [
        ("2027-03-01 07:59", "daily", "2027-03-01 08:00"),
        ("2027-03-01 08:00", "daily", "2027-03-02 08:00"),
        ("2027-03-27 12:00", "daily", "2027-03-28 08:00"),
        ("2027-10-30 12:00", "daily", "2027-10-31 08:00"),
        ("2027-03-01 07:00", "weekly", "2027-03-01 08:00"),  # a Monday
        ("2027-03-01 08:00", "weekly", "2027-03-08 08:00"),
        ("2027-10-26 10:00", "weekly", "2027-11-01 08:00"),
    ],
)
def test_digests_are_due_at_eight_by_the_wall_clock(now, pace, due):
    assert paces.next_digest(at(now), HELSINKI, pace) == at(due)


def test_without_a_clock_of_their_own_people_go_by_that_of_the_fact():
    params = {"path": "/", "closes": {"at": "2027-03-01T12:00:00+00:00", "zone": "Asia/Tokyo"}}
    assert paces.zone_for("", params) == "Asia/Tokyo"
    assert paces.zone_for(HELSINKI, params) == HELSINKI
    assert paces.zone_for("", {"path": "/"}) == "UTC"
