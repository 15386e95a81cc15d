"""Every page of accounts: importing this module fills the blueprints."""

from webapp.accounts import (  # noqa: F401
    age_views,
    demo_views,
    mailbox_views,
    not_me_views,
    operator_views,
    settings_views,
    sign_in_views,
    team_views,
)
from webapp.accounts.blueprints import accounts, mailbox, operator, teams

BLUEPRINTS = (accounts, teams, operator, mailbox)
