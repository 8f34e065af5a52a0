"""Removing what nothing refers to, without ever taking a file from under somebody who stores it just now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet

from onegrid.kit.files.models import StoredFile, object_name
from onegrid.kit.files.storing import lock_content

BATCH = 200


@dataclass
class Pruned:
    """`files` nothing referred to, `objects` without a row (of an action undone), and their `size` in bytes."""

    files: int = 0
    objects: int = 0
    size: int = 0


def prune_files(*, before: datetime, dry_run: bool = False) -> Pruned:
    """Removes what nothing refers to and nobody stored since `before`."""
    found = Pruned()
    for file in _unreferenced(before).iterator(BATCH):
        if dry_run or _remove_row(file, before):
            found.files += 1
            found.size += file.size
    for digest, size in _stray_objects(before):
        if dry_run or _remove_object(digest):
            found.objects += 1
            found.size += size
    return found


def remove_unused(file: StoredFile) -> bool:
    """At once: the row in the caller's transaction, the object when it commits. False when anything refers to it."""
    with transaction.atomic():
        lock_content(file.sha256)
        gone, _by_model = _free(StoredFile.objects.filter(pk=file.pk)).delete()
        if gone:
            transaction.on_commit(lambda: _remove_object(file.sha256))
    return bool(gone)


def _unreferenced(before: datetime) -> QuerySet[StoredFile]:
    return _free(StoredFile.objects.filter(wanted_at__lt=before))


def _free(files: QuerySet[StoredFile]) -> QuerySet[StoredFile]:
    """Those that nothing refers to."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and not relation.many_to_many:
            refers = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            files = files.exclude(Exists(refers))
    return files


def _remove_row(file: StoredFile, before: datetime) -> bool:
    """Row first; the object goes in a second transaction, so that a crash between leaves only a stray object."""
    with transaction.atomic():
        lock_content(file.sha256)
        gone, _by_model = _unreferenced(before).filter(pk=file.pk).delete()
    return bool(gone) and _remove_object(file.sha256)


def _remove_object(digest: str) -> bool:
    with transaction.atomic():
        lock_content(digest)
        if StoredFile.objects.filter(sha256=digest).exists():
            return False
        default_storage.delete(object_name(digest))
    return True


def _stray_objects(before: datetime) -> Iterator[tuple[str, int]]:
    for folder in _listed("")[0]:
        names = [name for name in _listed(folder)[1] if object_name(name) == f"{folder}/{name}"]
        known = set(StoredFile.objects.filter(sha256__in=names).values_list("sha256", flat=True))
        for name in names:
            if name not in known and default_storage.get_modified_time(object_name(name)) < before:
                yield name, default_storage.size(object_name(name))


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
