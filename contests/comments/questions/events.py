"""Facts about questions to the artist."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class QuestionAsked(Fact):
    """A fan asked the artist of a contest something."""

    question_id: int


@dataclass(frozen=True)
class QuestionAnswered(Fact):
    """The artist or their team answered a question, for the first time."""

    question_id: int


@dataclass(frozen=True)
class QuestionMerged(Fact):
    """The team said that a question is the same as another one."""

    question_id: int


@dataclass(frozen=True)
class QuestionModerated(Fact):
    """A moderator held, hid or restored a question."""

    question_id: int
    act_id: int
