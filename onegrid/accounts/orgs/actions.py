"""Opening and closing organisations."""

from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.facts import OrganisationClosed, OrganisationOpened
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.accounts.orgs.plugins import CLOSING
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area


@transaction.atomic
def open_organisation(
    *,
    kind: OrgKind,
    code: str,
    name: str,
    area: Area,
    by: Actor,
    at: datetime,
    parent: Organisation | None = None,
    point: Point | None = None,
    phone: str = "",
) -> Organisation:
    """A new organisation that serves `area`. Refused: name_missing, code_taken, org_closed (the parent)."""
    require(by, "orgs.edit", path=area.path, org_id=parent.pk if parent is not None else None)
    if not code.strip() or not name.strip():
        raise Refused("name_missing", _("A code and a name are needed."))
    if parent is not None and parent.closed_on is not None:
        raise Refused("org_closed", _("This organisation is closed."), organisation=parent.name)
    if Organisation.objects.filter(code=code.strip()).exists():
        raise Refused("code_taken", _("This code is taken."), code=code)
    organisation = Organisation.objects.create(
        kind=OrgKind(kind),
        code=code.strip(),
        name=name.strip(),
        area=area,
        parent=parent,
        point=point,
        phone=phone,
    )
    record("orgs.open", by=by, about=organisation, at=at, details={"area": area.pk})
    announce(OrganisationOpened(organisation.pk), path=area.path, org_id=organisation.pk)
    return organisation


@transaction.atomic
def close_organisation(*, organisation_id: int, by: Actor, at: datetime, reason: str = "") -> Organisation:
    """It stays in history and takes no more work. Refused: closed_already, has_open_children, still_needed."""
    organisation = (
        Organisation.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(pk=organisation_id)
        .first()
    )
    if organisation is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(by, "orgs.edit", path=organisation.area.path, org_id=organisation.pk)
    if organisation.closed_on is not None:
        raise Refused("closed_already", _("This organisation is closed already."))
    if organisation.children.filter(closed_on=None).exists():
        raise Refused("has_open_children", _("Organisations below it are still open."))
    obstacles = [found for _key, check in CLOSING if (found := check.obstacle(organisation, at))]
    if obstacles:
        raise Refused("still_needed", _("It cannot close yet."), reasons=obstacles)
    organisation.closed_on = timezone.localdate(at)
    organisation.save(update_fields=["closed_on"])
    record("orgs.close", by=by, about=organisation, at=at, reason=reason)
    announce(OrganisationClosed(organisation.pk), path=organisation.area.path, org_id=organisation.pk)
    return organisation
