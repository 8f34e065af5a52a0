"""Systems, tickets, dead letters and the log, for those who connect them; and a matter as it is handed over."""

import base64
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case, Evidence, EvidenceKind
from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.access import EDIT, require_some
from onegrid.exchange.connectors.models import Errand, ErrandState, Exchange, OutsideSystem, Ticket
from onegrid.kit.actors import Actor
from onegrid.kit.crypto.hiding import without_names, without_numbers
from onegrid.kit.errors import NotFound

PAGE = 50


def systems(*, viewer: Actor) -> list[OutsideSystem]:
    """Those in the viewer's reach with the units they serve; at most 200."""
    require_some(viewer)
    found = OutsideSystem.objects.filter(viewer.scope(EDIT).q("organisation__area__path", "organisation"))
    return list(
        found.select_related("organisation").prefetch_related("served__unit").order_by("name", "pk")[:200]
    )


def purposes_owed(*, viewer: Actor) -> int:
    """Systems in the viewer's reach that no longer get people's words, as nobody wrote what for; at most PAGE."""
    reach = viewer.scope(EDIT)
    if not reach.reaches:
        return 0
    owed = OutsideSystem.objects.filter(
        reach.q("organisation__area__path", "organisation"), purpose_owed=True
    )
    return len(owed.values_list("pk")[:PAGE])


def system_by_id(system_id: int, *, viewer: Actor) -> OutsideSystem:
    """Or NotFound; the same for one outside the viewer's reach."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("organisation__area__path", "organisation")
    rows = OutsideSystem.objects.select_related("organisation__area").prefetch_related("served__unit")
    found = rows.filter(scope, pk=system_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


def units_to_serve(*, viewer: Actor) -> list[Organisation]:
    """Open organisations in the viewer's reach, by code."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("area__path", "pk")
    found = Organisation.objects.filter(scope, closed_on=None).defer("point")
    return list(found.order_by("code")[:1000])


def exchanges(
    system: OutsideSystem, *, viewer: Actor, before: int | None = None
) -> tuple[list[Exchange], int | None]:
    """The log, newest first, and the id to go on before."""
    system_by_id(system.pk, viewer=viewer)
    rows = Exchange.objects.filter(system=system).select_related("ticket__case")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def tickets(
    system: OutsideSystem, *, viewer: Actor, before: int | None = None
) -> tuple[list[Ticket], int | None]:
    """What was handed over, newest first."""
    system_by_id(system.pk, viewer=viewer)
    rows = Ticket.objects.filter(system=system).select_related("case", "unit")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def dead_letters(*, viewer: Actor, before: int | None = None) -> tuple[list[Errand], int | None]:
    """What could not be handed over, newest first, in the viewer's reach."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("ticket__system__organisation__area__path", "ticket__system__organisation")
    rows = Errand.objects.filter(scope, state=ErrandState.DEAD)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("ticket__system", "ticket__case", "ticket__unit").order_by("-pk")[: PAGE + 1]
    )
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def matter_of(ticket: Ticket) -> dict[str, Any]:
    """What the unit needs to handle it, by rules.MATTER_FIELDS. Never who reported it; the report's own words only
    where somebody wrote down what for, and then without what says who people are (kit.crypto.hiding); photos as
    base64, the first PHOTOS_MOST that are not too large."""
    case, clock = ticket.case, ticket.clock
    words = _hidden(case.text, case) if ticket.system.purpose else _in_our_words(case)
    return {
        "key": ticket.key,
        "number": case.number,
        "text": words,
        "class_code": case.case_class.code if case.case_class else "",
        "class_name": case.case_class.name if case.case_class else "",
        "condition": case.standard.filing_condition if case.standard else "",
        "address": _hidden(case.address, case),
        "lon": case.point.x if case.point else None,
        "lat": case.point.y if case.point else None,
        "area": case.community.name if case.community else "",
        "unit_code": ticket.unit.code,
        "unit_name": ticket.unit.name,
        "urgent": case.urgent,
        "reported_at": _local(case.opened_at),
        "due_at": _local(clock.due_at),
        "round": ticket.round,
        "photos": _photos(ticket),
    }


def _hidden(text: str, case: Case) -> str:
    return without_names(without_numbers(text), [case.reporter_name or ""])


def _in_our_words(case: Case) -> str:
    """Of what kind it is, and when such a matter is filed: the catalogue's words in place of a person's."""
    kind = case.case_class.name if case.case_class else ""
    condition = case.standard.filing_condition if case.standard else ""
    return "：".join(filter(None, (kind, condition)))


def _local(at: Any) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def _photos(ticket: Ticket) -> list[str]:
    shown = Evidence.objects.filter(
        case=ticket.case_id, file__media_type__startswith="image/", file__size__lte=rules.PHOTO_BYTES
    ).exclude(kind=EvidenceKind.AFTER)
    names = [one.file.object_name for one in shown.select_related("file")[: rules.PHOTOS_MOST]]
    found = []
    for name in names:
        with default_storage.open(name) as content:
            found.append(base64.b64encode(content.read()).decode())
    return found


def ticket_by_id(ticket_id: int, *, viewer: Actor) -> Ticket:
    """Or NotFound; the same for one outside the viewer's reach."""
    require_some(viewer)
    scope = viewer.scope(EDIT).q("system__organisation__area__path", "system__organisation")
    found = Ticket.objects.select_related("system").filter(scope, pk=ticket_id).first()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found
