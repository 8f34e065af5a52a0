"""Reading the trail. Whoever reads needs audit.see where the thing lies."""

from django.db.models import Model, QuerySet

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
