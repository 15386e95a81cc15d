"""A signature by DKIM survives the way through a real SMTP server, and holds what one click goes by."""

from __future__ import annotations

from dataclasses import replace

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tests.newsletters.conftest import Room
from tests.post_office import PostOffice
from webapp.boot.commands import doctor
from webapp.infra import mail
from webapp.infra.mail import signing
from webapp.infra.settings import BadSettings, Settings
from webapp.newsletters import feeding

pytestmark = pytest.mark.one_db


class Keeping(PostOffice):
    """Keeps the bytes as they came over the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):
        self.raw.append(envelope.original_content)
        return await super().handle_DATA(server, session, envelope)


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture
def signed(app, tmp_path):
    path = tmp_path / "dkim.pem"
    path.write_bytes(pem(rsa.generate_private_key(65537, 2048)))
    office = Keeping()
    office.start()
    named = {"dkim_selector": "sel", "dkim_domain": "example.org", "dkim_key_file": path}
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], mail_url=office.url, list_mailbox="out@example.org",
        mail_from="Ääni <hello@example.org>", **named,
    )  # fmt: skip
    yield office, app.config["SETTINGS"]
    office.stop()


def test_every_mail_is_signed_and_the_way_out_is_inside(room: Room, signed, clock):
    office, settings = signed
    room.subscribe("reader@example.org")
    letter = room.letter(body_md="Ääkköset – ja pitkä rivi " + "sana " * 300, subject="Tämä on täällä")
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    assert mail.drain() == 1
    name, record = signing.dns_record(settings)
    asked = []

    def dns(wanted, timeout=5):
        asked.append(wanted.decode().rstrip("."))
        return record.encode()

    [raw] = office.raw
    assert dkim.verify(raw, dnsfunc=dns)
    assert asked == [name] == ["sel._domainkey.example.org"]
    fields = raw.split(b"h=")[1].split(b";")[0].replace(b"\r\n", b"").replace(b" ", b"").lower().split(b":")
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"list-id", b"from", b"subject"} <= set(fields)
    assert not dkim.verify(raw.replace(b"List-Unsubscribe-Post: ", b"List-Unsubscribe-Post: No"), dnsfunc=dns)
    [message] = office.messages
    assert "mailto:out@example.org?subject=" in message["List-Unsubscribe"].replace("\n", "")
    assert "Ääkköset" in message.get_body(("plain",)).get_content()
    found = doctor._dkim()
    assert record in found


def test_a_key_that_can_not_sign_is_found_before_any_mail(app, tmp_path):
    path = tmp_path / "key.pem"
    base = {"FANMADE_DKIM_SELECTOR": "s", "FANMADE_DKIM_KEY_FILE": str(path), "FANMADE_DATA": str(tmp_path)}
    with pytest.raises(BadSettings, match="there is no file"):
        Settings.from_env({**base, "FANMADE_DKIM_DOMAIN": "example.org"})
    path.write_bytes(pem(ed25519.Ed25519PrivateKey.generate()))
    settings = Settings.from_env({**base, "FANMADE_MAIL_FROM": "Us <a@example.org>"})
    assert settings.dkim_domain == "example.org"
    with pytest.raises(signing.BadKey, match="not an RSA key"):
        signing.dns_record(settings)
    path.write_bytes(b"nonsense")
    with pytest.raises(signing.BadKey, match="no private key"):
        signing.seal_of(settings)
    with pytest.raises(BadSettings, match="FANMADE_DKIM_KEY_FILE: missing"):
        Settings.from_env({"FANMADE_DKIM_SELECTOR": "s", "FANMADE_DATA": str(tmp_path)})
    with pytest.raises(BadSettings, match="no name in DNS"):
        Settings.from_env({**base, "FANMADE_DKIM_SELECTOR": "a b", "FANMADE_DKIM_DOMAIN": "example.org"})
