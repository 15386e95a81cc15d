"""The map of the whole system on one screen: who serves what, who listens to which fact, what ticks."""

from collections.abc import Callable, Iterable

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from contests import jobs as contest_jobs
from contests import kinds as contest_kinds
from contests import my_data as contest_data
from contests import views as contests
from contests.comments import bulk_views, escalation_views, transparency_views
from contests.comments import jobs as comment_jobs
from contests.comments import kinds as comment_kinds
from contests.comments import moderation_views as moderation
from contests.comments import my_data as comment_data
from contests.comments import views as comments
from contests.comments.appeals import tell as second_looks
from contests.comments.appeals import views as appeal_pages
from contests.comments.events import (
    ActAppealAnswered,
    ActAppealed,
    CommentMade,
    CommentModerated,
    Escalated,
    TakedownRequested,
    TakedownResolved,
)
from contests.comments.mentions import kinds as mention_kinds
from contests.comments.mentions import tell as mention_news
from contests.comments.mentions import views as mentions
from contests.comments.mentions.events import PeopleMentioned
from contests.comments.questions import desk_views as question_desk
from contests.comments.questions import kinds as question_kinds
from contests.comments.questions import tell as question_news
from contests.comments.questions import views as questions
from contests.comments.questions.events import QuestionAnswered, QuestionAsked, QuestionMerged, QuestionModerated
from contests.comments.reactions import kinds as reaction_kinds
from contests.comments.reactions import tell as reaction_news
from contests.comments.reactions import views as reactions
from contests.comments.suggestions import kinds as suggestion_kinds
from contests.comments.suggestions import tell as suggestion_news
from contests.comments.suggestions import views as suggestions
from contests.comments.suggestions.events import SuggestionDecided, SuggestionDone
from contests.events import ContestCancelled, ContestLapsed, ContestPublished, ContestRescheduled, VotingOpened
from contests.submissions import followed as followed_designs
from contests.submissions import forgetting, media, portraits, rebuilding
from contests.submissions import guarded as guarded_designs
from contests.submissions import jobs as picture_jobs
from contests.submissions import my_data as design_data
from contests.submissions import tell as design_news
from contests.submissions import views as submissions
from contests.submissions.credits import kinds as credit_kinds
from contests.submissions.credits import tell as credit_news
from contests.submissions.credits import views as credit
from contests.submissions.credits.events import CreditAnswered, CreditOffered
from contests.submissions.events import RevisionFailed, RevisionProcessed, RevisionUploaded, SubmissionModerated
from contests.submissions.finalists import jobs as kit_jobs
from contests.submissions.finalists import kinds as kit_kinds
from contests.submissions.finalists import team as finalists_team
from contests.submissions.finalists import travels as kit_travels
from contests.submissions.finalists import views as finalists
from contests.submissions.finalists.events import KitMade, KitWanted
from contests.submissions.print_files import jobs as print_jobs
from contests.submissions.print_files import kinds as print_kinds
from contests.submissions.print_files import sheets as print_sheets
from contests.submissions.print_files import views as print_files
from contests.submissions.print_files.events import PrintFileFailed, PrintFileSent
from contests.submissions.studio import jobs as studio_jobs
from contests.submissions.studio import kit_views
from contests.submissions.studio import service as studio_service
from contests.submissions.studio import views as studio
from contests.submissions.studio.events import AssetUploaded
from preorders import (
    after_pick,
    batches,
    desk_jobs,
    desk_kinds,
    desk_orders,
    expiry,
    goal_news,
    goals,
    guarded,
    teaching,
)
from preorders import jobs as drop_jobs
from preorders import kinds as drop_kinds
from preorders import my_data as drop_data
from preorders import order_views as order_pages
from preorders import print_calls as drop_print_calls
from preorders import tallies as order_tallies
from preorders import views as preorders
from preorders.events import (
    AddressesWanted,
    DropCancelled,
    DropClosed,
    DropLocked,
    DropOpened,
    GoalMissed,
    GoalReached,
    LockAnnounced,
    PreorderCancelled,
    PreorderChanged,
    PreorderConfirmed,
    PreorderExpired,
    PreorderPlaced,
    PreorderShipped,
)
from preorders.exports import jobs as export_jobs
from preorders.exports import views as exports
from preorders.forecasting import keeping as drop_forecasts
from preorders.forecasting import knowing as drop_outlook
from preorders.payments import desk as payments_desk
from preorders.payments import jobs as payment_jobs
from preorders.payments import kinds as payment_kinds
from preorders.payments import opening as payment_pages
from preorders.payments import views as payments
from preorders.payments.events import PaymentArrived, PaymentFailed, PaymentRefunded, RefundFailed
from preorders.production import jobs as pack_jobs
from preorders.production import views as production
from preorders.royalties import kinds as royalty_kinds
from preorders.royalties import tell as royalty_news
from preorders.royalties import views as royalties
from preorders.shipping import jobs as parcel_jobs
from preorders.shipping import views as parcels
from preorders.shipping.events import ParcelImportConfirmed
from preorders.waitlist import jobs as waitlist_jobs
from preorders.waitlist import kinds as waitlist_kinds
from preorders.waitlist import views as waitlist
from preorders.waitlist.events import WaitlistEnded, WaitlistLapsed, WaitlistOffered
from voting import (
    ballots,
    decision_views,
    decisions,
    finalist_kits,
    marks_views,
    pick_evidence,
    pick_figures,
    pick_links_views,
    picks_views,
    print_calls,
    recounting,
    recounting_rows,
    what_next,
)
from voting import closing as voting_closing
from voting import guarded as guarded_licences
from voting import jobs as voting_jobs
from voting import kinds as voting_kinds
from voting import my_data as voting_data
from voting import service as voting_service
from voting import tell as voting_news
from voting import views as voting
from voting.bundle import checking as bundle_checking
from voting.bundle import content as bundle_content
from voting.bundle import making as bundle_making
from voting.bundle import views as bundle_pages
from voting.events import PickVoided, RoundClosed, VotingEnds, WinnerAnnounced, WinnerPicked
from voting.exposure import freezing
from voting.exposure import seen as exposure_seen
from voting.exposure import telling as exposure
from voting.integrity import checking as integrity_checking
from voting.integrity import finishing, looking
from voting.integrity import kinds as integrity_kinds
from voting.integrity import telling as integrity_news
from voting.integrity import views as integrity
from voting.integrity import windows as integrity_windows
from voting.integrity.events import BallotsJudged
from voting.log import checking as log_checking
from voting.log import kinds as log_kinds
from voting.log import roots as log_roots
from voting.log import views as log_pages
from voting.wearing import service as wearing_service
from voting.wearing import telling as wearing
from voting.wearing import views as wearing_pages
from webapp.accounts import again, hooks, login, zones
from webapp.accounts import views as accounts
from webapp.accounts.ages import service as ages
from webapp.accounts.events import PersonReinstated, PersonSuspended
from webapp.accounts.following import views as profiles
from webapp.accounts.guardians import account as guardian_account
from webapp.accounts.guardians import actions as guardian_actions
from webapp.accounts.guardians import jobs as guardian_jobs
from webapp.accounts.guardians import views as guardians
from webapp.accounts.my_data import jobs as data_jobs
from webapp.accounts.my_data import letters, rooms
from webapp.accounts.my_data import room as account_data
from webapp.accounts.my_data import views as my_data
from webapp.accounts.passkeys import views as passkeys
from webapp.api import install as api
from webapp.boot import retention, ticker
from webapp.boot.audit import lost
from webapp.boot.demo import jobs as demo_jobs
from webapp.infra import mail, outbox
from webapp.infra.mail import returned
from webapp.insights import my_data as visit_data
from webapp.insights import seen
from webapp.insights import views as insights
from webapp.kernel.facts import Fact
from webapp.newsletters import clicks as letter_clicks
from webapp.newsletters import door as newsletter_door
from webapp.newsletters import feeding, hearing, joining
from webapp.newsletters import my_data as newsletter_data
from webapp.newsletters import views as newsletter_views
from webapp.notices import crowds, digests, kinds
from webapp.notices import gallery_views as mail_gallery
from webapp.notices import my_data as notice_data
from webapp.notices import views as notices
from webapp.pages import views as pages
from webapp.watch import reports as csp_reports
from webapp.watch import views as watch

BLUEPRINTS: tuple[Blueprint, ...] = (
    *accounts.BLUEPRINTS,
    profiles.blueprint,
    guardians.blueprint,
    guardians.door,
    my_data.blueprint,
    my_data.door,
    passkeys.blueprint,
    notices.blueprint,
    mail_gallery.blueprint,
    submissions.blueprint,
    media.blueprint,
    media.originals,
    portraits.blueprint,
    print_files.blueprint,
    print_sheets.blueprint,
    finalists.blueprint,
    finalists_team.blueprint,
    studio.blueprint,
    studio.drawings,
    kit_views.blueprint,
    contests.blueprint,
    comments.blueprint,
    suggestions.blueprint,
    questions.blueprint,
    question_desk.desk,
    mentions.blueprint,
    reactions.blueprint,
    credit.blueprint,
    moderation.blueprint,
    bulk_views.blueprint,
    appeal_pages.own,
    appeal_pages.team,
    escalation_views.blueprint,
    transparency_views.blueprint,
    voting.blueprint,
    ballots.blueprint,
    marks_views.blueprint,
    log_pages.blueprint,
    bundle_pages.blueprint,
    bundle_pages.audits,
    log_pages.own,
    integrity.blueprint,
    integrity.own,
    wearing_pages.blueprint,
    picks_views.blueprint,
    picks_views.voids,
    pick_links_views.blueprint,
    pick_links_views.phone,
    decision_views.blueprint,
    preorders.drops,
    order_pages.orders,
    desk_orders.blueprint,
    exports.blueprint,
    payments.blueprint,
    payments.webhooks,
    payments_desk.blueprint,
    waitlist.blueprint,
    waitlist.desk,
    parcels.blueprint,
    production.blueprint,
    royalties.team,
    royalties.own,
    insights.blueprint,
    watch.blueprint,
    watch.system,
    csp_reports.blueprint,
    newsletter_views.blueprint,
    newsletter_door.blueprint,
    pages.blueprint,
)

SUBSCRIPTIONS: dict[type[Fact], Iterable[outbox.Handler]] = {
    ContestPublished: (contest_jobs.announce_published,),
    ContestRescheduled: (contest_jobs.announce_rescheduled, voting_news.contest_rescheduled),
    ContestCancelled: (contest_jobs.announce_cancelled, voting_news.contest_cancelled),
    CommentMade: (comment_jobs.tell_of_comment,),
    PeopleMentioned: (mention_news.of_change,),
    SuggestionDecided: (suggestion_news.of_decision,),
    SuggestionDone: (suggestion_news.of_done,),
    QuestionAsked: (question_news.of_question,),
    QuestionAnswered: (question_news.of_answer,),
    QuestionMerged: (question_news.of_merge,),
    QuestionModerated: (question_news.of_moderation,),
    CreditOffered: (credit_news.of_offer,),
    CreditAnswered: (credit_news.of_answer,),
    CommentModerated: (comment_jobs.tell_of_moderation,),
    Escalated: (comment_jobs.tell_of_escalation,),
    ActAppealed: (second_looks.of_appeal,),
    ActAppealAnswered: (second_looks.of_answer,),
    TakedownRequested: (comment_jobs.tell_of_takedown,),
    TakedownResolved: (comment_jobs.tell_of_outcome,),
    PersonSuspended: (comment_jobs.tell_of_suspension,),
    PersonReinstated: (comment_jobs.tell_of_reinstatement,),
    RevisionUploaded: (picture_jobs.render,),
    AssetUploaded: (studio_jobs.render,),
    RevisionProcessed: (followed_designs.of_picture,),
    RevisionFailed: (design_news.of_failure,),
    KitWanted: (kit_jobs.render,),
    KitMade: (kit_jobs.tell,),
    PrintFileSent: (print_jobs.render,),
    PrintFileFailed: (print_jobs.tell_of_failure,),
    SubmissionModerated: (design_news.of_moderation, followed_designs.of_moderation),
    VotingOpened: (voting_news.voting_opened,),
    VotingEnds: (voting_news.voting_ends,),
    RoundClosed: (
        voting_news.round_closed,
        bundle_making.after_close,
        integrity_news.round_closed,
        print_calls.round_closed,
        finalist_kits.round_closed,
        guarded_licences.round_closed,
    ),
    BallotsJudged: (finishing.revise, integrity_news.appeals_answered),
    WinnerPicked: (voting_jobs.announce,),
    WinnerAnnounced: (voting_news.winner_announced, drop_jobs.draft_drop, print_calls.winner_announced),
    PickVoided: (voting_news.pick_voided, print_calls.pick_voided),
    ContestLapsed: (voting_news.contest_lapsed,),
    DropOpened: (drop_jobs.tell_opened,),
    PreorderPlaced: (
        drop_jobs.tell_placed,
        guarded.ask,
    ),
    PreorderConfirmed: (drop_jobs.tell_confirmed, payment_jobs.order_confirmed),
    PreorderChanged: (drop_jobs.tell_changed,),
    PreorderCancelled: (drop_jobs.tell_cancelled, payment_jobs.order_over),
    LockAnnounced: (desk_jobs.tell_lock_soon,),
    AddressesWanted: (desk_jobs.tell_addresses_wanted,),
    DropLocked: (drop_jobs.tell_locked, drop_print_calls.drop_locked, royalty_news.drop_locked),
    DropClosed: (royalty_news.drop_closed,),
    ParcelImportConfirmed: (parcel_jobs.carry_out,),
    PreorderShipped: (drop_jobs.tell_shipped,),
    DropCancelled: (drop_jobs.tell_drop_cancelled, payment_jobs.drop_over),
    PreorderExpired: (expiry.tell_expired, payment_jobs.order_over),
    GoalReached: (goal_news.tell_reached,),
    GoalMissed: (goal_news.tell_missed,),
    PaymentArrived: (payment_jobs.tell_arrived,),
    PaymentFailed: (payment_jobs.tell_failed,),
    PaymentRefunded: (payment_jobs.tell_refunded,),
    RefundFailed: (payment_jobs.tell_refund_failed,),
    WaitlistOffered: (waitlist_jobs.tell_offered,),
    WaitlistLapsed: (waitlist_jobs.tell_lapsed,),
    WaitlistEnded: (waitlist_jobs.tell_ended,),
}

kinds.register(*contest_kinds.KINDS, *followed_designs.KINDS, topic=kinds.CONTESTS)
kinds.register(*comment_kinds.KINDS, *suggestion_kinds.KINDS, topic=kinds.TALK)
kinds.register(*question_kinds.KINDS, *second_looks.KINDS, topic=kinds.TALK)
kinds.register(*mention_kinds.KINDS, *reaction_kinds.KINDS, topic=kinds.TALK)
kinds.register(*design_news.KINDS, *credit_kinds.KINDS, topic=kinds.DESIGNS)
kinds.register(*print_kinds.KINDS, *kit_kinds.KINDS, topic=kinds.DESIGNS)
kinds.register(*voting_kinds.KINDS, *log_kinds.KINDS, *integrity_kinds.KINDS, topic=kinds.CONTESTS)
kinds.register(*drop_kinds.KINDS, *desk_kinds.KINDS, *royalty_kinds.KINDS, topic=kinds.DROPS)
kinds.register(*payment_kinds.KINDS, *goal_news.KINDS, topic=kinds.DROPS)
kinds.register(*waitlist_kinds.KINDS, *expiry.KINDS, topic=kinds.DROPS)
kinds.register(*guarded.KINDS, *guarded_designs.KINDS, *guarded_licences.KINDS, topic=kinds.YOUNG)
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

# name, every so many seconds, what to do
TASKS: list[ticker.Task] = [
    ("outbox", 5, outbox.sweep),
    ("mail", 5, mail.wake),
    ("digests", 15, digests.wake),
    ("crowds", 5, crowds.wake),
    ("newsletters", 5, feeding.wake),
    ("presses of letters", 60, letter_clicks.flush),
    ("tell of reactions", 300, reaction_news.sweep),
    ("pictures", 10, picture_jobs.sweep_waiting),
    ("print files", 10, print_jobs.sweep_waiting),
    ("kits", 10, kit_jobs.sweep_waiting),
    ("kits of finalists", 60, finalist_kits.open_missing),
    ("count scans", 15, kit_travels.flush),
    ("pictures anew", 10, rebuilding.feed),
    ("left folders", 600, picture_jobs.sweep_folders),
    ("drawing pictures", 10, studio_jobs.sweep),
    ("forgotten drawings", 3600, studio_jobs.forget),
    ("fold votes", 1, voting_jobs.fold_open_rounds),
    ("look at votes", 180, looking.look_at_open_rounds),
    ("make results final", 60, finishing.finish_due),
    ("forget how votes came", 3600, finishing.forget_features),
    ("write roots", 60, log_roots.write_daily),
    ("close rounds", 5, voting_jobs.close_due),
    ("open votes", 10, voting_jobs.open_due),
    ("lapse contests", 10, voting_jobs.lapse_due),
    ("remind to pick", 300, voting_news.remind_to_pick),
    ("open drops", 10, drop_jobs.open_due),
    ("large exports", 10, export_jobs.sweep),
    ("forget exports", 60, export_jobs.forget),
    ("production packs", 10, pack_jobs.sweep),
    ("forget packs", 600, pack_jobs.forget),
    ("announce locks", 60, desk_jobs.announce_locks),
    ("count large drops", 60, order_tallies.ask_due),
    ("acts on many orders", 10, batches.sweep),
    ("forecast drops", 600, drop_forecasts.keep_due),
    ("lapse offers", 15, waitlist_jobs.lapse_due),
    ("expire preorders", 15, expiry.sweep),
    ("look at payments", 10, payment_jobs.sweep),
    ("settle goals", 30, goals.settle_due),
    ("remind guardians", 300, guardian_jobs.remind),
    ("ask for licences", 60, guarded_licences.ask_missing),
    ("count visits", 15, seen.flush),
    ("count showings", 15, exposure_seen.flush),
    ("draw the demo", 60, demo_jobs.draw_missing),
    ("my data", 10, data_jobs.sweep),
    ("forget my data", 600, data_jobs.forget),
    ("forget receipts", 60, letters.sweep),
    ("retention", 3600, retention.sweep),
    ("forget lost files", 3600, lost.forget),
    ("heartbeat", 15, ticker.heartbeat),
]

unread_notices: Callable[[], int] = notices.unread_notices

# Views that are posted to without a form of ours.
EXEMPT = (*notices.EXEMPT, *newsletter_door.EXEMPT, *payments.EXEMPT, *csp_reports.EXEMPT)


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
