"""The words for roles, age bands, scopes and devices, in the reader's language."""

from flask_babel import gettext

from webapp.accounts.devices import device_of
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
    "comment": N_("Comment and react"),
    "follow": N_("Follow, and see what I follow"),
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
    "artist.portrait": N_("changed the artist's portrait"),
    "operator.create": N_("made somebody an operator"),
    "system.retry": N_("let a failed job be tried again"),
    "person.age": N_("corrected somebody's age"),
    "person.factors": N_("took away password and passkeys that somebody had lost"),
    "sessions.end": N_("signed somebody out, or everybody"),
    "session.disown": N_("said that a sign-in was not theirs"),
    "passkey.add": N_("added a passkey"),
    "passkey.remove": N_("removed a passkey"),
    "team.revoke": N_("took a role away"),
    "contest.create": N_("began a contest"),
    "contest.edit": N_("changed a contest"),
    "contest.products": N_("changed a contest's products"),
    "contest.kit": N_("changed what a contest gives to draw with"),
    "contest.publish": N_("published a contest"),
    "contest.rescheduled": N_("moved a contest's dates"),
    "contest.prolonged": N_("gave a contest more time for the pick"),
    "contest.cancelled": N_("called a contest off"),
    "pick.made": N_("picked a winner"),
    "pick.undone": N_("took a pick back at once"),
    "pick.made-by-link": N_("let a winner be picked by a link to the pick"),
    "pick.undone-by-link": N_("let a pick be taken back by a link to the pick"),
    "pick-link.made": N_("made a link to the pick"),
    "pick-link.revoked": N_("revoked a link to the pick"),
    "pick.fell": N_("lost a pick: the design left the contest"),
    "pick.void-asked": N_("asked to take back a pick"),
    "pick.voided": N_("agreed to take back a pick"),
    "ballots.hold": N_("held ballots"),
    "ballots.reinstate": N_("let held ballots count again"),
    "ballots.reject": N_("rejected ballots, as two people agreed"),
    "ballots.undo": N_("took back what was decided about ballots"),
    "ballots.appeal": N_("answered an appeal about a ballot"),
    "votes.audit.grant": N_("let an auditor take a contest's ballots"),
    "votes.audit.take": N_("took a contest's ballots as its auditor"),
    "takedown.resolve": N_("decided about a rights holder's notice"),
    "question.merge": N_("put two questions together"),
    "question.part": N_("let a question stand by itself again"),
    "moderation.words": N_("changed the words that hold comments"),
    "moderation.escalate": N_("handed something that may be against the law to the operators"),
    "moderation.escalation-closed": N_("wrote down what became of it"),
    "moderation.appeal": N_("took a second look"),
    "drop.edit": N_("changed a drop"),
    "drop.caps": N_("changed how many pieces there are"),
    "drop.product": N_("added a product to a drop"),
    "drop.product-removed": N_("took a product out of a drop"),
    "drop.bundle": N_("added a bundle to a drop"),
    "drop.bundle-removed": N_("took a bundle out of a drop"),
    "drop.publish": N_("published a drop"),
    "drop.export": N_("took an export"),
    "drop.lock": N_("fixed the orders of a drop"),
    "drop.produce": N_("noted that production began"),
    "drop.ship": N_("sent orders"),
    "drop.finish": N_("closed a drop"),
    "drop.charge": N_("let the orders of a drop be charged"),
    "drop.cancel": N_("called a drop off"),
    "drop.draft": N_("drafted a drop"),
    "drop.rates": N_("changed tax rates and shipping zones"),
    "drop.end-early": N_("let preorders end in 48 hours"),
    "drop.remind-addresses": N_("asked for missing addresses"),
    "drop.lock-addresses": N_("fixed the addresses"),
    "drop.print-anyway": N_("decided to print below the goal"),
    "drop.parcels": N_("noted parcels from a file"),
    "drop.export.retry": N_("let an export be written again"),
    "drop.pack": N_("asked for a production pack"),
    "drop.pack.retry": N_("let a production pack be made again"),
    "drop.pack.taken": N_("took a production pack"),
    "orders.ship": N_("marked many orders as sent"),
    "orders.cancel": N_("cancelled many orders"),
    "orders.resend": N_("sent many confirmations again"),
    "preorder.change": N_("changed an order"),
    "preorder.ship": N_("sent a parcel"),
    "preorder.charge": N_("let an order be charged once more"),
    "preorder.refund": N_("gave money back"),
    "letter.begin": N_("began a letter"),
    "letter.discard": N_("threw a letter's draft away"),
    "letter.send": N_("sent a letter off"),
    "letter.take-back": N_("took a letter back"),
    "letter.stop": N_("stopped a letter on its way"),
    "royalty.export": N_("took an export of royalties"),
    "royalty.paid": N_("noted a royalty as paid out"),
    "preorder.cancel": N_("cancelled an order"),
}


def role_name(role: str) -> str:
    """Return a role's name."""
    return str(gettext(ROLE_NAMES.get(role, role)))


def act_name(action: str) -> str:
    """Return what an audit line says; an act nobody has words for stands under its own name."""
    return str(gettext(ACT_NAMES[action])) if action in ACT_NAMES else action


def age_name(band: str) -> str:
    """Return an age band in words."""
    return str(gettext(AGE_NAMES[band]))


def scope_name(scope: str) -> str:
    """Return what a token's scope allows."""
    return str(gettext(SCOPE_NAMES[scope]))


def device_name(user_agent: str) -> str:
    """Return what a browser is called: 'Firefox on Android'."""
    return device_words(*device_of(user_agent))


def device_words(browser: str, system: str) -> str:
    """Return the same of its parts, each of which may be empty."""
    if browser and system:
        return str(gettext("%(browser)s on %(system)s", browser=browser, system=system))
    if system:
        return str(gettext("A browser on %(system)s", system=system))
    return browser or str(gettext("Unknown browser"))
