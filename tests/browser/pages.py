"""Every page there is, each with somebody who may see it, as the demo has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from contests.comments.models import Comment
from contests.comments.questions.models import Question
from contests.models import Contest
from contests.submissions.models import Submission
from preorders.models import Drop, Preorder
from tests.browser.site import Site
from webapp.accounts.following.models import Profile

TEAM = "/team/aino-kuu"
STRANGER = None

# GET routes that answer with something other than a page, or with none without a secret that is mailed or sealed.
NOT_PAGES = {
    "accounts.invitation": "needs the token of a mail: test_team.py opens one",
    "accounts.not_me": "needs the link of a mail: tests/accounts/test_new_devices.py opens one",
    "accounts.second_proof": "redirects unless a second proof is missing: tests/accounts/test_factors.py opens it",
    "accounts.confirm_email": "redirects unless an address is being changed",
    "appeals.appeal": "opens for a ballot that was held: tests/voting/integrity/test_look.py looks at it",
    "bundle.audit_page": "needs the token of an auditor: tests/voting/bundle opens one",
    "bundle.results": "a file",
    "decisions.record": "JSON",
    "desk.batch": "opens once something was done to many orders: tests/browser/test_team.py waits for one",
    "desk.meter": "a fragment of the list of orders",
    "erased.receipt": "needs the token of an erasure: tests/accounts/my_data erases one",
    "exports.file": "a file",
    "exports.one": "opens for an export a worker writes: tests/preorders/exports opens one",
    "exports.status": "a fragment of it",
    "finalists.download": "a file",
    "finalists.status": "a fragment",
    "finalists.wallpaper": "a picture",
    "floods.preview": "opens for a flood: tests/contests/comments decides about one",
    "guardian_door.page": "needs the token of a mail: tests/accounts/guardians opens one",
    "accounts.age_again": "opens years after the first answer: tests/accounts/test_ages.py",
    "accounts.country": "opens to those whose country decides something: tests/accounts/test_settings.py",
    "guardians.mine": "opens to those under 18: the same tests",
    "health.csrf_token": "JSON",
    "health.healthz": "text",
    "health.readyz": "JSON",
    "log.log_key": "a key",
    "mail_gallery.html": "the HTML part of an example, in a frame",
    "metrics.scrape": "text for Prometheus",
    "mailbox.html": "the HTML part of a message, in a frame",
    "media.rendition": "a picture",
    "mentions.people": "JSON",
    "my_data.file": "a file",
    "my_data.status": "a fragment",
    "newsletter.confirm": "needs the token of a mail: tests/newsletters/test_joining.py opens one",
    "letters.html": "the HTML part of a letter, in a frame",
    "notices.unread": "a fragment",
    "originals.original": "a picture",
    "pages.compare": "opens for a design with two versions: tests/contests/comments/test_suggestions.py",
    "pages.favicon": "a picture",
    "pages.manifest": "JSON",
    "pages.robots": "text",
    "pages.theme": "a style sheet",
    "payments.back": "opens where money is taken: tests/preorders/payments pays there",
    "payments.go": "the same",
    "parcels.look": "opens once a file of parcels was sent: tests/preorders/test_parcels.py opens one",
    "pick_phone.confirm": "opens to a browser that came by a link only: tests/voting/test_pick_look.py looks at it",
    "pick_phone.desk": "the same",
    "pick_phone.door": "needs the token of a link: the same test opens one",
    "print_files.print_file": "opens to finalists who are asked: tests/contests/submissions/print_files",
    "print_files.status": "a fragment of it",
    "print_sheets.download": "a file",
    "production.status": "a fragment of the page of the production pack",
    "receipts.opened": "opens once, for a ballot that was opened: tests/voting/log",
    "receipts.receipt": "JSON",
    "second_look.one": "opens to the author of what was hidden: tests/contests/comments/test_appeals.py",
    "studio.asset": "JSON",
    "studio.picture": "a picture",
    "studio.show": "JSON",
    "submissions.status": "a fragment of the draft page",
    "suggestions.accept": "opens to the designer of a suggestion: tests/contests/comments/test_suggestions.py",
    "suggestions.decline": "the same",
    "suggestions.invite": "the same, for a comment",
    "waitlist.accept": "redirects to the order form",
    "voting.my_ballot": "redirects to the ballot",
}


@dataclass(frozen=True)
class Page:
    """A page: its endpoint, its path, and who looks at it."""

    endpoint: str
    path: str
    who: str | None = STRANGER


def all_pages(site: Site) -> list[Page]:
    """Each page at least once; those with several faces more often."""
    return [*_public(site), *_fans(site), *_teams(site), *_operators(site)]


def _id(site: Site, slug: str) -> int:
    return int(site.one(select(Contest.id).where(Contest.slug == slug)))


def code_in(site: Site, slug: str, number: int = 0, state: str = "approved") -> str:
    """The code of a design that hangs in a contest."""
    wanted = select(Submission.code).where(Submission.contest_id == _id(site, slug), Submission.state == state)
    return str(site.one(wanted.where(Submission.submitted_at.is_not(None)).order_by(Submission.id).offset(number)))


def _public(site: Site) -> Iterator[Page]:
    code = code_in(site, "low-tide-tour-tee")
    number = site.one(select(Submission.id).where(Submission.code == code))
    yield Page("pages.home", "/")
    yield Page("pages.artist", "/a/aino-kuu")
    for slug in PHASES:
        yield Page("pages.contest", f"/c/{slug}")
    yield Page("pages.gallery", "/c/low-tide-tour-tee/designs")
    yield Page("pages.gallery", "/c/low-tide-tour-tee/designs?q=nothing-of-the-kind")
    yield Page("pages.design", f"/D/{code}")
    yield Page("pages.scanned", f"/D/{code}/QR")
    asked = site.one(select(Question.id).where(Question.answered_at.is_not(None)).order_by(Question.id))
    yield Page("questions.index", "/c/low-tide-tour-tee/questions")
    yield Page("questions.one", f"/c/low-tide-tour-tee/questions/{asked}")
    yield Page("voting.focus", "/c/low-tide-tour-tee/vote")
    yield Page("voting.ballot", "/c/low-tide-tour-tee/ballot")
    yield Page("voting.result", "/c/club-tee/result")
    yield Page("log.contest", "/c/club-tee/log")
    yield Page("log.integrity", "/how-votes-are-checked")
    yield Page("decisions.show", "/c/club-tee/decision")
    yield Page("drops.show", "/drops/club-tee")
    yield Page("accounts.sign_in", "/sign-in")
    yield Page("accounts.code", "/sign-in/code")
    yield Page("accounts.password", "/sign-in/password")
    yield Page("accounts.recover", "/sign-in/recovery")
    yield Page("accounts.demo_people", "/dev/people")
    yield Page("accounts.demo_person", f"/dev/sign-in/{site.person('milja')}")
    yield Page("mailbox.index", "/dev/mail")
    yield Page("mailbox.show", f"/dev/mail/{next(site.mailbox.glob('*.eml')).stem}")
    yield Page("notices.unsubscribe", _unsubscribe_path(site))
    yield Page("newsletter.out", _way_out(site))
    yield Page("comments.takedown", "/takedown")
    yield Page("comments.report", f"/report/submission/{number}", "bram")
    yield Page("transparency.index", "/transparency")
    yield Page("pages.privacy", "/privacy")
    yield Page("pages.terms", "/terms")
    yield Page("pages.imprint", "/imprint")
    yield Page("404", "/nothing-here")


def _unsubscribe_path(site: Site) -> str:
    from webapp.notices import unsubscribing

    with site.app.test_request_context():
        return "/unsubscribe/" + unsubscribing.url(site.person("milja"), "comment").rpartition("/")[2]


def _way_out(site: Site) -> str:
    from webapp.newsletters import tokens

    with site.app.test_request_context():
        return f"/newsletter/out/{tokens.way_out(tokens.NOBODY, 0)}"


PHASES = (
    "low-tide-tour-tee",
    "night-ferry-poster",
    "club-tee",
    "winter-hoodie",
    "harbour-bag",
    "songbook-cover",
    "demo-tape-sleeve",
    "beach-towel",
)


def _fans(site: Site) -> Iterator[Page]:
    milja, bram = site.person("milja"), site.person("bram")
    draft = site.one(select(Submission.code).where(Submission.author_id == milja, Submission.submitted_at.is_(None)))
    comment = site.one(select(Comment.id).where(Comment.author_id == milja).order_by(Comment.id.desc()))
    own = site.one(select(Submission.code).where(Submission.author_id == milja, Submission.state == "approved"))
    order = site.one(select(Preorder.number).where(Preorder.person_id == bram))
    yield Page("pages.home", "/", "milja")
    yield Page("pages.mine", "/mine", "milja")
    yield Page("pages.mine", "/mine", "bram")
    yield Page("pages.gallery", "/c/low-tide-tour-tee/designs?show=hearts", "milja")
    yield Page("pages.design", f"/D/{own}", "milja")
    yield Page("voting.ballot", "/c/winter-hoodie/ballot", "milja")
    yield Page("receipts.mine", "/receipts", "milja")
    yield Page("submissions.enter", "/c/songbook-cover/enter", "milja")
    yield Page("submissions.draft", f"/designs/{draft}/draft", "milja")
    yield Page("studio.studio", "/c/songbook-cover/studio", "milja")
    yield Page("studio.finish", f"/studio/drafts/{_drawing(site, milja)}/finish", "milja")
    yield Page("comments.edit", f"/comments/{comment}/edit", "milja")
    yield Page("notices.inbox", "/inbox", "milja")
    yield Page("notices.preferences", "/inbox/preferences", "milja")
    yield Page("notices.mails", "/inbox/mails", "milja")
    yield Page("mail_gallery.index", "/dev/mails", "milja")
    yield Page("mail_gallery.show", "/dev/mails/fi/digest", "milja")
    yield Page("credits.mine", "/credits", "milja")
    yield Page("suggestions.suggest", f"/D/{code_in(site, 'low-tide-tour-tee')}/suggest", "bram")
    yield Page("second_look.mine", "/second-look", "milja")
    yield Page("my_data.index", "/settings/my-data", "milja")
    yield Page("my_data.erase", "/settings/my-data/erase", "milja")
    yield Page("questions.index", "/c/low-tide-tour-tee/questions", "milja")
    yield Page("questions.ask", "/c/low-tide-tour-tee/questions/ask", "milja")
    yield Page("accounts.settings", "/settings", "milja")
    yield Page("accounts.tokens", "/settings/tokens", "milja")
    yield Page("newsletter.mine", "/settings/newsletters", "milja")
    yield Page("accounts.fresh_now", "/sign-in/fresh", "milja")
    yield Page("passkeys.index", "/settings/passkeys", "milja")
    yield Page("accounts.age", "/age", "milja")
    yield Page("pages.following", "/following", "milja")
    yield Page("profiles.settings", "/settings/page", "milja")
    yield Page("pages.person", f"/p/{site.one(select(Profile.code).order_by(Profile.id))}", "milja")
    yield Page("drops.order", "/drops/club-tee/preorder?size=M", "milja")
    yield Page("preorders.mine", f"/preorders/{order}", "bram")
    yield Page("waitlist.mine", "/preorders/waitlist", "bram")
    yield Page("earnings.mine", "/royalties", "bram")


def _drawing(site: Site, person_id: int) -> str:
    """The code of an empty drawing of theirs, begun once."""
    from contests import queries
    from contests.submissions.studio import service
    from contests.submissions.studio.owners import Owner
    from webapp.infra.db import db

    contest = _id(site, "songbook-cover")
    with site.app.app_context():
        product = queries.products(db.session(), contest)[0]
        said = {"product": product.position, "colour": product.colours[0]["hex"], "front": None, "back": None}
        code = service.begin(contest, Owner(person_id, "0" * 32), said, site.now()).code
        db.session.remove()
    return code


def _teams(site: Site) -> Iterator[Page]:
    picking, drop = _id(site, "night-ferry-poster"), site.one(select(Drop.id))
    voting, order = _id(site, "low-tide-tour-tee"), site.one(select(Preorder.number))
    draft = site.one(select(Contest.id).where(Contest.published_at.is_(None)))
    yield Page("pages.team", TEAM, "aino")
    yield Page("teams.index", f"{TEAM}/people", "aino")
    yield Page("teams.edit", f"{TEAM}/page", "aino")
    yield from _letters(site)
    yield Page("contests.new", f"{TEAM}/contests/new", "aino")
    for step in STEPS:
        yield Page("contests.edit", f"{TEAM}/contests/{draft}/{step}", "aino")
    yield Page("contests.preview", f"{TEAM}/contests/{draft}/preview", "aino")
    yield Page("contests.reschedule", f"{TEAM}/contests/{voting}/reschedule", "aino")
    yield Page("contests.cancel", f"{TEAM}/contests/{voting}/cancel", "aino")
    yield Page("kit.show", f"{TEAM}/contests/{_id(site, 'songbook-cover')}/kit", "aino")
    yield Page("insights.funnel", f"{TEAM}/contests/{_id(site, 'club-tee')}/funnel", "aino")
    yield Page("finalists.kit", f"/designs/{_with_kit(site, picking)}/kit", "aino")
    yield Page("finalists_team.show", f"{TEAM}/contests/{picking}/finalists", "aino")
    yield Page("picks.desk", f"{TEAM}/contests/{picking}/pick", "aino")
    yield Page("print_sheets.sheet", f"{TEAM}/designs/{code_in(site, 'low-tide-tour-tee')}/print", "aino")
    yield Page("picks.desk", f"{TEAM}/contests/{picking}/pick?blind=0", "aino")
    yield Page("picks.confirm", f"{TEAM}/contests/{picking}/pick/{_finalist(site, picking)}", "aino")
    yield Page("pick_links.index", f"{TEAM}/contests/{picking}/pick-links", "selma")
    open_one = site.one(select(Question.id).where(Question.answered_at.is_(None)).order_by(Question.id))
    yield Page("question_desk.index", f"{TEAM}/contests/{voting}/questions", "aino")
    yield Page("question_desk.answer", f"{TEAM}/questions/{open_one}", "selma")
    yield Page("moderation.queue", f"{TEAM}/moderation", "jonas")
    yield Page("moderation.log", f"{TEAM}/moderation/log", "jonas")
    yield Page("act_appeals.index", f"{TEAM}/moderation/appeals", "jonas")
    yield Page("floods.words", f"{TEAM}/moderation/words", "jonas")
    yield Page("integrity.index", f"{TEAM}/votes", "jonas")
    yield Page("integrity.log", f"{TEAM}/votes/log", "jonas")
    yield Page("desk.drops", f"{TEAM}/drops", "selma")
    yield Page("desk.edit", f"{TEAM}/drops/{drop}", "selma")
    yield Page("desk.new_drop", f"{TEAM}/drops/new", "selma")
    yield Page("desk.orders", f"{TEAM}/drops/{drop}/orders", "selma")
    for endpoint, name in PAGES_OF_A_DROP.items():
        yield Page(endpoint, f"{TEAM}/drops/{drop}/{name}", "selma")
    yield Page("desk.order", f"{TEAM}/drops/{drop}/orders/{order}", "selma")


def _letters(site: Site) -> Iterator[Page]:
    from webapp.newsletters.models import Letter

    draft, sent = (site.one(select(Letter.id).where(Letter.state == state)) for state in ("draft", "sent"))
    yield Page("letters.index", f"{TEAM}/letters", "aino")
    yield Page("letters.edit", f"{TEAM}/letters/{draft}", "aino")
    yield Page("letters.preview", f"{TEAM}/letters/{draft}/preview", "aino")
    yield Page("letters.confirm", f"{TEAM}/letters/{draft}/send", "aino")
    yield Page("letters.progress", f"{TEAM}/letters/{sent}/progress", "aino")


PAGES_OF_A_DROP = {
    "desk.rates": "rates",
    "exports.index": "exports",
    "waitlist_desk.demand": "waitlist",
    "production.index": "production",
    "parcels.imports": "parcels",
    "royalties.of_drop": "royalties",
    "desk.forecast": "forecast",
}
STEPS = ("basics", "brief", "products", "rights", "schedule", "review")


def _finalist(site: Site, contest_id: int) -> str:
    from voting import guarded, queries
    from webapp.infra.db import db

    with site.app.app_context():
        finalists = queries.shortlist(db.session(), contest_id)
        held = guarded.held_back(db.session(), finalists)  # a guardian is asked first
        first = next(each for each in finalists if each not in held)
        db.session.remove()
    return str(site.one(select(Submission.code).where(Submission.id == first)))


def _with_kit(site: Site, contest_id: int) -> str:
    """The code of a finalist whose kit has been asked for, if not by the ticker, then now."""
    from contests.submissions.finalists.models import FinalistKit
    from voting import finalist_kits

    with site.app.app_context():
        finalist_kits.open_missing()
    asked = select(Submission.code).join(FinalistKit, FinalistKit.submission_id == Submission.id)
    return str(site.one(asked.where(Submission.contest_id == contest_id)))


def _operators(site: Site) -> Iterator[Page]:
    from webapp.accounts.models import Artist

    artist = site.one(select(Artist.id))
    yield Page("operator.index", "/operator", "olive")
    yield Page("operator.invite", f"/operator/artists/{artist}/invite", "olive")
    yield Page("system.index", "/operator/system", "olive")
    yield Page("voids.index", "/operator/picks", "olive")
    yield Page("audits.index", "/operator/audits", "olive")
    yield Page("escalations.index", "/operator/escalations", "olive")
