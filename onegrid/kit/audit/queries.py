"""Reading the trail. Whoever reads needs audit.see where the thing lies."""

from django.db.models import Model, QuerySet
from django.db.models.fields.json import KeyTextTransform

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.audit.recording import path_of

SEE = "audit.see"


def entries_about(
    about: Model, *, viewer: Actor, path: str | None = None, org_id: int | None = None
) -> QuerySet[AuditEntry]:
    """What was done to one thing, newest first. NotAllowed or NotFound as `require` says.

    `path`, `org_id`: where it lies, of things that do not carry their place themselves.
    """
    require(viewer, SEE, path=path or path_of(about) or None, org_id=org_id)
    found = AuditEntry.objects.filter(object_kind=about._meta.label_lower, object_id=str(about.pk))
    return found.order_by("-id")


def entries(*, viewer: Actor) -> QuerySet[AuditEntry]:
    """All that this viewer may see, newest first; page it by `id`."""
    return AuditEntry.objects.filter(viewer.scope(SEE).q("path")).order_by("-id")


def deeds_on(about: Model, *, verbs: list[str], limit: int) -> list[AuditEntry]:
    """Entries of these verbs about one thing, newest first: its history, for whoever the room that keeps the
    thing has found to be somebody who keeps it."""
    found = AuditEntry.objects.filter(
        object_kind=about._meta.label_lower, object_id=str(about.pk), verb__in=verbs
    )
    return list(found.order_by("-id")[:limit])


def doers(model: type[Model], ids: list[int], *, verb: str) -> dict[int, str]:
    """Id → name of who did this to it last. For histories of things whose readers may know who keeps them."""
    found = AuditEntry.objects.filter(
        object_kind=model._meta.label_lower, object_id__in=[str(pk) for pk in ids], verb=verb
    )
    return {int(entry.object_id): entry.actor_label for entry in found.order_by("id")}


def looks_at(things: dict[str, list[int]], *, verbs: list[str], limit: int) -> list[AuditEntry]:
    """Entries of these verbs about these things (kind → ids), newest first. For whoever the things are about: the
    caller has shown that they are; there is no viewer with a right to ask."""
    found: list[AuditEntry] = []
    for kind, ids in things.items():
        about = AuditEntry.objects.filter(
            object_kind=kind, object_id__in=[str(pk) for pk in ids], verb__in=verbs
        )
        found += about.order_by("-id")[:limit]
    return sorted(found, key=lambda entry: -entry.pk)[:limit]


def looks_for(phone_index: str, *, limit: int) -> list[AuditEntry]:
    """Entries that name the keyed hash of a phone: somebody looked for it. For whoever holds the phone."""
    named = AuditEntry.objects.filter(details__has_key="phone")
    named = named.alias(phone=KeyTextTransform("phone", "details")).filter(phone=phone_index)
    return list(named.order_by("-id")[:limit])
