"""Kinds of whistles as editions: loaded as a draft, published, then they stand."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.cases.whistle.access import KINDS
from onegrid.cases.whistle.kinds import edition_in_force, shipped, wrong_with
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
    wrong = wrong_with(content)
    if wrong:
        raise Refused(
            "bad_kinds", _("The list of kinds cannot be taken: %(wrong)s") % {"wrong": wrong[0]}, wrong=wrong
        )
    digest = hashlib.sha256(canonical(content)).hexdigest()
    newest = KindEdition.objects.order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    edition = KindEdition.objects.create(
        number=(newest.number if newest else 0) + 1,
        status="draft",
        digest=digest,
        settings={name: content[name] for name in SETTINGS if name in content},
        made_at=at,
    )
    names = ("code", "field", "name", "name_en", "mark", "source", "active", "blown_by")
    flags = ("approval", "urgent", "remote", "limits")
    WhistleKind.objects.bulk_create(
        WhistleKind(edition=edition, position=place, **{name: row[name] for name in (*names, *flags)})
        for place, row in enumerate(content["kinds"], 1)
    )
    record("whistles.draft_kinds", by=by, about=edition, at=at, details={"number": edition.number})
    return edition


@transaction.atomic
def publish_kinds(*, edition_id: int, by: Actor, at: datetime) -> KindEdition:
    """New whistles are blown by it; those that run keep theirs. Refused: published_already, older_edition."""
    require_everywhere(by, KINDS)
    edition = KindEdition.objects.select_for_update().filter(pk=edition_id).first()
    if edition is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if edition.status == "published":
        raise Refused("published_already", _("This edition is published already."))
    if KindEdition.objects.filter(number__gt=edition.number, status="published").exists():
        raise Refused("older_edition", _("A newer edition is in force."))
    edition.status, edition.published_at = "published", at
    edition.save(update_fields=["status", "published_at"])
    record("whistles.publish_kinds", by=by, about=edition, at=at, details={"number": edition.number})
    return edition


@transaction.atomic
def load_kinds(*, by: Actor, at: datetime, content: dict[str, Any] | None = None) -> KindEdition:
    """Drafts and publishes the content, unless it is the newest already. Without content the shipped list, and only
    where no list is in force: what a city has published is never pushed aside by ours."""
    known = edition_in_force()
    if content is None and known is not None:
        return known
    edition = draft_kinds(content=content if content is not None else shipped(), by=by, at=at)
    return edition if edition.status == "published" else publish_kinds(edition_id=edition.pk, by=by, at=at)
