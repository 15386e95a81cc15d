"""What is measured: requests of each kind, in an order in which each finds what it needs."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.costs.site import PEOPLE, SECRET, Site
from bench.costs.strangers import LOOK, Crowd
from bench.load import Request
from bench.scene import Scene, token_of
from bench.web import Forms
from tests import pictures
from tests.post_office import PostOffice

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
MEGAPIXELS = (4000, 3000)
WARMING = "warming up"


@dataclass(frozen=True)
class Action:
    """What is done so many times: requests, and the answer that is right."""

    name: str
    requests: Sequence[Request]
    right: int


def actions(site: Site) -> Iterator[Action]:
    """Yield them in an order in which each finds what it needs."""
    scene, crowd, asset = site.scene, Crowd(site.port), "/static/css/fanmade.css"
    forms = Forms({"FANMADE_SECRET_KEY": SECRET}, PEOPLE)
    jar, stamp = crowd.meets(LOOK), crowd.header(asset, "Last-Modified")
    codes = scene.codes
    yield Action(WARMING, [("GET", LOOK, None, crowd.stranger(n)) for n in range(40)], 200)
    yield Action("gallery, a new stranger", [("GET", LOOK, None, crowd.stranger(100 + n)) for n in range(160)], 200)
    yield Action("gallery again", [("GET", LOOK, None, {"Cookie": jar})] * 240, 200)
    yield Action("asset revalidated (304)", [("GET", asset, None, {"If-Modified-Since": stamp})] * 400, 304)
    yield Action("design's page", [("GET", f"/D/{codes[n % 24]}", None, {"Cookie": jar}) for n in range(120)], 200)
    askers = [f"code{n}@example.net" for n in range(80)]
    yield Action("code asked", [crowd.asks(n, email) for n, email in enumerate(askers)], 302)
    sent = _codes(site.office)
    yield Action("code entered", [crowd.enters(n, email, sent[email]) for n, email in enumerate(askers)], 302)
    yield Action("vote, the first", [forms.vote(n, codes[1 + n % 40]) for n in range(1, 300)], 200)
    yield Action("vote, another", [forms.vote(n, codes[1 + (n + 1) % 40]) for n in range(1, 240)], 200)
    yield Action("vote taken back", [_unvote(forms, n, codes[1 + n % 40]) for n in range(1, 160)], 200)
    yield Action("preorder", [forms.order(n) for n in range(1, 120)], 302)
    say = "/api/v1/designs/{}/comments"
    lines = [(say.format(codes[n % 40]), {"body": f"I like the lines of it, number {n}."}) for n in range(100)]
    yield Action("comment", [_program(600 + n, path, body) for n, (path, body) in enumerate(lines)], 201)
    yield Action("upload and its pictures, 12 MP", [_upload(scene, 900 + n) for n in range(3)], 201)


def _unvote(forms: Forms, person: int, code: str) -> Request:
    method, path, body, headers = forms.act(person, code, b"&wish=withdraw")
    return method, path.replace("/vote", "/unvote"), body, headers


def _program(who: int, path: str, body: dict[str, Any]) -> Request:
    key = {"Authorization": f"Bearer {token_of(who)}", "Idempotency-Key": f"bench-{who}-{time.monotonic_ns()}"}
    return "POST", path, json.dumps(body).encode(), {**JSON, **key}


def _upload(scene: Scene, who: int) -> Request:
    words = {"title": f"Photo {who}", "alt": "Four squares", "originality": "true", "rights_hash": scene.rights_hash}
    head = "".join(f'--cut\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in words.items())
    head += '--cut\r\nContent-Disposition: form-data; name="picture"; filename="photo.jpg"\r\n\r\n'
    picture = pictures.saved(pictures.corners(*MEGAPIXELS).rotate(who % 90), "JPEG", quality=92)
    body = head.encode() + picture + b"\r\n--cut--\r\n"
    key = {"Authorization": f"Bearer {token_of(who)}", "Idempotency-Key": f"bench-picture-{who}"}
    kind = {"Content-Type": "multipart/form-data; boundary=cut", "Accept": "application/json"}
    return "POST", f"/api/v1/contests/{scene.call}/designs", body, {**key, **kind}


def _codes(office: PostOffice) -> dict[str, str]:
    found = {}
    for message in office.messages:
        if code := re.search(r"\b(\d{3}) ?(\d{3})\b", str(message["Subject"])):
            found[str(message["To"]).split("<")[-1].strip("> ")] = code[1] + code[2]
    return found
