"""The map of the whole system: who serves what, who listens to which fact, what ticks; each in a file of its own.

Here stands where rooms hang something onto lower ones, and what strangers may read where.
"""

from collections.abc import Callable

from flask import Flask
from flask_wtf import CSRFProtect

from contests import my_data as contest_data
from contests.comments import my_data as comment_data
from contests.submissions import forgetting
from contests.submissions import guarded as guarded_designs
from contests.submissions import my_data as design_data
from contests.submissions.studio import service as studio_service
from preorders import (
    after_pick,
    expiry,
    guarded,
    teaching,
)
from preorders import my_data as drop_data
from preorders.forecasting import knowing as drop_outlook
from preorders.payments import opening as payment_pages
from voting import closing as voting_closing
from voting import (
    decisions,
    pick_evidence,
    pick_figures,
    recounting,
    recounting_rows,
    what_next,
)
from voting import guarded as guarded_licences
from voting import my_data as voting_data
from voting import service as voting_service
from voting.bundle import checking as bundle_checking
from voting.bundle import content as bundle_content
from voting.exposure import freezing
from voting.exposure import telling as exposure
from voting.integrity import checking as integrity_checking
from voting.integrity import looking
from voting.integrity import windows as integrity_windows
from voting.log import checking as log_checking
from voting.log import roots as log_roots
from voting.wearing import service as wearing_service
from voting.wearing import telling as wearing
from webapp.accounts import again, hooks, login, zones
from webapp.accounts.ages import service as ages
from webapp.accounts.guardians import account as guardian_account
from webapp.accounts.guardians import actions as guardian_actions
from webapp.accounts.my_data import room as account_data
from webapp.accounts.my_data import rooms
from webapp.api import install as api
from webapp.boot.listening import SUBSCRIPTIONS
from webapp.boot.serving import BLUEPRINTS, EXEMPT
from webapp.boot.tasks import TASKS
from webapp.infra.mail import returned
from webapp.insights import my_data as visit_data
from webapp.newsletters import hearing, joining
from webapp.newsletters import my_data as newsletter_data
from webapp.notices import kinds
from webapp.notices import my_data as notice_data
from webapp.notices import views as notices

__all__ = [
    "BLUEPRINTS",
    "EXEMPT",
    "READ_ALONG",
    "SEEN_BY_STRANGERS",
    "SUBSCRIPTIONS",
    "TASKS",
    "install_api",
    "install_people",
    "unread_notices",
]

# What a guardian can be asked for.
guardian_actions.register(guarded.ACTION)
guardian_actions.register(guarded_designs.ACTION)
guardian_actions.register(guarded_licences.ACTION)
guardian_actions.register(guardian_account.ACTION)
expiry.GIVE_UP.append(payment_pages.nothing_open)  # an order expires when nothing can be paid for it any more
hooks.ON_SIGN_IN.append(ages.asks_again)  # an age told years ago
hooks.ON_SIGN_IN.append(zones.learn)  # their clock, when they have chosen none
hooks.ON_SIGN_IN.append(voting_service.claim)  # a stranger's pending hearts begin to count
recounting.CHECKS.extend((log_checking.differences, bundle_checking.differences, decisions.differences))
recounting.CHECKS.extend((integrity_checking.differences, recounting_rows.differences))
bundle_content.REASONS.append(integrity_checking.reasons)
bundle_content.SECTIONS["integrity.json"] = integrity_checking.section
voting_closing.BEFORE_COUNT.append(looking.before_count)  # what rules hold is held before the roots are made
voting_closing.BEFORE_COUNT.append(log_roots.publish_seal)  # the roots are out before any total
voting_closing.BEFORE_COUNT.append(freezing.freeze)  # how often designs were shown, as it stood at the seal
bundle_content.SECTIONS["exposure.json"] = exposure.section
pick_evidence.SOURCES.extend((drop_outlook.evidence, exposure.evidence))
pick_evidence.SOURCES.extend((pick_figures.credit, pick_figures.travels))
what_next.SOURCES.append(after_pick.following)  # the result of a vote leads on to what it brought
decisions.PROVISIONAL.append(integrity_windows.is_provisional)  # until the appeals are over
wearing.PAST.append(teaching.past)
hooks.ON_SIGN_IN.append(wearing_service.claim)  # what this browser would wear counts for its person
hooks.ON_SIGN_IN.append(studio_service.claim)  # what this browser has drawn goes on elsewhere

hooks.ON_SIGN_IN.append(joining.claim)  # newsletters of their address are theirs
returned.HEARERS.append(hearing.hear)  # bounces and complaints of letters
returned.SUBJECTS.append(hearing.leave)  # newsletters are ended by mail, too

# Erasing somebody passes through the rooms in this order: what money and pieces hang on first, who they are last.
rooms.register(newsletter_data.ROOM)
rooms.register(drop_data.ROOM, voting_data.ROOM, comment_data.ROOM, design_data.ROOM, contest_data.ROOM)
rooms.register(visit_data.ROOM, notice_data.ROOM, account_data.ROOM)
forgetting.STAY.extend((voting_data.picked, drop_data.in_drops))  # designs that stay, as those of a fan
forgetting.EVIDENCE.append(comment_data.evidence)  # files that may be against the law are not destroyed

unread_notices: Callable[[], int] = notices.unread_notices

# Pages that are read on a replica when a stranger asks for them (webapp/infra/along.py); none of them commits anything.
READ_ALONG = (
    *(f"pages.{name}" for name in ("home", "artist", "contest", "gallery", "design", "scanned", "compare", "person")),
    *("questions.index", "questions.one", "voting.result"),
)
# What these pages show: who updates or deletes there may take something from sight, and waits until all replicas have
# it (webapp/infra/replicas.py).
SEEN_BY_STRANGERS = (
    *("submissions", "revisions", "finalist_kits", "credit_shares", "comments", "takedowns"),
    *("questions", "question_answers", "people", "public_profiles", "artists", "contests", "contest_products"),
    *("shortlisted", "picks", "finalist_words", "decisions"),
)


def install_people(app: Flask) -> None:
    """Install sign-in: who is asking; and see that every notice sent has its words."""
    login.init_app(app)
    again.init_app(app)
    kinds.check()


def install_api(app: Flask, csrf: CSRFProtect) -> None:
    """Register the JSON API; its callers bear tokens, so forms' CSRF does not apply."""
    api.install(app, csrf)
