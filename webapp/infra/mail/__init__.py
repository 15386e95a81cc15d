"""Outgoing mail: a row per message, written in the transaction that caused it, sent in batches by a worker.

`post` queues a message inside the caller's transaction, `drain` sends what is due. Tables: outgoing_mails,
refusing_addresses.
"""

from webapp.infra.carriers import mailbox_folder as mailbox_folder
from webapp.infra.mail.connection import RELAY_AWAY as RELAY_AWAY
from webapp.infra.mail.models import OutgoingMail as OutgoingMail
from webapp.infra.mail.outcomes import drop as drop
from webapp.infra.mail.outcomes import failed as failed
from webapp.infra.mail.outcomes import retry_failed as retry_failed
from webapp.infra.mail.posting import Message as Message
from webapp.infra.mail.posting import post as post
from webapp.infra.mail.posting import post_new as post_new
from webapp.infra.mail.quiet import Quiet as Quiet
from webapp.infra.mail.rendering import render as render
from webapp.infra.mail.sending import drain as drain
from webapp.infra.mail.sending import wake as wake
