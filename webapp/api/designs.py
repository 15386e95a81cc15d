"""Designs: read them, send one in, follow its picture, revise it, take it back."""

import hashlib
from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import current_app
from marshmallow import fields, validate
from werkzeug.datastructures import FileStorage

from contests.phases import SHOWN
from contests.submissions import queries as submissions
from contests.submissions import rules, service
from contests.submissions.queries import DesignRow
from webapp.accounts.login import CurrentPerson
from webapp.api import bearer, finding, once, paging, queries, words
from webapp.api.paging import SearchQuery
from webapp.api.parsing import Shape, Text
from webapp.api.schemas import DesignCardSchema, DesignSchema, page_of
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

section = Section("designs", "Designs and their pictures")


class Picture(fields.Field[FileStorage]):
    """A file of a form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "binary"}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ma.ValidationError("Not a file.")
        return value


class PictureForm(Shape):
    """A new picture."""

    picture = Picture(required=True)


class DesignForm(PictureForm):
    """A picture and the words that belong to it. `rights_hash` agrees to the contest's rights card."""

    title = Text(2, 80, required=True)
    alt = Text(10, 400, required=True)
    description = Text(0, 5000, load_default="")
    ai_use = fields.String(load_default="none", validate=validate.OneOf(rules.AI_USES))
    originality = fields.String(
        required=True,
        validate=validate.OneOf(["true"], error="Say 'true': the design is your own work."),
        metadata={"description": "The design is the sender's own work"},
    )
    rights_hash = Text(64, 64, required=True)


@section.operation(
    "GET",
    "/contests/<contest_slug>/designs",
    scope="read",
    public=True,
    query=SearchQuery,
    gives=page_of(DesignCardSchema),
)
def design_list(query: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """List a contest's public designs, oldest first; `q` looks in titles, codes and authors."""
    moment = now()
    contest = finding.contest(db.session(), contest_slug, moment)
    ids = (
        queries.design_ids(db.session(), contest.id, query["q"], query["after"] or 0, query["limit"] + 1)
        if contest.phase(moment) in SHOWN
        else []
    )
    page, following = paging.cut(ids, query)
    return {"items": words.designs(db.session(), page), "next": following}


@section.operation("GET", "/designs/<code>", scope="read", public=True, gives=DesignSchema)
def design(code: str) -> dict[str, Any]:
    """Read a design; its author also sees how far the workers are with the picture."""
    return words.design(db.session(), finding.design(db.session(), code, now()))


@section.operation(
    "POST", "/contests/<contest_slug>/designs", scope="submit", form=DesignForm, gives=DesignSchema, status=201
)
def submit(form: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """Send a design in: the picture and its words in one step. Follow the picture by reading the design."""
    moment, author = now(), _author()
    contest = finding.contest(db.session(), contest_slug, moment)
    data, name, sha256 = _read(form["picture"])
    said = {field: form[field] for field in ("title", "alt", "description", "ai_use", "rights_hash")}
    # Asked before the upload is kept: a wrong word should not leave a draft behind.
    rules.require_words(said["title"], said["alt"], said["ai_use"])
    rules.require_same_rights(said["rights_hash"], contest.rights_hash)
    submission_id = once.once(
        "api.design",
        author.id,
        once.fingerprint(sha256, said),
        moment,
        lambda: service.begin(contest.id, author.id, data, name, moment).submission_id,
        lambda session: queries.made_design(session, author.id, moment),
    )
    # Also after a replay: the first request may have died between the picture and the words.
    service.submit(submission_id, author.id, **said, now=moment)
    return _shown(submission_id)


@section.operation(
    "POST", "/designs/<code>/revisions", scope="submit", form=PictureForm, gives=DesignSchema, status=201
)
def revise(form: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Send a new picture for one's own design, until voting opens."""
    moment, author = now(), _author()
    own = finding.own_design(db.session(), code)
    data, name, sha256 = _read(form["picture"])
    once.once(
        "api.revision",
        author.id,
        once.fingerprint(sha256),
        moment,
        lambda: service.revise(own.id, author.id, data, name, moment),
    )
    return _shown(own.id)


@section.operation("POST", "/designs/<code>/retry", scope="submit", gives=DesignSchema)
def retry(code: str) -> dict[str, Any]:
    """Let the workers try a picture again that failed."""
    moment, author = now(), bearer.person()
    own = finding.own_design(db.session(), code)
    if own.latest is None:
        raise NotFound()
    revision_id = own.latest.id
    once.once("api.retry", author.id, once.fingerprint(), moment, lambda: service.retry(revision_id, author.id, moment))
    return _shown(own.id)


@section.operation("POST", "/designs/<code>/withdrawal", scope="submit", gives=DesignSchema)
def withdraw(code: str) -> dict[str, Any]:
    """Take one's own design back."""
    moment, author = now(), bearer.person()
    own = finding.own_design(db.session(), code)
    once.once(
        "api.withdrawal", author.id, once.fingerprint(), moment, lambda: service.withdraw(own.id, author.id, moment)
    )
    return _shown(own.id)


def _author() -> CurrentPerson:
    author = bearer.person()
    if author.age_band is None:
        raise Refused("age-needed", N_("Say on the site how old you are first: we ask once."), 403)
    return author


def _read(picture: FileStorage) -> tuple[bytes, str, str]:
    data = picture.stream.read(current_app.config["SETTINGS"].max_upload_bytes + 1)
    name = (picture.filename or "").encode("utf-8", "replace").decode().replace("\x00", "")
    return data, name[:200], hashlib.sha256(data).hexdigest()


def _shown(submission_id: int) -> dict[str, Any]:
    db.session.rollback()
    row: DesignRow | None = submissions.by_id(db.session(), submission_id)
    if row is None:
        raise NotFound()
    return words.design(db.session(), row)
