"""What ticks: every room's work that comes again and again."""

from contests.comments.reactions import tell as reaction_news
from contests.submissions import jobs as picture_jobs
from contests.submissions import rebuilding
from contests.submissions.finalists import jobs as kit_jobs
from contests.submissions.finalists import travels as kit_travels
from contests.submissions.print_files import jobs as print_jobs
from contests.submissions.studio import jobs as studio_jobs
from preorders import (
    batches,
    desk_jobs,
    expiry,
    goals,
)
from preorders import jobs as drop_jobs
from preorders import tallies as order_tallies
from preorders.exports import jobs as export_jobs
from preorders.forecasting import keeping as drop_forecasts
from preorders.payments import jobs as payment_jobs
from preorders.production import jobs as pack_jobs
from preorders.waitlist import jobs as waitlist_jobs
from voting import (
    finalist_kits,
)
from voting import guarded as guarded_licences
from voting import jobs as voting_jobs
from voting import tell as voting_news
from voting.exposure import seen as exposure_seen
from voting.integrity import finishing, looking
from voting.log import roots as log_roots
from webapp.accounts.guardians import jobs as guardian_jobs
from webapp.accounts.my_data import jobs as data_jobs
from webapp.accounts.my_data import letters
from webapp.boot import retention, ticker
from webapp.boot.audit import lost
from webapp.boot.demo import jobs as demo_jobs
from webapp.infra import mail, outbox
from webapp.insights import seen
from webapp.newsletters import clicks as letter_clicks
from webapp.newsletters import feeding
from webapp.notices import crowds, digests

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
