"""The words for roles, age bands and scopes, in the reader's language."""

from flask_babel import gettext

from webapp.kernel.refusal import N_

ROLE_NAMES = {"artist": N_("Artist"), "merch_staff": N_("Merch staff"), "moderator": N_("Moderator")}
AGE_NAMES = {
    "under-13": N_("12 or younger"),
    "13-15": N_("13 to 15"),
    "16-17": N_("16 or 17"),
    "18+": N_("18 or older"),
}
SCOPE_NAMES = {
    "read": N_("Read what I can see"),
    "submit": N_("Submit designs"),
    "comment": N_("Comment"),
    "vote": N_("Vote"),
    "preorder": N_("Preorder"),
    "staff": N_("Staff work: orders and exports"),
}
ACT_NAMES = {
    "artist.create": N_("created the artist"),
    "artist.edit": N_("changed the artist's page"),
    "team.invite": N_("invited somebody"),
    "team.uninvite": N_("took an invitation back"),
    "team.join": N_("joined the team"),
    "team.revoke": N_("took a role away"),
}


def role_name(role: str) -> str:
    """Return a role's name."""
    return str(gettext(ROLE_NAMES.get(role, role)))


def act_name(action: str) -> str:
    """Return what an audit line says; acts of other rooms stand under their own name."""
    return str(gettext(ACT_NAMES[action])) if action in ACT_NAMES else action


def age_name(band: str) -> str:
    """Return an age band in words."""
    return str(gettext(AGE_NAMES[band]))


def scope_name(scope: str) -> str:
    """Return what a token's scope allows."""
    return str(gettext(SCOPE_NAMES[scope]))
