"""A change that somebody on site reports: written at once where the rule allows, else for somebody else to decide."""

from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files

import yaml
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.kit.actors import require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.files import Kinds, store_file
from onegrid.kit.geo import metres_between
from onegrid.places.areas.models import CGCS2000
from onegrid.registry.things.access import DECIDE, PROPOSE
from onegrid.registry.things.actions import write_move, write_status
from onegrid.registry.things.models import ChangeKind, ChangeState, Thing, ThingChange, ThingStatus
from onegrid.registry.things.rules import STATUS_AFTER, Directness, change_fault, is_direct

WORDS_MAX = 300
MISSING = {
    "unknown_kind": _("There is no such change."),
    "place_needed": _("Please show where it stands."),
    "photo_needed": _("Please add a photo."),
    "words_or_photo_needed": _("Please say it in words or by a photo."),
}


def propose_change(
    *,
    identifier: str,
    kind: str,
    words: str = "",
    lon: float | None = None,
    lat: float | None = None,
    photo: bytes | None = None,
    key: str,
    by: User,
    at: datetime,
) -> ThingChange:
    """Reports a change of a thing. The same key again gives the same report.

    Refused: bad_idempotency_key, unknown_kind, place_needed, photo_needed, words_or_photo_needed, words_too_long,
    removed, status_unchanged, outside_grids, and those of store_file.
    """
    if not 0 < len(key) <= 64 or "\x00" in key:
        raise Refused("bad_idempotency_key", _("The key of a form has 1 to 64 characters."))
    try:
        with transaction.atomic():
            thing = _locked(identifier, by)
            before = ThingChange.objects.filter(by=by, key=key).first()
            return before or _proposed(thing, kind, words.strip(), lon, lat, photo, key, by, at)
    except IntegrityError:
        return ThingChange.objects.get(by=by, key=key)  # the same form was first


def _locked(identifier: str, by: User) -> Thing:
    thing = Thing.objects.select_for_update().filter(identifier=identifier).first()
    path, org_id = (thing.area_path, thing.authority_id) if thing else (None, None)
    require(by, PROPOSE, path=path, org_id=org_id)
    if thing is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return thing


def _proposed(
    thing: Thing,
    kind: str,
    words: str,
    lon: float | None,
    lat: float | None,
    photo: bytes | None,
    key: str,
    by: User,
    at: datetime,
) -> ThingChange:
    here = (lon, lat) if lon is not None and lat is not None else None
    fault = change_fault(kind, words=bool(words), photo=photo is not None, place=here is not None)
    if fault:
        raise Refused(fault, MISSING[fault])
    if len(words) > WORDS_MAX:
        raise Refused("words_too_long", _("The text is too long."))
    if thing.status == ThingStatus.REMOVED:
        raise Refused("removed", _("What was removed stays history; record a new thing instead."))
    if STATUS_AFTER.get(kind) == thing.status:
        raise Refused("status_unchanged", _("It has this status already."))
    metres = (
        metres_between(*here, thing.point.x, thing.point.y) if here and kind == ChangeKind.MOVED else None
    )
    direct = is_direct(kind, metres, rule_on(localdate(at)))
    change = ThingChange.objects.create(
        thing=thing,
        kind=kind,
        point=Point(*here, srid=CGCS2000) if here and kind == ChangeKind.MOVED else None,
        words=words,
        file=store_file(photo, allow=Kinds.PHOTO, at=at).file if photo is not None else None,
        area_path=thing.area_path,
        by=by,
        at=at,
        key=key,
        state=ChangeState.TAKEN if direct else ChangeState.WAITING,
        decided_at=at if direct else None,
    )
    record("things.propose", by=by, about=change, at=at, details={"kind": kind, "direct": direct})
    if direct:
        _write(change, thing, by, at, PROPOSE)
    return change


@transaction.atomic
def decide_change(*, change_id: int, accept: bool, answer: str = "", by: User, at: datetime) -> ThingChange:
    """Takes a reported change, or not: then it says why. Nobody decides the own report.

    Refused: decided_already, answer_needed, and what the change itself is refused for by now.
    """
    change = ThingChange.objects.select_for_update(of=("self",)).filter(pk=change_id).first()
    require(by, DECIDE, path=change.area_path if change else None)
    if change is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if change.by_id == by.pk:
        raise NotAllowed("own_change", _("Somebody else decides what you reported."))
    if change.state != ChangeState.WAITING:
        raise Refused("decided_already", _("This was decided already."))
    answer = answer.replace("\x00", "").strip()[:WORDS_MAX]
    if not accept and not answer:
        raise Refused("answer_needed", _("Please say why it is not taken."))
    change.state = ChangeState.TAKEN if accept else ChangeState.REFUSED
    change.decided_by, change.decided_at, change.answer = by, at, answer
    change.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    record("things.decide", by=by, about=change, at=at, details={"taken": accept})
    if accept:
        _write(change, Thing.objects.select_for_update().get(pk=change.thing_id), by, at, DECIDE)
    return change


def _write(change: ThingChange, thing: Thing, by: User, at: datetime, what: str) -> None:
    reason = f"change {change.pk}"
    if change.kind == ChangeKind.MOVED and change.point is not None:
        write_move(thing, lon=change.point.x, lat=change.point.y, by=by, at=at, reason=reason, what=what)
    elif change.kind in STATUS_AFTER:
        write_status(thing, status=STATUS_AFTER[change.kind], by=by, at=at, reason=reason)


def rule_on(day: date) -> Directness:
    """The block that began last; for days before the first, the first."""
    begun = [rule for begins, rule in _rules() if begins <= day]
    return begun[-1] if begun else _rules()[0][1]


@lru_cache(maxsize=1)
def _rules() -> list[tuple[date, Directness]]:
    rows = yaml.safe_load(files("onegrid.registry.things").joinpath("changes.yaml").read_text("utf-8"))
    blocks = [
        (date.fromisoformat(row["valid_from"]), Directness(frozenset(row["direct"]), row["moved_metres"]))
        for row in rows
    ]
    return sorted(blocks, key=lambda block: block[0])
