"""The sentence somebody agrees to, and its hash, kept with the subscription."""

import hashlib

from flask_babel import gettext

from webapp.kernel.refusal import N_

SENTENCE = N_(
    "Yes, mail me the newsletter of %(artist)s. I am 16 or older. One press in any letter ends it, and nobody else "
    "gets my address."
)


def sentence(artist: str) -> str:
    """Return the sentence in the reader's language."""
    return str(gettext(SENTENCE, artist=artist))


def hash_of(artist: str) -> str:
    """Return the hash of the sentence as this reader saw it."""
    return hashlib.sha256(sentence(artist).encode()).hexdigest()
