"""The shape of what the export page sends: a template, columns in order, a format."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from preorders.exports.shapes import Column
from preorders.exports.templates import TEMPLATES, Template

MOST_COLUMNS = 100


@dataclass(frozen=True)
class Choice:
    """What is chosen on the page; what makes no sense is left out."""

    template: Template
    columns: tuple[str, ...]
    format: str

    @classmethod
    def of(cls, sent: "MultiDict[str, str]") -> "Choice":
        """Read a choice; without a template it is every order's line, and nobody's name or address."""
        template = TEMPLATES.get(sent.get("template", ""), TEMPLATES["orders"])
        names = [name for text in sent.getlist("columns")[:MOST_COLUMNS] for name in text.split(",")[:MOST_COLUMNS]]
        known = tuple(dict.fromkeys(name for name in names if name in template.choices))
        nameless = tuple(column.name for column in template.own if not column.personal)
        default = template.names if "template" in sent else nameless
        kind = sent.get("format", "")
        return cls(template, known or default, kind if kind in template.formats else template.formats[0])

    def moved(self, order: str) -> "Choice":
        """Return the choice with a column moved, e.g. 'up:sku' or 'down:sku'."""
        way, _, name = order.partition(":")
        if name not in self.columns or way not in ("up", "down"):
            return self
        names, place = list(self.columns), self.columns.index(name)
        there = max(0, min(len(names) - 1, place + (1 if way == "down" else -1)))
        names.insert(there, names.pop(place))
        return replace(self, columns=tuple(names))

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return the columns to ask for; none where they are the template's own."""
        return () if self.template.machine or self.columns == self.template.names else self.columns

    @property
    def chosen(self) -> Sequence[Column]:
        """Return the chosen columns in order."""
        return self.template.own if self.template.machine else [self.template.choices[name] for name in self.columns]

    @property
    def others(self) -> Sequence[Column]:
        """Return the columns that could be chosen too."""
        return [column for name, column in self.template.choices.items() if name not in self.columns]

    @property
    def personal(self) -> bool:
        """Return whether it names people."""
        return any(column.personal for column in self.chosen)

    def args(self) -> dict[str, str]:
        """Return it as it stands in the page's address."""
        return {"template": self.template.name, "columns": ",".join(self.columns), "format": self.format}
