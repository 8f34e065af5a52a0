"""Arranging duties, leaves and hand-overs."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.duties.facts import DutyChanged, DutyHandedOver
from onegrid.accounts.duties.models import EVERY_DAY, Duty, DutyRole, HandOver, Leave
from onegrid.accounts.duties.queries import on_duty
from onegrid.accounts.duties.rules import Shift, Term, first_overlap
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area

EDIT = "duties.edit"


@transaction.atomic
def assign_duty(
    *,
    area: Area,
    user: User,
    role: DutyRole,
    by: Actor,
    at: datetime,
    posting: Posting | None = None,
    weekdays: tuple[int, ...] = tuple(EVERY_DAY),
    from_time: time = time(0),
    to_time: time = time(0),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Duty:
    """`user` covers `area` from `starts_at` (now) on. At one time one person is main for a grid.

    Refused: user_left, bad_weekdays, empty_term, cover_elsewhere, overlapping_main (details.duty).
    """
    require(by, EDIT, path=area.path)
    lock_area(area)
    _require_serving(user)
    if not weekdays or not set(weekdays) <= set(EVERY_DAY):
        raise Refused("bad_weekdays", _("Choose at least one weekday."), weekdays=list(weekdays))
    begins = starts_at or at
    if ends_at is not None and ends_at <= begins:
        raise Refused("empty_term", _("The end lies before the beginning."))
    _require_there(user, [area], begins)
    term = Term(Shift(tuple(sorted(set(weekdays))), from_time, to_time), begins, ends_at)
    if role == DutyRole.MAIN:
        refuse_overlap(area, term)
    duty = Duty.objects.create(
        area=area,
        user=user,
        posting=posting or _post_at(user, area, begins),
        role=DutyRole(role),
        weekdays=list(term.shift.weekdays),
        from_time=from_time,
        to_time=to_time,
        starts_at=begins,
        ends_at=ends_at,
    )
    record(
        "duties.assign", by=by, about=duty, at=at, details={"area": area.pk, "user": user.pk, "role": role}
    )
    announce(DutyChanged(area.pk), path=area.path)
    return duty


@transaction.atomic
def end_duty(*, duty_id: int, by: Actor, at: datetime, reason: str = "") -> Duty:
    """The duty ends now. Refused: ended_already."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("area").filter(pk=duty_id).first()
    if duty is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(by, EDIT, path=duty.area.path)
    if duty.ends_at is not None and duty.ends_at <= at:
        raise Refused("ended_already", _("This has ended already."))
    duty.ends_at = max(at, duty.starts_at)
    duty.save(update_fields=["ends_at"])
    record("duties.end", by=by, about=duty, at=at, reason=reason)
    announce(DutyChanged(duty.area_id), path=duty.area.path)
    return duty


@dataclass(frozen=True)
class LeaveTaken:
    """`warnings`: codes; "leave_without_cover" lets the leave stand, the deputy and the station answer."""

    leave: Leave
    warnings: tuple[str, ...] = ()


@transaction.atomic
def take_leave(
    *,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    by: Actor,
    at: datetime,
    cover: User | None = None,
    note: str = "",
) -> LeaveTaken:
    """`user` is away; `cover` answers meanwhile. People take leave themselves, or whoever arranges duties does.

    Refused: user_left, cover_left, cover_is_away, cover_is_self, cover_elsewhere, empty_term, overlapping_leave.
    """
    areas = _lock_person(user, by)
    if ends_at <= starts_at or ends_at <= at:
        raise Refused("empty_term", _("The end lies before the beginning."))
    if cover is not None:
        _require_cover(cover, user, max(starts_at, at), ends_at)
    if _leaves(user, starts_at, ends_at).exists():
        raise Refused("overlapping_leave", _("There is a leave in this time already."))
    leave = Leave.objects.create(user=user, cover=cover, starts_at=starts_at, ends_at=ends_at, note=note)
    record("duties.leave", by=by, about=leave, at=at, details={"cover": cover.pk if cover else None})
    for area in areas:
        announce(DutyChanged(area.pk), path=area.path)
    return LeaveTaken(leave, () if cover is not None or not areas else ("leave_without_cover",))


@transaction.atomic
def cancel_leave(*, leave_id: int, by: Actor, at: datetime) -> Leave:
    """Back early, or never gone. Refused: ended_already."""
    leave = Leave.objects.select_for_update(of=("self",)).select_related("user").filter(pk=leave_id).first()
    if leave is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    areas = _lock_person(leave.user, by)
    if leave.cancelled_at is not None or leave.ends_at <= at:
        raise Refused("ended_already", _("This has ended already."))
    if leave.starts_at < at:
        leave.ends_at = at  # the days that were taken stay in the record
    else:
        leave.cancelled_at = at
    leave.save(update_fields=["ends_at", "cancelled_at"])
    record("duties.leave_cancel", by=by, about=leave, at=at)
    for area in areas:
        announce(DutyChanged(area.pk), path=area.path)
    return leave


@transaction.atomic
def hand_over(*, duty_id: int, to_user: User, by: Actor, at: datetime, note: str = "") -> HandOver:
    """交接: the duty ends for one person and begins for the other at the same instant, same hours.

    The person on duty may hand over, or whoever arranges duties.

    Refused: user_left, cover_elsewhere, same_person, ended_already.
    """
    duty = (
        Duty.objects.select_for_update(of=("self",)).select_related("area", "user").filter(pk=duty_id).first()
    )
    if duty is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if by.actor_key != duty.user.actor_key:
        require(by, EDIT, path=duty.area.path)
    _require_serving(to_user)
    _require_there(to_user, [duty.area], at)
    if to_user.pk == duty.user_id:
        raise Refused("same_person", _("A duty is handed over to somebody else."))
    if duty.starts_at > at or (duty.ends_at is not None and duty.ends_at <= at):
        raise Refused("ended_already", _("This has ended already."))
    last = duty.ends_at
    duty.ends_at = at
    duty.save(update_fields=["ends_at"])
    Duty.objects.create(
        area=duty.area,
        user=to_user,
        posting=_post_at(to_user, duty.area, at),
        role=duty.role,
        weekdays=duty.weekdays,
        from_time=duty.from_time,
        to_time=duty.to_time,
        starts_at=at,
        ends_at=last,
    )
    done = HandOver.objects.create(
        area=duty.area, from_user=duty.user, to_user=to_user, role=duty.role, at=at, note=note
    )
    record("duties.hand_over", by=by, about=done, at=at, details={"from": duty.user_id, "to": to_user.pk})
    announce(DutyHandedOver(duty.area_id, duty.user_id, to_user.pk), path=duty.area.path)
    return done


PURPOSE_MAX = 200  # characters


@dataclass(frozen=True)
class PrivatePhone:
    """The private number of somebody who answers; never published."""

    user_id: int
    name: str
    phone: str


@transaction.atomic
def reveal_phones(*, area_id: int, purpose: str, by: Actor, at: datetime) -> list[PrivatePhone]:
    """Private phones of the people who answer for the area now; who looked, and what for, is recorded (PIPL Art. 51).

    Needs "duties.phone" there. People who gave no phone are missing. Refused: purpose_needed (empty or too long).
    """
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(by, "duties.phone", path=area.path)
    purpose = purpose.replace("\x00", "").strip()
    if not 0 < len(purpose) <= PURPOSE_MAX:
        words = _("Please say what you need it for, in at most %(most)s characters.")
        raise Refused("purpose_needed", words % {"most": PURPOSE_MAX})
    people = on_duty(area.pk, at)
    phones = {user.pk: user.phone for user in User.objects.filter(pk__in=[one.user_id for one in people])}
    found = [
        PrivatePhone(one.user_id, one.name, phone) for one in people if (phone := phones.get(one.user_id))
    ]
    shown = sorted(one.user_id for one in found)
    record("duties.reveal_phone", by=by, about=area, at=at, reason=purpose, details={"users": shown})
    return found


def release_duties(*, user: User, at: datetime) -> int:
    """Inside the transaction in which an account leaves: duties end, leaves too, and nobody is covered by it."""
    duties = list(
        Duty.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(Q(ends_at=None) | Q(ends_at__gt=at), user=user)
    )
    for duty in duties:
        duty.ends_at = max(at, duty.starts_at)
        duty.save(update_fields=["ends_at"])
        announce(DutyChanged(duty.area_id), path=duty.area.path)
    Leave.objects.filter(user=user, ends_at__gt=at, cancelled_at=None).update(cancelled_at=at)
    Leave.objects.filter(cover=user, ends_at__gt=at).update(cover=None)
    return len(duties)


def refuse_overlap(area: Area, term: Term) -> None:
    others = Duty.objects.filter(area=area, role=DutyRole.MAIN).filter(
        Q(ends_at=None) | Q(ends_at__gt=term.starts_at)
    )
    terms = (
        (
            duty.pk,
            Term(Shift(tuple(duty.weekdays), duty.from_time, duty.to_time), duty.starts_at, duty.ends_at),
        )
        for duty in others
    )
    found = first_overlap(term, terms)
    if found is not None:
        raise Refused(
            "overlapping_main", _("Somebody else is main for this grid at that time already."), duty=found
        )


def _post_at(user: User, area: Area, at: datetime) -> Posting | None:
    """The user's post for the area, which carries the published phone."""
    return (
        Posting.objects.serving_on(timezone.localdate(at)).filter(user=user, area=area).order_by("id").first()
    )


def _require_serving(user: User) -> None:
    if not User.objects.filter(pk=user.pk, left_at=None, is_active=True).exists():
        raise Refused("user_left", _("This person has left."), user=user.display_name)


def _require_cover(cover: User, user: User, starts_at: datetime, ends_at: datetime) -> None:
    if cover.pk == user.pk:
        raise Refused("cover_is_self", _("Somebody else must cover."))
    if not User.objects.filter(pk=cover.pk, left_at=None, is_active=True).exists():
        raise Refused("cover_left", _("The person who should cover has left."))
    if _leaves(cover, starts_at, ends_at).exists():
        raise Refused("cover_is_away", _("The person who should cover is away then."))
    duties = user.duties.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at), starts_at__lt=ends_at)
    _require_there(cover, list(Area.objects.filter(duties__in=duties).distinct()), starts_at)


def _require_there(person: User, areas: list[Area], at: datetime) -> None:
    """Whoever answers for a grid becomes holder of its cases and reads reports: needs a grant or a post for it.

    One that stands at `at`, for the area or something above it. Rights in an organisation alone have no place.
    """
    day = timezone.localdate(at)
    granted = set(
        Grant.objects.reaching(day).filter(user=person, organisation=None).values_list("area_id", flat=True)
    )
    if None in granted:
        return
    posted = Posting.objects.serving_on(day).filter(user=person).exclude(area=None)
    there = granted | set(posted.values_list("area_id", flat=True))
    for area in areas:
        if there.isdisjoint(int(step) for step in area.path.split(".")[:-1]):
            raise Refused(
                "cover_elsewhere",
                _("%(person)s has neither a post nor rights in %(area)s.")
                % {"person": person.display_name, "area": area.name},
                user=person.pk,
                area=area.pk,
            )


def _leaves(user: User, starts_at: datetime, ends_at: datetime):
    return Leave.objects.filter(user=user, cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)


def _lock_person(user: User, by: Actor) -> list[Area]:
    """Locks the user's row; the areas of the duties. Others than the person need the right in all of them."""
    locked = User.objects.select_for_update().filter(pk=user.pk).first()
    if locked is None or locked.left_at is not None:
        raise Refused("user_left", _("This person has left."), user=user.display_name)
    areas = list(Area.objects.filter(duties__in=user.duties.all()).distinct())
    if by.actor_key != user.actor_key:
        posts = Posting.objects.filter(user=user).values_list("area__path", "organisation__area__path")
        paths: list[str | None] = [*(area.path for area in areas)] or [area or org for area, org in posts]
        for path in paths or [None]:
            require(by, EDIT, path=path)
    return areas


def lock_area(area: Area) -> None:
    """Arrangements for one area queue up, so that two of them cannot both find it free."""
    if not Area.objects.select_for_update(of=("self",), no_key=True).filter(pk=area.pk).exists():
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
