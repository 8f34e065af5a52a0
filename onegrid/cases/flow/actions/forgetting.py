"""更正、删除: the contact on reports is put right or removed when its owner asks, and removed when its time is over.

The matter itself stays.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from onegrid.cases.flow.access import PRIVACY
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Call, Case, Follower
from onegrid.kit.actors import Actor, SystemActor, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.audit import record

RETENTION = SystemActor("retention")
BATCH = 500  # cases in one transaction
BATCHES_MOST = 100  # in one night
NOBODY: dict[str, Any] = {
    "reporter_name": None,
    "reporter_phone": None,
    "reporter_phone_index": "",
    "anonymous": True,
}


@transaction.atomic
def forget_contact(*, phone_index: str, by: Actor, at: datetime, within: str = "") -> int:
    """Name and phone are removed from every report and follow that was left with the phone in the area with the path
    `within` ("": everywhere), and the keyed hash of the phone from calls answered there or above; how many.

    What happened, where, and what was done stay: the file of a matter is kept by law, and number and code go on to
    open it. What the reporter wrote stays in it too. NotFound when one of them lies outside the actor's area.
    """
    done = _each(phone_index, "cases.forget_contact", by, at, NOBODY, within)
    follows = Follower.objects.filter(_there(within, "case__area_path"), phone_index=phone_index)
    for path in follows.values_list("case__area_path", flat=True).distinct():
        require(by, PRIVACY, path=path)
    done += follows.update(phone=None, phone_index="")
    return done + _calls(phone_index, within).update(phone_index="")


def _calls(phone_index: str, within: str) -> QuerySet[Call]:
    """A call has no place but the desk that answered it: whoever answers for a street answers for the desks above."""
    rows = Call.objects.filter(phone_index=phone_index) if phone_index else Call.objects.none()
    above = ["", *(within[: place + 1] for place, sign in enumerate(within) if sign == ".")]
    return rows.filter(_there(within, "area_path") | Q(area_path__in=above)) if within else rows


@transaction.atomic
def correct_name(*, phone_index: str, name: str, by: Actor, at: datetime, within: str = "") -> int:
    """The name on every report with the phone in that area; how many. NotFound as above."""
    named = {"reporter_name": name.replace("\x00", "").strip()[:40] or None}
    return _each(phone_index, "cases.correct_contact", by, at, named, within)


@dataclass(frozen=True)
class Forgotten:
    """How many cases, follows and calls lost name or phone."""

    cases: int = 0
    follows: int = 0
    calls: int = 0


def forget_old_contacts(*, at: datetime, most: int = BATCHES_MOST) -> Forgotten:
    """保存期限: name and phone go from cases that ended `contact_days` ago (limits.yaml), in `most` batches at most.

    The matter stays with its timeline and seal, and an audit entry that says by which rule; who has number and code
    still opens it. Phones of followers of the same cases go too, and from calls that ended `call_days` ago the
    keyed hash of the phone. What is left is for the next night.
    """
    limits = flow_limits(timezone.localdate(at))
    days = limits.contact_days
    before, done = at - timedelta(days=days), 0
    for _batch in range(most):
        count = _forget_batch(before, days, at)
        done += count
        if count < BATCH:
            break
    follows = Follower.objects.exclude(phone_index="").filter(case__ended_at__lt=before)
    gone = follows.update(phone=None, phone_index="")
    return Forgotten(done, gone, _forget_calls(at - timedelta(days=limits.call_days), most))


def _forget_calls(before: datetime, most: int) -> int:
    done = 0
    for _batch in range(most):
        found = Call.objects.exclude(phone_index="").filter(ended_at__lt=before).order_by("ended_at")
        ids = list(found.values_list("pk", flat=True)[:BATCH])
        done += Call.objects.filter(pk__in=ids).update(phone_index="")
        if len(ids) < BATCH:
            break
    return done


@transaction.atomic
def _forget_batch(before: datetime, days: int, at: datetime) -> int:
    kept = Q(reporter_name__isnull=False) | Q(reporter_phone__isnull=False)
    found = Case.objects.filter(kept, ended_at__isnull=False, ended_at__lt=before).order_by("ended_at")
    rows = found.select_for_update(skip_locked=True).only("pk", "area_path", "unit_id")[:BATCH]
    cases = list(rows)
    for case in cases:
        record(
            "cases.forget_contact",
            by=RETENTION,
            about=case,
            at=at,
            details={"rule": "contact_days", "days": days},
        )
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(**NOBODY)
    return len(cases)


def _there(within: str, field: str) -> Q:
    low, high = path_range(within) if within else ("", "")
    return Q(**{f"{field}__gte": low, f"{field}__lt": high}) if within else Q()


def _each(phone_index: str, verb: str, by: Actor, at: datetime, columns: dict, within: str) -> int:
    if not phone_index:
        return 0
    found = Case.objects.filter(_there(within, "area_path"), reporter_phone_index=phone_index)
    rows = found.select_for_update().order_by("id")
    cases = list(rows.only("pk", "area_path", "unit_id"))
    for case in cases:
        require(by, PRIVACY, path=case.area_path)
        record(verb, by=by, about=case, at=at)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(**columns)
    return len(cases)
