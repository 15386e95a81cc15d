"""How long each kind of data is kept, in days, and why. docs/data.md shows the same table, held by a test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keep:
    """One kind of data: after `days` since `since` it is deleted, or emptied of what names people."""

    kind: str
    days: int
    since: str
    what: str


KEEPS = (
    Keep("sign-in codes", 1, "they expired", "codes by mail and the addresses they went to"),
    Keep("sessions", 90, "they ended, at the latest 180 days after signing in", "signed-in browsers"),
    Keep("known devices", 365, "the last sign-in with them", "keyed marks of browsers, to tell of a new one"),
    Keep(
        "mails", 90, "they were sent or given up", "addresses and subjects of mails; their words go when they are sent"
    ),
    Keep("refused mail", 365, "the mail server said so", "addresses that refused our mail for good"),
    Keep("unconfirmed newsletters", 14, "they were asked for", "addresses that never pressed the button"),
    Keep("ended newsletters", 30, "they ended", "addresses that got a newsletter; letters keep their figures"),
    Keep("notices", 730, "they were told", "what stands in the inbox"),
    Keep("facts", 90, "they were told to everybody", "what happened, as told between the parts of the software"),
    Keep("upload counts", 2, "they began", "how many files and bytes came from whom in an hour and a day"),
    Keep("repeat keys", 30, "the request", "what tells a repeated request from a new one"),
    Keep("invitations", 30, "they expired", "addresses of invitations nobody accepted"),
    Keep("guardians", 365, "the link expired", "a guardian's address"),
    Keep("visits", 730, "the first visit", "which browser or person looked at a contest"),
    Keep("pending votes", 180, "they were given", "votes and wishes of browsers that never confirmed an address"),
    Keep("votes for questions", 730, "they were given", "who wanted to know what; how many they were stays"),
    Keep("parcel imports", 90, "the import", "lines of imported files with tracking numbers"),
    Keep(
        "addresses of orders",
        730,
        "they were sent or cancelled",
        "street, phone and note of an order, for claims until then",
    ),
    Keep("rights notices", 1095, "they were decided", "name, address and words of a rights holder"),
    Keep("erased buyers", 0, "the order ended", "name and address of an order whose buyer has been erased"),
    Keep("copies of my data", 7, "the file was made", "the zip somebody asked for about themselves"),
    Keep("exports of orders", 1, "the file was made", "large files a team asked for"),
    Keep("files without a row", 30, "an audit set them aside", "files in the storage that nothing names any more"),
    Keep(
        "signs of odd votes", 90, "the result", "shortened network, browser and device of first votes, as keyed hashes"
    ),
)
DAYS = {keep.kind: keep.days for keep in KEEPS}
ELSEWHERE = ("copies of my data", "exports of orders", "files without a row", "signs of odd votes")
"""Kinds with a task of their own in the ticker."""
