"""All rows that name files, room by room."""

from contests.comments import named_files as comments
from contests.submissions import named_files as designs
from preorders import named_files as drops
from voting.bundle import named_files as bundles
from webapp.accounts import named_files as accounts

HOLDERS = (*accounts.HOLDERS, *designs.HOLDERS, *comments.HOLDERS, *bundles.HOLDERS, *drops.HOLDERS)
BY_NAME = {holder.name: holder for holder in HOLDERS}
