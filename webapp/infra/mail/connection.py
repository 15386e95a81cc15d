"""One connection to the relay: letter after letter, and a second one when the first breaks."""

import smtplib
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

import structlog
from flask import current_app

from webapp.infra.carriers import Carrier, Mailbox, Smtp, mailbox_folder
from webapp.infra.mail import nobody, outcomes, signing
from webapp.infra.mail.letters import Letter
from webapp.infra.settings import Settings
from webapp.kernel.now import now

# A batch ends well within its lease, but for the message in hand: a slow relay must not let a second worker send the
# same messages.
BATCH_TIME = 30  # seconds
MARK_EVERY = 50  # sent messages are marked in groups: a crash repeats at most so many of a connection
RELAY_AWAY = 60  # seconds until the relay is tried again; no message is to blame

log = structlog.get_logger()


class Connection:
    """Sends batches within a `with`; opened when first needed."""

    def __init__(self, pause: float) -> None:
        """`pause`: seconds for which a batch rests when the relay is away."""
        self.sent = 0
        self._pause = timedelta(seconds=pause)
        self._carrier: Carrier | None = None
        self._unmarked: list[int] = []
        self._breaks = 0
        self._blamed = 0  # 1 when the letter that ended the run was put back on its own account

    def open(self) -> bool:
        """Greet the relay, unless that has been done; return whether it is there."""
        try:
            self._carrier = self._carrier or _carrier()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail relay unreachable", error=str(error))
            return False
        return True

    def send(self, letters: Sequence[Letter]) -> bool:
        """Send a leased batch, or give back what is left when its time is over; return False when the relay is away."""
        over = time.monotonic() + BATCH_TIME
        try:
            for position, letter in enumerate(letters):
                if time.monotonic() > over:
                    outcomes.wait([later.id for later in letters[position:]], now())
                    break
                if (morning := letter.rests_until(now())) is not None:
                    outcomes.wait([letter.id], morning)
                elif not self._hand_over(letter):
                    outcomes.wait([later.id for later in letters[position + self._blamed :]], now() + self._pause)
                    return False
        finally:
            self._mark()
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye; what is sent next goes over a new connection."""
        carrier, self._carrier = self._carrier, None
        if carrier:
            carrier.close()

    def _hand_over(self, letter: Letter) -> bool:
        """Hand one letter over, or put it back; return False when the relay is away."""
        self._blamed = 0
        if not self.open() or self._carrier is None:
            return False
        try:
            self._carrier.send(letter.message)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            # SMTPException is an OSError: a refusal of this one letter is told apart here.
            if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
                self._refused(letter, error)
                return True
            return self._broke(letter, error)
        except ValueError as error:  # an address or a header that can't be put into SMTP
            self._refused(letter, error)
            return True
        self._breaks = 0
        self.sent += 1
        self._unmarked.append(letter.id)
        if len(self._unmarked) >= MARK_EVERY:
            self._mark()
        return True

    def _refused(self, letter: Letter, error: Exception) -> None:
        self._breaks = 0
        outcomes.put_back(letter.id, letter.attempts, letter.created_at, error)
        nobody.learn(letter.message.address, error)

    def _broke(self, letter: Letter, error: Exception) -> bool:
        # The letter in hand may be what breaks the connection: it alone is put back, and the others go on
        # over a new connection; when that breaks at once too, the relay is to blame.
        log.warning("mail connection broke", mail=letter.id, error=str(error))
        self._mark()
        self.close()
        self._breaks += 1
        self._blamed = 1
        outcomes.put_back(letter.id, letter.attempts, letter.created_at, error)
        return self._breaks < 2

    def _mark(self) -> None:
        outcomes.mark_sent(self._unmarked)
        self._unmarked = []


def _carrier() -> Carrier:
    settings: Settings = current_app.config["SETTINGS"]
    sealed = signing.seal_of(settings)
    if settings.mail_url == "mailbox:":
        return Mailbox(mailbox_folder(settings), sealed)
    return Smtp(settings.mail_url, sealed)
