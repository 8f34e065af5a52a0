"""Opening, changing, moving, closing and reopening organisations."""

from datetime import datetime

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.facts import OrganisationChanged, OrganisationClosed, OrganisationOpened
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.accounts.orgs.queries import EDIT, closing, found_organisations
from onegrid.accounts.orgs.rules import leads_round
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area

EXPORT_MOST = 20_000


def export_organisations(
    *, text: str, kind: str, closed: bool, by: Actor, about: Model, at: datetime
) -> QuerySet[Organisation]:
    """What `found_organisations` finds, at most EXPORT_MOST, as a file; who took it (`about`) stays on record."""
    rows = found_organisations(viewer=by, text=text, kind=kind, closed=closed)
    record(
        "orgs.export",
        by=by,
        about=about,
        at=at,
        details={"by_text": bool(text), "kind": kind, "closed": closed},
    )
    return rows[:EXPORT_MOST]


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
    require(by, EDIT, path=area.path, org_id=parent.pk if parent is not None else None)
    if not code.strip() or not name.strip():
        raise Refused("name_missing", _("A code and a name are needed."))
    if parent is not None:
        _refuse_closed(parent)
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
def change_organisation(
    *, organisation_id: int, name: str, phone: str, by: Actor, at: datetime
) -> Organisation:
    """Another name or public phone; cases of the past show the new name too. Refused: name_missing, org_closed."""
    organisation = _locked(organisation_id, by)
    _refuse_closed(organisation)
    if not name.strip():
        raise Refused("name_missing", _("A code and a name are needed."))
    before = {"name": organisation.name, "phone": organisation.phone}
    organisation.name, organisation.phone = name.strip(), phone.strip()
    organisation.save(update_fields=["name", "phone"])
    after = {"name": organisation.name, "phone": organisation.phone}
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    record("orgs.change", by=by, about=organisation, at=at, details=changed)
    _announce_change(organisation)
    return organisation


@transaction.atomic
def move_organisation(
    *, organisation_id: int, parent: Organisation | None, by: Actor, at: datetime, reason: str = ""
) -> Organisation:
    """It hangs below another one from now on, or below none. What it serves, and its rights, stay.

    Needs the right there as well. Refused: org_closed (either of them), leads_round.
    """
    organisation = _locked(organisation_id, by)
    _refuse_closed(organisation)
    if parent is not None:
        require(by, EDIT, path=parent.area.path, org_id=parent.pk)
        _refuse_closed(parent)
    with connection.cursor() as cursor:  # two moves at once could make a circle that neither sees
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.orgs.tree'))")
    parents = dict(Organisation.objects.filter(closed_on=None).values_list("id", "parent_id"))
    if leads_round(organisation.pk, parent.pk if parent else None, parents):
        raise Refused("leads_round", _("It cannot hang below something that hangs below it."))
    before = organisation.parent_id
    organisation.parent = parent
    organisation.save(update_fields=["parent"])
    details = {"from": before, "to": parent.pk if parent else None}
    record("orgs.move", by=by, about=organisation, at=at, reason=reason, details=details)
    _announce_change(organisation)
    return organisation


@transaction.atomic
def close_organisation(*, organisation_id: int, by: Actor, at: datetime, reason: str = "") -> Organisation:
    """It stays in history and takes no more work. Refused: closed_already, has_open_children, still_needed."""
    organisation = _locked(organisation_id, by)
    if organisation.closed_on is not None:
        raise Refused("closed_already", _("This organisation is closed already."))
    if organisation.children.filter(closed_on=None).exists():
        raise Refused("has_open_children", _("Organisations below it are still open."))
    obstacles = closing(organisation, at).obstacles
    if obstacles:
        raise Refused("still_needed", _("It cannot close yet."), reasons=obstacles)
    organisation.closed_on = timezone.localdate(at)
    organisation.save(update_fields=["closed_on"])
    record("orgs.close", by=by, about=organisation, at=at, reason=reason)
    announce(OrganisationClosed(organisation.pk), path=organisation.area.path, org_id=organisation.pk)
    return organisation


@transaction.atomic
def reopen_organisation(*, organisation_id: int, by: Actor, at: datetime, reason: str = "") -> Organisation:
    """Closed by mistake, or set up again under the same code. Refused: open_already, org_closed (the one above)."""
    organisation = _locked(organisation_id, by)
    if organisation.closed_on is None:
        raise Refused("open_already", _("This organisation is open."))
    if organisation.parent is not None:
        _refuse_closed(organisation.parent)
    organisation.closed_on = None
    organisation.save(update_fields=["closed_on"])
    record("orgs.reopen", by=by, about=organisation, at=at, reason=reason)
    announce(OrganisationOpened(organisation.pk), path=organisation.area.path, org_id=organisation.pk)
    return organisation


def _locked(organisation_id: int, by: Actor) -> Organisation:
    """The row, locked, in reach of whoever changes it."""
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("area", "parent")
    organisation = rows.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(by, EDIT, path=organisation.area.path, org_id=organisation.pk)
    return organisation


def _refuse_closed(organisation: Organisation) -> None:
    if organisation.closed_on is not None:
        raise Refused("org_closed", _("This organisation is closed."), organisation=organisation.name)


def _announce_change(organisation: Organisation) -> None:
    announce(OrganisationChanged(organisation.pk), path=organisation.area.path, org_id=organisation.pk)
