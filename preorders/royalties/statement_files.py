"""The royalties of a drop as a file, written by the writers of the exports: the same marks, quotes and guard."""

from io import BytesIO

from contests.submissions.credits.rules import percent
from preorders.exports import Column, Sheet, write_csv
from preorders.rows import DropRow
from preorders.royalties.account import Account
from webapp.kernel.refusal import N_


def as_csv(account: Account, drop: DropRow) -> bytes:
    """Return a row for each person: what for, their share, what was sold, what they are owed."""
    file, sold, end = BytesIO(), account.sold, (drop.currency, "yes" if account.frozen else "no")
    rows = (
        (line.name, line.role, percent(line.share_bp), sold.pieces, sold.net_minor, line.amount_minor, *end)
        for line in account.lines
    )
    write_csv(file, Sheet(COLUMNS, drop.currency, drop.timezone), rows)
    return file.getvalue()


def _none() -> None:
    """Nothing is selected: the rows are worked out."""


COLUMNS = (
    Column("name", N_("Person"), "text", _none, personal=True),
    Column("role", N_("For"), "text", _none),
    Column("share_percent", N_("Share"), "text", _none),
    Column("pieces", N_("Pieces"), "number", _none),
    Column("net", N_("Paid for them, without tax and shipping"), "money", _none),
    Column("amount", N_("Owed"), "money", _none),
    Column("currency", N_("Currency"), "text", _none),
    Column("frozen", N_("Fixed"), "text", _none),
)
