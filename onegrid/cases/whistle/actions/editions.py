"""Kinds of whistles as editions: loaded as a draft, published, then they stand."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.cases.whistle.access import KINDS
from onegrid.cases.whistle.kinds import FLAGS, NAMES, content_of, edition_in_force, shipped, wrong_with
from onegrid.cases.whistle.models import KindEdition, WhistleKind
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.areas.access import require_everywhere

SETTINGS = ("low_stars", "rate")


@transaction.atomic
def draft_kinds(*, content: dict[str, Any], by: Actor, at: datetime) -> KindEdition:
    """A draft of the content, or the edition that has it already. Refused: bad_kinds (details.wrong)."""
    require_everywhere(by, KINDS)
    _whole(content)
    digest = hashlib.sha256(canonical(content)).hexdigest()
    newest = KindEdition.objects.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    if KindEdition.objects.filter(status="draft").exists():
        raise Refused("draft_already", _("There is a draft of kinds already."))
    return _drafted(content, by, at)


def _whole(content: dict[str, Any]) -> None:
    wrong = wrong_with(content)
    if wrong:
        words = _("The list of kinds cannot be taken: %(wrong)s") % {"wrong": wrong[0]}
        raise Refused("bad_kinds", words, wrong=wrong)


def _drafted(content: dict[str, Any], by: Actor, at: datetime) -> KindEdition:
    newest = KindEdition.objects.order_by("-number").first()
    edition = KindEdition.objects.create(
        number=(newest.number if newest else 0) + 1,
        status="draft",
        digest=hashlib.sha256(canonical(content)).hexdigest(),
        settings={name: content[name] for name in SETTINGS if name in content},
        made_at=at,
    )
    WhistleKind.objects.bulk_create(
        WhistleKind(edition=edition, position=place, **_columns(row))
        for place, row in enumerate(content["kinds"], 1)
    )
    record("whistles.draft_kinds", by=by, about=edition, at=at, details={"number": edition.number})
    return edition


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in (*NAMES, *FLAGS, "limits")}


@transaction.atomic
def publish_kinds(*, edition_id: int, valid_from: date | None = None, by: Actor, at: datetime) -> KindEdition:
    """New whistles are blown by it from that day on, or at once; those that run keep theirs.

    Refused: published_already, older_edition, in_the_past, before_the_last (another one begins later), bad_kinds.
    """
    edition = _edition(edition_id, by)
    if edition.status == "published":
        raise Refused("published_already", _("This edition is published already."))
    newer = KindEdition.objects.filter(number__gt=edition.number, status="published")
    if newer.exists():
        raise Refused("older_edition", _("A newer edition is in force."))
    if valid_from is not None and valid_from < timezone.localdate(at):
        raise Refused("in_the_past", _("An edition holds from today on, or later."))
    day = valid_from or timezone.localdate(at)
    if KindEdition.objects.filter(status="published", valid_from__gt=day).exists():
        raise Refused("before_the_last", _("The edition before begins later; choose its day or a later one."))
    content = content_of(edition)
    _whole(content)
    edition.digest = hashlib.sha256(canonical(content)).hexdigest()
    edition.status, edition.published_at, edition.valid_from = "published", at, valid_from
    edition.save(update_fields=["digest", "status", "published_at", "valid_from"])
    details = {"number": edition.number, "valid_from": valid_from.isoformat() if valid_from else None}
    record("whistles.publish_kinds", by=by, about=edition, at=at, details=details)
    return edition


@transaction.atomic
def start_kinds(*, by: Actor, at: datetime) -> KindEdition:
    """A draft that begins as the newest published edition, or as the shipped list. Refused: draft_already."""
    require_everywhere(by, KINDS)
    if KindEdition.objects.filter(status="draft").exists():
        raise Refused("draft_already", _("There is a draft of kinds already."))
    last = KindEdition.objects.filter(status="published").order_by("-number").first()
    return _drafted(content_of(last) if last else shipped(), by, at)


@transaction.atomic
def keep_kind(*, edition_id: int, row: dict[str, Any], by: Actor, at: datetime) -> WhistleKind:
    """A kind of a draft as `row` says (as in kinds.yaml); one of a new code comes last. Refused: published_already,
    bad_kinds."""
    edition = _draft(edition_id, by)
    content = content_of(edition)
    others = [one for one in content["kinds"] if one["code"] != row.get("code")]
    _whole({**content, "kinds": [*others, row]})
    place = edition.kinds.filter(code=row["code"]).values_list("position", flat=True).first()
    if place is None:
        place = 1 + max(edition.kinds.values_list("position", flat=True), default=0)
    kind, _made = WhistleKind.objects.update_or_create(
        edition=edition, code=row["code"], defaults=_columns(row) | {"position": place}
    )
    record("whistles.keep_kind", by=by, about=edition, at=at, details={"code": kind.code})
    return kind


@transaction.atomic
def drop_kind(*, edition_id: int, code: str, by: Actor, at: datetime) -> KindEdition:
    """Out of a draft. Refused: published_already, bad_kinds (the last one)."""
    edition = _draft(edition_id, by)
    kind = edition.kinds.filter(code=code).first()
    if kind is None:
        raise _not_there()
    content = content_of(edition)
    _whole({**content, "kinds": [one for one in content["kinds"] if one["code"] != code]})
    kind.delete()
    record("whistles.drop_kind", by=by, about=edition, at=at, details={"code": code})
    return edition


@transaction.atomic
def keep_rate(*, edition_id: int, rate: dict[str, Any], by: Actor, at: datetime) -> KindEdition:
    """The band of the blow rate of a draft. Refused: published_already, bad_kinds."""
    edition = _draft(edition_id, by)
    _whole({**content_of(edition), "rate": rate})
    edition.settings = {**edition.settings, "rate": rate}
    edition.save(update_fields=["settings"])
    record("whistles.keep_rate", by=by, about=edition, at=at)
    return edition


@transaction.atomic
def discard_kinds(*, edition_id: int, by: Actor, at: datetime) -> None:
    """A draft that nobody needs. Refused: published_already."""
    edition = _draft(edition_id, by)
    record("whistles.discard_kinds", by=by, about=edition, at=at, details={"number": edition.number})
    edition.delete()


def _edition(edition_id: int, by: Actor) -> KindEdition:
    require_everywhere(by, KINDS)
    found = KindEdition.objects.select_for_update().filter(pk=edition_id).first()
    if found is None:
        raise _not_there()
    return found


def _draft(edition_id: int, by: Actor) -> KindEdition:
    found = _edition(edition_id, by)
    if found.status == "published":
        raise Refused("published_already", _("This edition is published already."))
    return found


def _not_there() -> NotFound:
    return NotFound("not_found", _("There is nothing here, or it is outside your area."))


@transaction.atomic
def load_kinds(*, by: Actor, at: datetime, content: dict[str, Any] | None = None) -> KindEdition:
    """Drafts and publishes the content, unless it is the newest already. Without content the shipped list, and only
    where no list is in force: what a city has published is never pushed aside by ours."""
    known = edition_in_force(timezone.localdate(at))
    if content is None and known is not None:
        return known
    edition = draft_kinds(content=content if content is not None else shipped(), by=by, at=at)
    return edition if edition.status == "published" else publish_kinds(edition_id=edition.pk, by=by, at=at)
