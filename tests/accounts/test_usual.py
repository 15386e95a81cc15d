"""Which passwords are too easily guessed, and that good ones are left alone."""

import pytest
from sqlalchemy import select

from webapp.accounts.models import Person
from webapp.accounts.usual import is_about, is_usual
from webapp.infra.db import db

ABOUT = ["Fanmade", "merch.example.org", "aino.lind@mail.example", "Aino Lind", "The Midnight Owls"]


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "Password123",
        "P@ssw0rd2024!",
        "iloveyou1999",
        "tinkerbell",
        "sunshine!!!!!",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "passwordpassword",
        "qwertyasdfgh1234",
        "0987654321",
        "zxcvbnm,123456",
        "abcdefghijklm",
        "ＰＡＳＳＷＯＲＤ１２３",
    ],
)
def test_what_is_guessed_first(password: str) -> None:
    assert is_usual(password)


@pytest.mark.parametrize(
    "password",
    [
        "four words in a row",
        "correct-horse-battery",
        "Tr0mbone&kettle",
        "kolme hauskaa hirveä",
        "x9#Lm2!vQe",
        "ключ под ковром",
    ],
)
def test_what_is_left_alone(password: str) -> None:
    assert not is_usual(password)
    assert not is_about(password, ABOUT)


@pytest.mark.parametrize(
    "password", ["fanmade2024", "ainolind1999", "Aino-Lind-77", "a1n0.l1nd!", "midnightowls1", "aino.lind@mail.example"]
)
def test_what_says_whose_it_is(password: str) -> None:
    assert is_about(password, ABOUT)


def test_a_name_within_a_longer_secret_is_fine() -> None:
    assert not is_about("aino and the seven kettles", ABOUT)


@pytest.mark.one_db
def test_the_form_says_which_is_too_easy_and_keeps_the_old_one(person, client, sign_in, artist) -> None:
    me = person("aino.lind@example.org", "Aino")
    artist("midnight-owls", "The Midnight Owls")
    sign_in(client, me)
    for typed, said in (
        ("Password123!", "Many people"),
        ("aino.lind2024", "your name"),
        ("midnightowls24", "your name"),
    ):
        refused = client.post("/settings/password", data={"password": typed})
        assert refused.status_code == 422
        assert said in refused.get_data(as_text=True)
        assert typed not in refused.get_data(as_text=True)
    assert client.post("/settings/password", data={"password": "four words in a row"}).status_code == 302
    assert db.session.scalar(select(Person.password_hash).where(Person.id == me))
