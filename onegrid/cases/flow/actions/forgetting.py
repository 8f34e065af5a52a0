"""更正、删除: the contact on reports is put right or removed when its owner asks; the matter itself stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from onegrid.cases.flow.access import PRIVACY
from onegrid.cases.flow.models import Case, Follower
from onegrid.kit.actors import Actor, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.audit import record


@transaction.atomic
def forget_contact(*, phone_index: str, by: Actor, at: datetime, within: str = "") -> int:
    """Name and phone are removed from every report and follow that was left with the phone in the area with the path
    `within` ("": everywhere); how many.

    What happened, where, and what was done stay: the file of a matter is kept by law, and number and code go on to
    open it. What the reporter wrote stays in it too. NotFound when one of them lies outside the actor's area.
    """
    empty = {"reporter_name": None, "reporter_phone": None, "reporter_phone_index": "", "anonymous": True}
    done = _each(phone_index, "cases.forget_contact", by, at, empty, within)
    follows = Follower.objects.filter(_there(within, "case__area_path"), phone_index=phone_index)
    for path in follows.values_list("case__area_path", flat=True).distinct():
        require(by, PRIVACY, path=path)
    return done + follows.update(phone=None, phone_index="")


@transaction.atomic
def correct_name(*, phone_index: str, name: str, by: Actor, at: datetime, within: str = "") -> int:
    """The name on every report with the phone in that area; how many. NotFound as above."""
    named = {"reporter_name": name.replace("\x00", "").strip()[:40] or None}
    return _each(phone_index, "cases.correct_contact", by, at, named, within)


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
