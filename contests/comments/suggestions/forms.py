"""The shape of a suggestion and of its answers."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from contests.comments import rules as comments
from contests.comments.suggestions import rules
from contests.submissions.credits.rules import USUAL, basis_points, percent
from webapp.infra.forms import Form, TextField, strip


class SuggestionForm(Form):
    """What could be better, and where: percent of the picture's width and height."""

    body = TextAreaField(
        _l("Your suggestion"),
        [DataRequired(_l("Write something first.")), Length(*comments.LENGTH)],
        filters=[strip],
        description=_l("What would make it better?"),
        id="suggestion-body",  # the form of a comment stands on the same page
    )
    x = IntegerField(_l("From the left, in percent"), [Optional(), NumberRange(0, 100)], id="suggestion-x")
    y = IntegerField(_l("From the top, in percent"), [Optional(), NumberRange(0, 100)], id="suggestion-y")

    def pin(self) -> rules.Pin:
        """Return the point; raises Refused for half of one."""
        return rules.check_pin(rules.Pin(*(None if each.data is None else each.data * 10 for each in (self.x, self.y))))


class AcceptForm(Form):
    """A yes, and how much of the credit goes with it."""

    answer = TextField(_l("A word to them"), [Optional(), Length(max=rules.ANSWER_LENGTH)])
    share = TextField(
        _l("Their share of the credit, in percent"),
        [Optional(), Length(max=8)],
        default=percent(USUAL["suggestion"]),
        description=_l("0 for none. What the design earns is split by the shares."),
    )

    def share_bp(self) -> int:
        """Return the share in basis points; raises Refused('bad-share')."""
        return basis_points(self.share.data or "0")


class DeclineForm(Form):
    """A no, and why."""

    answer = TextField(_l("Why not"), [InputRequired(), Length(max=rules.ANSWER_LENGTH)])


class InviteForm(Form):
    """An invitation to share the credit as a co-author."""

    share = TextField(
        _l("Their share of the credit, in percent"),
        [InputRequired(), Length(max=8)],
        default=percent(USUAL["co-author"]),
    )
    note = TextField(_l("What for"), [Optional(), Length(max=200)])

    def share_bp(self) -> int:
        """Return the share in basis points; raises Refused('bad-share')."""
        return basis_points(self.share.data or "")
