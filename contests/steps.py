"""The steps of the wizard: each fills its form from the draft, checks it and saves it."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from contests import local_time, queries, rights, rules, service, specs, ways
from contests.forms import BriefForm, ProductForm, RescheduleForm, RightsForm, ScheduleForm, TitleForm
from contests.phases import Schedule
from contests.queries import ContestRow
from webapp.infra.errors import text_of
from webapp.infra.i18n import known_zone
from webapp.infra.paging import whole
from webapp.kernel.money import Money
from webapp.kernel.refusal import Refused
from webapp.kernel.zones import zones

NAMES = {
    "basics": _l("Title"),
    "brief": _l("Brief"),
    "products": _l("Products"),
    "rights": _l("Rights"),
    "schedule": _l("Dates"),
}
FOLLOWING = dict(zip([*NAMES], [*list(NAMES)[1:], "review"], strict=True))


class Step:
    """One form, filled from the contest; `save` writes the fields it is named after."""

    def __init__(self, name: str, contest: ContestRow, form: Any) -> None:
        self.name, self.contest, self.form = name, contest, form

    @property
    def errors(self) -> Any:
        """Return what is wrong, empty when nothing is."""
        return self.form.errors

    def validate(self) -> bool:
        """Return whether what was typed can be saved as it is."""
        return bool(self.form.validate())

    def fields(self) -> dict[str, Any]:
        """Return what `service.update` is to write."""
        return {name: value for name, value in self.form.data.items() if name != "csrf_token"}

    def save(self, person_id: int, now: datetime) -> None:
        """Save the step."""
        service.update(self.contest.id, person_id, now, **self.fields())

    def following(self) -> str:
        """Return the step to go to now."""
        return FOLLOWING[self.name]

    def shown(self) -> dict[str, Any]:
        """Return what the template needs beside the contest."""
        return {"form": self.form}


class Brief(Step):
    """Step 2; 'Preview' shows the Markdown and saves, so that nothing is lost."""

    def following(self) -> str:
        """Stay on the page when a preview was asked for."""
        return "brief" if request.form.get("action") == "preview" else super().following()


class Rights(Step):
    """Step 4; 'Preview' saves and shows the card."""

    def fields(self) -> dict[str, Any]:
        """Return the card's terms."""
        return {"rights": self.form.terms()}

    def following(self) -> str:
        """Stay on the page when the card was asked for."""
        return "rights" if request.form.get("action") == "preview" else super().following()


class Products(Step):
    """Step 3: one form per product; products are added and removed by buttons of the same form."""

    def __init__(self, name: str, contest: ContestRow, session: Session) -> None:
        rows = queries.products(session, contest.id)
        super().__init__(name, contest, None)
        self.action = request.form.get("action", "") if request.method == "POST" else ""
        posted = request.method == "POST"
        self.forms = _typed_products() if posted else [_filled(i, row) for i, row in enumerate(rows)]
        if self.action.startswith("remove-"):
            gone = self.action.replace("remove-", "p") + "-"
            self.forms = [form for form in self.forms if form._prefix != gone]

    @property
    def errors(self) -> Any:
        """Return whether any product is wrong."""
        return any(form.errors for form in self.forms)

    def validate(self) -> bool:
        """Return whether all products can be saved."""
        verdicts = [form.validate() for form in self.forms]  # each one, so that each shows its faults
        return all(verdicts)

    def save(self, person_id: int, now: datetime) -> None:
        """Write all products anew, with one more when that was asked for."""
        rows = [form.row() for form in self.forms]
        kind = self.action.removeprefix("add-")
        if kind in specs.KINDS and len(rows) < specs.MAX_PRODUCTS:
            currency = rows[-1]["currency"] if rows else "EUR"
            rows.append(specs.product(kind, currency))
        service.set_products(self.contest.id, person_id, rows, now)

    def following(self) -> str:
        """Stay on the page while products are added and removed."""
        return "products" if self.action.startswith(("add-", "remove-")) else super().following()

    def shown(self) -> dict[str, Any]:
        """Return the products' forms and what can be added."""
        return {"forms": self.forms, "kinds": specs.KINDS, "full": len(self.forms) >= specs.MAX_PRODUCTS}


class Dates(Step):
    """Step 5: wall-clock times of one named zone become instants."""

    def __init__(self, name: str, contest: ContestRow, form: Any) -> None:
        super().__init__(name, contest, form)
        self.dates: dict[str, datetime | None] = {}

    def validate(self) -> bool:
        """Return whether the dates exist in the zone and follow one another."""
        zone = self.form.timezone.data or ""
        sound = super().validate()
        if known_zone(zone):
            self.dates = read_dates(self.form, zone, list(rules.DATES))
        return sound and not self.form.errors

    def fields(self) -> dict[str, Any]:
        """Return the instants, the zone and the limits."""
        limits = {name: self.form[name].data for name in ("designs_per_fan", "hearts", "shortlist_size")}
        return {**self.dates, "timezone": self.form.timezone.data, **limits, **self.form.methods()}

    def shown(self) -> dict[str, Any]:
        """Return the form and the list of zones."""
        return {
            "form": self.form,
            "zones": sorted(z for z in zones() if "/" in z or z == "UTC"),
            "rules_of_count": ways.chosen_rules(),
        }


class Reschedule(Step):
    """The form for moving dates: only those that may still move are in it."""

    def __init__(self, contest: ContestRow, now: datetime) -> None:
        super().__init__("reschedule", contest, RescheduleForm(data=_local_dates(contest)))
        self.names = rules.movable(contest.schedule, contest.phase(now), now)
        self.dates: dict[str, datetime | None] = {}
        self.now = now
        for name in rules.DATES:
            if name not in self.names:
                del self.form[name]

    def validate(self) -> bool:
        """Return whether the dates may move as typed; faults stand at the form."""
        sound = super().validate()
        self.dates = read_dates(self.form, self.contest.timezone, self.names, self.contest.schedule)
        if not sound or self.form.errors:
            return False
        changes = rules.changed_dates(self.contest.schedule, self.dates)
        try:
            rules.check_reschedule(self.contest.schedule, self.contest.phase(self.now), changes, self.now)
        except Refused as refused:
            self.form.form_errors.append(text_of(refused))
            return False
        return True


def make(step: str, contest: ContestRow, session: Session) -> Step:
    """Return the wizard's step of that name for a draft."""
    if step == "products":
        return Products(step, contest, session)
    if step == "rights":
        fee = Money(contest.rights["fee_minor"], contest.rights["currency"]).decimal()
        return Rights(step, contest, RightsForm(data={**rights.DEFAULTS, **contest.rights, "fee": fee}))
    if step == "schedule":
        return Dates(step, contest, ScheduleForm(data={**vars(contest), **_local_dates(contest), **_ways(contest)}))
    if step == "brief":
        return Brief(step, contest, BriefForm(obj=contest))
    return Step(step, contest, TitleForm(obj=contest))


def read_dates(form: Any, zone: str, names: list[str], before: Schedule | None = None) -> dict[str, datetime | None]:
    """Return the form's wall-clock times as instants; what is wrong is written to its fields.

    A field left as it was keeps its very instant, so that a repeated hour does not move by itself.
    """
    dates: dict[str, datetime | None] = {}
    for name in names:
        local, old = form[name].data, getattr(before, name, None)
        if local is None:
            dates[name] = None
        elif old is not None and local_time.to_local(old, zone).replace(second=0, microsecond=0) == local:
            dates[name] = old
        else:
            _read_date(form[name], local, zone, dates)
    whole = {**(vars(before) if before else dict.fromkeys(rules.DATES)), **dates}
    for name, message in rules.faults_of_dates(Schedule(**whole)):
        if name in form:
            form[name].errors = [*form[name].errors, gettext(message)]
    return dates


def _read_date(field: Any, local: datetime, zone: str, dates: dict[str, datetime | None]) -> None:
    try:
        dates[field.name] = local_time.to_instant(local, zone)
    except Refused as refused:
        field.errors = [*field.errors, text_of(refused)]


def _local_dates(contest: ContestRow) -> dict[str, datetime | None]:
    schedule = vars(contest.schedule)
    return {name: local_time.to_local(at, contest.timezone) if at else None for name, at in schedule.items()}


def _ways(contest: ContestRow) -> dict[str, str]:
    """Return the ways of a contest as the form shows them: the usual rule has no name of its own."""
    rule, final_rule = (
        "" if method == ways.usual(ways.kind_of(method)) else method
        for method in (contest.method, contest.final_method)
    )
    return {"way": contest.way, "final_way": contest.final_way, "rule": rule, "final_rule": final_rule}


def _typed_products() -> list[ProductForm]:
    indices = request.form.getlist("index", type=whole)[: specs.MAX_PRODUCTS]
    return [ProductForm(request.form, prefix=f"p{i}-") for i in indices]


def _filled(i: int, row: queries.ProductRow) -> ProductForm:
    known = [colour["hex"] for colour in row.colours if colour["hex"] in specs.COLOURS]
    price = Money(row.price_minor, row.currency).decimal()
    return ProductForm(prefix=f"p{i}-", data={**vars(row), "colours": known, "price": price})
