"""Who listens to which fact, and which notices there are, by topic."""

from collections.abc import Iterable

from contests import jobs as contest_jobs
from contests import kinds as contest_kinds
from contests.comments import jobs as comment_jobs
from contests.comments import kinds as comment_kinds
from contests.comments.appeals import tell as second_looks
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
from contests.comments.mentions.events import PeopleMentioned
from contests.comments.questions import kinds as question_kinds
from contests.comments.questions import tell as question_news
from contests.comments.questions.events import QuestionAnswered, QuestionAsked, QuestionMerged, QuestionModerated
from contests.comments.reactions import kinds as reaction_kinds
from contests.comments.suggestions import kinds as suggestion_kinds
from contests.comments.suggestions import tell as suggestion_news
from contests.comments.suggestions.events import SuggestionDecided, SuggestionDone
from contests.events import ContestCancelled, ContestLapsed, ContestPublished, ContestRescheduled, VotingOpened
from contests.submissions import followed as followed_designs
from contests.submissions import guarded as guarded_designs
from contests.submissions import jobs as picture_jobs
from contests.submissions import tell as design_news
from contests.submissions.credits import kinds as credit_kinds
from contests.submissions.credits import tell as credit_news
from contests.submissions.credits.events import CreditAnswered, CreditOffered
from contests.submissions.events import RevisionFailed, RevisionProcessed, RevisionUploaded, SubmissionModerated
from contests.submissions.finalists import jobs as kit_jobs
from contests.submissions.finalists import kinds as kit_kinds
from contests.submissions.finalists.events import KitMade, KitWanted
from contests.submissions.print_files import jobs as print_jobs
from contests.submissions.print_files import kinds as print_kinds
from contests.submissions.print_files.events import PrintFileFailed, PrintFileSent
from contests.submissions.studio import jobs as studio_jobs
from contests.submissions.studio.events import AssetUploaded
from preorders import (
    desk_jobs,
    desk_kinds,
    expiry,
    goal_news,
    guarded,
)
from preorders import jobs as drop_jobs
from preorders import kinds as drop_kinds
from preorders import print_calls as drop_print_calls
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
from preorders.payments import jobs as payment_jobs
from preorders.payments import kinds as payment_kinds
from preorders.payments.events import PaymentArrived, PaymentFailed, PaymentRefunded, RefundFailed
from preorders.royalties import kinds as royalty_kinds
from preorders.royalties import tell as royalty_news
from preorders.shipping import jobs as parcel_jobs
from preorders.shipping.events import ParcelImportConfirmed
from preorders.waitlist import jobs as waitlist_jobs
from preorders.waitlist import kinds as waitlist_kinds
from preorders.waitlist.events import WaitlistEnded, WaitlistLapsed, WaitlistOffered
from voting import (
    finalist_kits,
    print_calls,
)
from voting import guarded as guarded_licences
from voting import jobs as voting_jobs
from voting import kinds as voting_kinds
from voting import tell as voting_news
from voting.bundle import making as bundle_making
from voting.events import PickVoided, RoundClosed, VotingEnds, WinnerAnnounced, WinnerPicked
from voting.integrity import finishing
from voting.integrity import kinds as integrity_kinds
from voting.integrity import telling as integrity_news
from voting.integrity.events import BallotsJudged
from voting.log import kinds as log_kinds
from webapp.accounts.events import PersonReinstated, PersonSuspended
from webapp.infra import outbox
from webapp.kernel.facts import Fact
from webapp.notices import kinds

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
