"""Who serves what: every room's pages and doors, and which of them are posted to without a form of ours."""

from flask import Blueprint

from contests import views as contests
from contests.comments import bulk_views, escalation_views, transparency_views
from contests.comments import moderation_views as moderation
from contests.comments import views as comments
from contests.comments.appeals import views as appeal_pages
from contests.comments.mentions import views as mentions
from contests.comments.questions import desk_views as question_desk
from contests.comments.questions import views as questions
from contests.comments.reactions import views as reactions
from contests.comments.suggestions import views as suggestions
from contests.submissions import media, portraits
from contests.submissions import views as submissions
from contests.submissions.credits import views as credit
from contests.submissions.finalists import team as finalists_team
from contests.submissions.finalists import views as finalists
from contests.submissions.print_files import sheets as print_sheets
from contests.submissions.print_files import views as print_files
from contests.submissions.studio import kit_views
from contests.submissions.studio import views as studio
from preorders import (
    desk_orders,
)
from preorders import order_views as order_pages
from preorders import views as preorders
from preorders.exports import views as exports
from preorders.payments import desk as payments_desk
from preorders.payments import views as payments
from preorders.production import views as production
from preorders.royalties import views as royalties
from preorders.shipping import views as parcels
from preorders.waitlist import views as waitlist
from voting import (
    ballots,
    decision_views,
    marks_views,
    pick_links_views,
    picks_views,
)
from voting import views as voting
from voting.bundle import views as bundle_pages
from voting.integrity import views as integrity
from voting.log import views as log_pages
from voting.wearing import views as wearing_pages
from webapp.accounts import views as accounts
from webapp.accounts.following import views as profiles
from webapp.accounts.guardians import views as guardians
from webapp.accounts.my_data import views as my_data
from webapp.accounts.passkeys import views as passkeys
from webapp.insights import views as insights
from webapp.newsletters import door as newsletter_door
from webapp.newsletters import views as newsletter_views
from webapp.notices import gallery_views as mail_gallery
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

# Views that are posted to without a form of ours.
EXEMPT = (*notices.EXEMPT, *newsletter_door.EXEMPT, *payments.EXEMPT, *csp_reports.EXEMPT)
