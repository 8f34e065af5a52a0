"""吹哨: written down, approved where the kind asks for it, blown; declined or withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import visible
from onegrid.cases.flow.rules import case_number
from onegrid.cases.whistle.access import APPROVE, BLOW, acts_for_street
from onegrid.cases.whistle.actions.clocks import start_clocks
from onegrid.cases.whistle.actions.writing import (
    hold_cases,
    locked_whistle,
    noted,
    people_of,
    release_cases,
    require_street,
    said,
    tell,
    told,
    with_right,
)
from onegrid.cases.whistle.facts import WhistleAsked, WhistleBlown, WhistleDeclined, WhistleWithdrawn
from onegrid.cases.whistle.kinds import active_kinds
from onegrid.cases.whistle.models import DeedChoices, Whistle, WhistleCall, WhistleCase, WhistleKind
from onegrid.cases.whistle.queries import units_to_call
from onegrid.cases.whistle.refusals import refused
from onegrid.cases.whistle.rules import ENDED, NUMBER_PREFIX, Asked, Role, WhistleState, faults, first_state
from onegrid.kit.actors import Actor, require
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import CGCS2000, Area


@dataclass(frozen=True)
class Wanted:
    """What is blown: kind, words, who is called, for which cases, where (else where the first case is)."""

    kind: str
    words: str
    roles: Mapping[int, Role]
    case_ids: Sequence[int] = ()
    area_id: int | None = None
    address: str = ""
    lon: float | None = None
    lat: float | None = None


def blow_whistle(*, wanted: Wanted, key: str, by: User, at: datetime) -> Whistle:
    """吹哨. The place is said, or it is the first case's. The same key again gives the same whistle.

    Refused: bad_idempotency_key, no_such_kind, whistle_incomplete (details.codes), no_area, no_street,
    unit_not_here, case_is_final, other_street, bad_position, point_elsewhere, held_already (another whistle runs for
    the case). NotAllowed: principal_only. NotFound: a case or place outside the blower's area.
    """
    if not 0 < len(key) <= 64 or "\x00" in key:
        raise Refused("bad_idempotency_key", _("The key of a form has 1 to 64 characters."))
    before = Whistle.objects.filter(blown_by=by, key=key).first()
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _blown(wanted, key, by, at)
    except IntegrityError:
        same = Whistle.objects.filter(blown_by=by, key=key).first()
        if same is None:
            raise
        return same  # the same form was first


def _blown(wanted: Wanted, key: str, by: User, at: datetime) -> Whistle:
    cases = _cases(wanted.case_ids, by)
    area = _area(wanted.area_id, cases)
    for path in (area.path, *(case.area_path for case in cases)):
        require(by, BLOW, path=path)
    kind = _kind(wanted, len(cases), area, by, at)
    street = _street(area)
    if any(case.street_id != street.pk for case in cases):
        raise Refused("other_street", _("All cases of a whistle lie in one street."))
    units = _units(wanted.roles, area, at)
    whistle = _written(wanted, kind, cases, area, street, key, by, at)
    WhistleCase.objects.bulk_create(WhistleCase(whistle=whistle, case=case) for case in cases)
    WhistleCall.objects.bulk_create(
        WhistleCall(whistle=whistle, organisation=unit, role=wanted.roles[unit.pk]) for unit in units
    )
    may_approve = by.scope(APPROVE).covers(area.path)
    if first_state(approval=kind.approval, may_approve=may_approve) == WhistleState.RUNNING:
        return _out(whistle, by, at, approved_by=by if kind.approval else None)
    noted(whistle, DeedChoices.ASK, by=by, at=at, words=whistle.words)
    told(WhistleAsked(whistle.pk), whistle)
    with translation.override(settings.LANGUAGE_CODE):
        tell(whistle, with_right(whistle, APPROVE, at), _("waits for your approval"), at)
    return whistle


def _kind(wanted: Wanted, cases: int, area: Area, by: User, at: datetime) -> WhistleKind:
    """The kind that may be blown so, by this person."""
    kind = next((one for one in active_kinds(timezone.localdate(at)) if one.code == wanted.kind), None)
    if kind is None:
        raise Refused("no_such_kind", _("There is no such kind of whistle now."))
    wrong = list(faults(Asked(wanted.words, wanted.roles, cases, wanted.address)))
    if wrong:
        raise Refused("whistle_incomplete", str(refused(wrong[0]).message), codes=wrong)
    if kind.blown_by == "principal" and not by.scope(APPROVE).covers(area.path):
        raise NotAllowed("principal_only", _("Only the principal blows whistles of this kind."), what=APPROVE)
    return kind


def _written(
    wanted: Wanted,
    kind: WhistleKind,
    cases: list[Case],
    area: Area,
    street: Area,
    key: str,
    by: User,
    at: datetime,
) -> Whistle:
    first = cases[0] if cases else None
    point = first.point if first else None
    if wanted.lon is not None and wanted.lat is not None:
        point = _in_street(wanted.lon, wanted.lat, street)
    return Whistle.objects.create(
        number=_number(at),
        kind=kind,
        street=street,
        area=area,
        area_path=area.path,
        address=said(wanted.address) or (first.address if first else ""),
        point=point,
        words=said(wanted.words),
        state=WhistleState.WAITING,
        blown_by=by,
        asked_at=at,
        key=key,
    )


def _in_street(lon: float, lat: float, street: Area) -> Point:
    """No point in the sea, or in another street: departments are sent there."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("bad_position", _("This is no place on earth."))
    point = Point(lon, lat, srid=CGCS2000)
    if not Area.objects.filter(pk=street.pk, boundary__covers=point).exists():
        raise Refused("point_elsewhere", _("This place lies outside the street."))
    return point


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_whistle_serial')")
        (serial,) = cursor.fetchone()
    return case_number(NUMBER_PREFIX, timezone.localdate(at), serial)


def _cases(case_ids: Sequence[int], by: Actor) -> list[Case]:
    """In the order given, each once, all in the blower's sight."""
    wanted = list(dict.fromkeys(case_ids))
    if not wanted:
        return []
    found = {case.pk: case for case in visible(by).filter(pk__in=wanted).select_related("grid", "street")}
    if len(found) != len(wanted):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    for case in found.values():
        if case.is_final:
            raise Refused("case_is_final", _("This case is finished; nothing more can be done with it."))
    return [found[pk] for pk in wanted]


def _area(area_id: int | None, cases: Sequence[Case]) -> Area:
    if area_id is None and cases:
        steps = cases[0].area_path.split(".")
        area_id = int(steps[-2])
    found = Area.objects.filter(pk=area_id, valid_to=None).first() if area_id is not None else None
    if found is None:
        raise Refused("no_area", _("Please say where it is."))
    return found


def _street(area: Area) -> Area:
    above = [int(step) for step in area.path.split(".")[:-1]]
    found = Area.objects.filter(pk__in=above, kind=AreaKind.STREET).first()
    if found is None:
        raise Refused("no_street", _("A whistle is blown by a street, about a place in it."))
    return found


def _units(roles: Mapping[int, Role], area: Area, at: datetime) -> list[Organisation]:
    known = {unit.pk: unit for unit in units_to_call(area.path, at)}
    strange = [pk for pk in roles if pk not in known]
    if strange:
        raise Refused("unit_not_here", _("This organisation cannot be called to this place."), units=strange)
    return [known[pk] for pk in roles]


@transaction.atomic
def approve_whistle(*, whistle_id: int, by: User, at: datetime) -> Whistle:
    """主要领导批准: the departments are called now. Refused: not_waiting."""
    whistle = _waiting(whistle_id, by)
    return _out(whistle, by, at, approved_by=by)


@transaction.atomic
def decline_whistle(*, whistle_id: int, reason: str, by: User, at: datetime) -> Whistle:
    """Not approved, with the reason. Refused: not_waiting, reason_needed, words_too_long."""
    whistle = _waiting(whistle_id, by)
    words = said(reason, needed="reason_needed")
    whistle.state, whistle.ended_at, whistle.approved_by = WhistleState.DECLINED, at, by
    noted(whistle, DeedChoices.DECLINE, by=by, at=at, words=words)
    told(WhistleDeclined(whistle.pk), whistle)
    with translation.override(settings.LANGUAGE_CODE):
        tell(whistle, [whistle.blown_by], _("was not approved"), at, "whistle.news")
    return whistle


def _waiting(whistle_id: int, by: User) -> Whistle:
    whistle = locked_whistle(whistle_id, by)
    require_street(by, APPROVE, whistle)
    if whistle.state != WhistleState.WAITING:
        raise Refused("not_waiting", _("This whistle does not wait for approval."))
    return whistle


def _out(whistle: Whistle, by: User, at: datetime, approved_by: User | None) -> Whistle:
    """The departments are called, the clocks of the cases stand still but those of emergencies."""
    whistle.state, whistle.blown_at, whistle.approved_by = WhistleState.RUNNING, at, approved_by
    hold_cases(whistle, at)
    calls = list(WhistleCall.objects.filter(whistle=whistle).select_related("organisation"))
    for call in calls:
        start_clocks(whistle, call, at)
        call.save()
    units = [call.organisation.name for call in calls]
    noted(
        whistle,
        DeedChoices.BLOW,
        by=by,
        at=at,
        words=whistle.words,
        details={"called": units},
        in_cases=False,
    )
    told(WhistleBlown(whistle.pk), whistle)
    with translation.override(settings.LANGUAGE_CODE):
        for call in calls:
            tell(whistle, people_of(call.organisation_id, at), _("calls you: please sign"), at)
        if approved_by and approved_by.pk != whistle.blown_by_id:
            tell(whistle, [whistle.blown_by], _("was approved and blown"), at, "whistle.news")
    return whistle


@transaction.atomic
def withdraw_whistle(*, whistle_id: int, reason: str, by: User, at: datetime) -> Whistle:
    """撤哨: nobody is needed any more; the clocks of the cases run on. Refused: whistle_is_over, reason_needed."""
    whistle = locked_whistle(whistle_id, by)
    if not acts_for_street(by, BLOW, whistle):
        require_street(by, APPROVE, whistle)
    if whistle.state in ENDED:
        raise refused("whistle_is_over")
    words = said(reason, needed="reason_needed")
    was_out = whistle.state == WhistleState.RUNNING
    whistle.state, whistle.ended_at = WhistleState.WITHDRAWN, at
    WhistleCall.objects.filter(whistle=whistle).update(tell_at=None)
    noted(whistle, DeedChoices.WITHDRAW, by=by, at=at, words=words)
    release_cases(whistle, at)
    told(WhistleWithdrawn(whistle.pk), whistle)
    if was_out:
        with translation.override(settings.LANGUAGE_CODE):
            for call in whistle.calls.all():
                tell(whistle, people_of(call.organisation_id, at), _("was withdrawn"), at, "whistle.news")
    return whistle
