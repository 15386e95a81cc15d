"""A device that makes passkeys, in software: what it signs is real."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey. `count` goes up with each use, unless it `counts` nothing."""

    origin: str = "http://localhost"
    counts: bool = True
    count: int = 0
    flags: int = PRESENT | VERIFIED
    handle: str = ""
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def id(self) -> str:
        """The credential's id as browsers write it."""
        return bytes_to_base64url(self.credential_id)

    def make(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer a question to make a passkey, as the form that passkey.js sends."""
        self.handle = question["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        body = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor2.dumps(cose)
        data = self._data(question["rp"]["id"], ATTESTED) + body
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", question["challenge"])
        return self._form(clientDataJSON=client, attestationObject=attested, transports=["internal", "tentacle"])

    def use(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer a question to sign in."""
        self.count += self.counts
        client = self._client("webauthn.get", question["challenge"])
        data = self._data(question["rpId"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"authenticatorData": data, "signature": signed, "userHandle": base64url_to_bytes(self.handle)}
        return self._form(clientDataJSON=client, **said)

    def _data(self, rp_id: str, more: int = 0) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _form(self, **response: Any) -> dict[str, Any]:
        plain = {name: bytes_to_base64url(each) if isinstance(each, bytes) else each for name, each in response.items()}
        answer = {"id": self.id, "rawId": self.id, "type": "public-key", "response": plain}
        return {"id": self.id, "credential": json.dumps(answer)}
