"""The blueprints of accounts, each born with its guard."""

from webapp.accounts import guards
from webapp.accounts.colours import readable
from webapp.accounts.roles import act_name, age_name, device_name, device_words, role_name, scope_name

# Signing in, and what a stranger may do; all else here is for the person it is about.
STRANGERS = (
    "sign_in",
    "code",
    "password",
    "recover",
    "set_language",
    "invitation",
    "demo_people",
    "demo_person",
    "demo_sign_in",
    "not_me",
    "disown",
)

accounts = guards.members_blueprint("accounts", __name__, strangers=STRANGERS)
teams = guards.team_blueprint("teams", __name__, "artist", "merch_staff", "moderator")
operator = guards.operator_blueprint("operator", __name__)
mailbox = guards.public_blueprint("mailbox", __name__)

for words in (role_name, act_name, age_name, scope_name, device_name, device_words):
    accounts.add_app_template_global(words)
accounts.add_app_template_filter(role_name, "role_name_of")
accounts.add_app_template_filter(readable, "readable_colour")
