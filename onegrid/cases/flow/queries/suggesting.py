"""Where a filed case may be sent: the list, the precedents, every unit of the place."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import Precedent
from onegrid.cases.catalog.queries import Route, class_by_id, precedents_for, route, units_for
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.standing import objectors


@dataclass(frozen=True)
class Suggestion:
    """Where the dispatch list would send the case, what the centre decided about such cases before (the nearest and
    newest first), and every unit that may be chosen; units that objected on this case are none of them."""

    route: Route
    units: list[Organisation]
    precedents: list[Precedent]

    @property
    def first(self) -> Organisation | None:
        """What is offered first: the precedent's unit, else the list's, else nothing."""
        offered = {unit.pk for unit in self.units}
        if self.precedents:
            return self.precedents[0].organisation
        return self.route.organisation if self.route.organisation.pk in offered else None


def dispatch_suggestion(*, case: Case, at: datetime) -> Suggestion:
    """For a case that the caller has read in scope."""
    assert case.case_class is not None  # a filed case has its class
    matter, objected = class_by_id(case.case_class.pk), objectors(case)
    found = route(matter, case.area_path, at)
    units = {unit.pk: unit for unit in units_for(case.area_path, timezone.localdate(at))}
    units.setdefault(found.organisation.pk, found.organisation)
    before = precedents_for(matter, case.area_path)
    return Suggestion(
        found,
        [unit for pk, unit in units.items() if pk not in objected],
        [one for one in before if one.organisation_id in units and one.organisation_id not in objected],
    )
