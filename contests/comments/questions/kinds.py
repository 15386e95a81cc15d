"""What people are told about questions. All who wanted to know are told of the answer, each once."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "question-answered",
        N_("%(artist)s has answered you"),
        N_("You asked: “%(question)s” The answer: %(words)s"),
        N_("Read the answer"),
        title=N_("An answer to a question I asked or voted for"),
    ),
    Kind(
        "question-voted-answered",
        N_("%(artist)s has answered what you wanted to know"),
        N_("You voted for “%(question)s” The answer: %(words)s"),
        N_("Read the answer"),
        mail=False,
        variant_of="question-answered",
    ),
    Kind(
        "question-followed-answered",
        N_("%(artist)s has answered a question"),
        N_("About “%(title)s”, which you follow: “%(question)s” The answer: %(words)s"),
        N_("Read the answer"),
        digest=True,
        variant_of="question-answered",
    ),
    Kind(
        "question-merged",
        N_("Somebody asked the same as you"),
        N_("Your question stands with “%(question)s” now, and all votes count there."),
        N_("See it"),
        mail=False,
        title=N_("My question was put together with another one"),
    ),
    Kind(
        "question-hidden",
        N_("Your question to %(artist)s is not shown"),
        N_("A moderator has looked at your question. %(reason)s"),
        N_("Read why, or ask for a second look"),
        mail=False,
        title=N_("A moderator hid a question of mine"),
    ),
    Kind(
        "question-moderated",
        N_("Your question to %(artist)s is shown now"),
        N_("A moderator has looked at your question, and everybody can read it and vote for it."),
        N_("See it"),
        mail=False,
        title=N_("A moderator let a question of mine appear"),
    ),
    Kind(
        "questions-wait",
        N_("Fans have questions about “%(title)s”"),
        N_("New questions wait for your answer. What most fans want to know stands first."),
        N_("Read and answer"),
        mail=False,
        title=N_("Fans ask my team something, once a day at most"),
    ),
)
