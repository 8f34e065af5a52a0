"""How long matters of a kind usually take."""

from datetime import date

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import ClassPace


def pace_of(case_class: CaseClass, day: date) -> ClassPace | None:
    """None when fewer were closed than limits.yaml wants before anything is said. Public: it tells of nobody."""
    found = ClassPace.objects.filter(
        scheme=case_class.version.scheme_id, kind=case_class.kind, code=case_class.code
    ).first()
    return found if found is not None and found.closed >= flow_limits(day).pace_least else None
