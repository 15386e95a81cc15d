"""Names, addresses and colours."""

import pytest

from webapp.accounts import colours, names
from webapp.accounts.addresses import normalise
from webapp.kernel.refusal import Refused


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Aino   L ", "Aino L"),
        ("Ａino", "Aino"),
        ("Björk", "Björk"),
        ("Юля", "Юля"),
        ("9 lives", "9 lives"),
        ("Team Aino", "Team Aino"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("Unofficial Tides", "Unofficial Tides"),
        ("Zoë-Маша", "Zoë-Маша"),
    ],
)
def test_names_people_may_have(typed, kept):
    assert names.display_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x" * 41,
        "!!",
        "Fanmade",
        "F4nmade",
        "fan made",
        "Аdmin",
        "M0derator",
        "The Official Aino",
        "Ai\u202eno",
        "Ai\u200bno",
        "Operаtor",
        "f\u0430nmade",
        "team",
        "Support!",
        "Offlcial",
        "adrnin",
        "OfficialTides",
        "a" + "\u0300\u0301\u0302\u0303\u0304",
    ],
)
def test_names_nobody_may_have(typed):
    with pytest.raises(Refused):
        names.display_name(typed)


def test_addresses_are_one_person_in_any_spelling():
    assert normalise(" Aino.L+fan@EXAMPLE.org ") == "aino.l+fan@example.org"
    assert normalise("aino@bücher.example") == "aino@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "typed", ["a@b@c", "aino", "@example.org", "aino@example.org\r\nBcc: x@y.org", "a" * 250 + "@x.org"]
)
def test_what_is_no_address(typed):
    with pytest.raises(Refused) as refused:
        normalise(typed)
    assert refused.value.code == "bad-address"


@pytest.mark.parametrize("colour", ["#FFFFFF", "#FFC83D", "#C8F04B", "#2748D9", "#000000", "#7F7F7F", "not a colour"])
def test_darkened_colours_can_be_read_on(colour):
    darker = colours.readable(colour)
    assert colours.contrast(darker, "#FFFFFF") >= 4.5
    if colours.is_colour(colour) and colours.contrast(colour, "#FFFFFF") >= 4.5:
        assert darker == colour


def test_contrast_is_what_wcag_says():
    assert colours.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert colours.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_slugs():
    assert names.slug_of("Björk & Co.") == "bjork-co"
    assert names.slug_of("日本") == ""
