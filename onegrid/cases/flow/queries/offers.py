"""Cases between streets: whom one may be offered to, and which offers wait for the viewer or by the viewer."""

from dataclasses import dataclass

from django.db.models import Case as When_
from django.db.models import IntegerField, Value, When

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.queries import district_path
from onegrid.cases.catalog.rules import ancestors
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import OPEN_OFFERS, Case, Offer, OfferState
from onegrid.cases.flow.queries import require_some_reach
from onegrid.cases.flow.rules import OFFERABLE
from onegrid.kit.actors import Actor
from onegrid.kit.actors.scope import path_range

CENTRES = (OrgKind.STREET_CENTRE, OrgKind.DISTRICT_CENTRE)
SHOWN = 500
DECIDED = (OfferState.AWARDED, OfferState.STAYS)
DECIDED_SHOWN = 5


def centres_to_ask(path: str) -> list[Organisation]:
    """Open centres of other streets and districts, those of the same district first."""
    own = ancestors(path)
    found = Organisation.objects.select_related("area").defer("point", "area__boundary", "area__centre")
    found = found.filter(kind__in=CENTRES, closed_on=None).exclude(area__in=own)
    district = path_range(district_path(path))
    near = When_(
        When(area__path__gte=district[0], area__path__lt=district[1], then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return list(found.order_by(near, "code")[:SHOWN])


def decided_before(case: Case) -> list[Offer]:
    """What was decided above about this class between streets around here, the newest first."""
    if case.case_class is None:
        return []
    steps = ancestors(case.area_path)
    above = ["".join(f"{step}." for step in steps[:depth]) for depth in range(1, len(steps) + 1)]
    found = Offer.objects.filter(state__in=DECIDED, common_path__in=above)
    found = found.filter(
        case__case_class__code=case.case_class.code, case__case_class__kind=case.case_class.kind
    )
    return list(found.select_related("to_org", "from_org").order_by("-decided_at")[:DECIDED_SHOWN])


@dataclass(frozen=True)
class Offers:
    """`asked`: for the viewer's side to answer, or to decide; `made`: of the viewer's own cases."""

    asked: list[Offer]
    made: list[Offer]


OFFERS_SHOWN = 100


def open_offers(*, viewer: Actor) -> Offers:
    """Offers that nobody has decided: of cases that the viewer is asked about, and of those in the viewer's scope.

    Two queries; the newest OFFERS_SHOWN of each."""
    scope = require_some_reach(viewer)
    waiting = (
        Offer.objects.filter(state__in=OPEN_OFFERS, case__state__in=OFFERABLE)
        .select_related("case__case_class", "case__street", "to_org", "from_org")
        .defer("case__reporter_name", "case__reporter_phone", "case__street__boundary")
        .order_by("-id")
    )
    asked = waiting.filter(scope.q("to_path", "to_org_id"))[:OFFERS_SHOWN]
    made = waiting.filter(scope.q("from_path", "case__unit_id"))[:OFFERS_SHOWN]
    return Offers(list(asked), list(made))


def offers_waiting(*, viewer: Actor) -> int:
    """How many wait for the viewer's side, counted to OFFERS_SHOWN."""
    scope = viewer.scope(SEE)
    if not scope.reaches:
        return 0
    asked = Offer.objects.filter(
        scope.q("to_path", "to_org_id"), state__in=OPEN_OFFERS, case__state__in=OFFERABLE
    )
    return len(
        asked.values_list("pk")[:OFFERS_SHOWN]
    )  # a count of so few costs more to write than to read them
