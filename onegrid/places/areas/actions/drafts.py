"""Importing a file in steps: read → check (again and again) → confirm or discard. Only confirming changes areas."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from onegrid.kit.actors import Actor, Scope, require
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.kit.geo import Datum
from onegrid.places.areas import access, importing, reading
from onegrid.places.areas.actions.forest import NewArea, enter, lock_forest, set_name
from onegrid.places.areas.actions.redrawing import heir_of, redraw
from onegrid.places.areas.coordinates import told_datum
from onegrid.places.areas.facts import AreasImported
from onegrid.places.areas.importing import NEW, REDRAWN, RENAMED, Checked, Choices
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import CGCS2000, Area, DraftState, ImportDraft

IN_PAGE = 5 * 1024 * 1024  # a bigger file is checked and taken over in the background
IMPORT_STEP = "places.areas.import_step"  # the job in jobs.py
WAITING, WORKING = "waiting", "working"
OPEN_STATES = (DraftState.READ, DraftState.CHECKED)


@dataclass(frozen=True)
class Asker:
    """Whoever asked for work in the background, with the reach that was asked with."""

    actor_key: str
    actor_label: str
    reach: Scope

    def scope(self, what: str) -> Scope:
        return self.reach


def start_import(*, content: BinaryIO, file_name: str, size: int, by: Actor, at: datetime) -> ImportDraft:
    """Keeps the file and looks into it. A file that cannot be read leaves nothing behind."""
    if not by.scope(access.IMPORT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=access.IMPORT)
    reading.check_size(size)
    folder = f"{at:%Y%m%d}-{secrets.token_hex(8)}"
    place = imports_folder() / folder
    place.mkdir(parents=True, mode=0o700)
    try:
        with (place / "upload").open("wb") as target:
            shutil.copyfileobj(content, target, 1024 * 1024)
        with _unpacked(folder) as file:
            found = reading.look(file)
        found["told"] = told_datum(found)
        return ImportDraft.objects.create(
            file_name=Path(file_name).name[:200],
            stored_as=folder,
            size=size,
            content=found,
            made_by=by.actor_key,
            made_by_name=by.actor_label[:60],
            made_at=at,
        )
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def choose(*, draft_id: int, choices: Choices, by: Actor, at: datetime, here: bool = False) -> ImportDraft:
    """Sets kind, columns, datum and parent, and checks the file: in the background when it is big, unless `here`."""
    draft = _open_draft(draft_id, by)
    _check_choices(draft, choices, by)
    ImportDraft.objects.filter(pk=draft.pk).update(
        choices=choices.as_json(), parent=choices.parent_id, state=DraftState.READ, report={}, progress=0
    )
    if here:
        return check_now(draft_id=draft.pk, by=by, at=at)
    return _now_or_later("check", draft, by, at)


def confirm(*, draft_id: int, by: Actor, at: datetime) -> ImportDraft:
    """Takes the checked file over: now, or in the background when it is big."""
    draft = _open_draft(draft_id, by)
    _check_checked(draft)
    return _now_or_later("take_over", draft, by, at)


@transaction.atomic
def discard(*, draft_id: int, by: Actor, at: datetime) -> ImportDraft:
    """Nothing of the file becomes an area; the file is removed, the draft stays in the list."""
    draft = _open_draft(draft_id, by, lock=True)
    draft.state, draft.ended_at, draft.task = DraftState.DISCARDED, at, ""
    draft.save(update_fields=["state", "ended_at", "task"])
    record("areas.import_discarded", by=by, about=draft, at=at)
    transaction.on_commit(lambda: remove_upload(draft))
    return draft


def check_now(*, draft_id: int, by: Actor, at: datetime) -> ImportDraft:
    """Reads the file with the choices made and keeps the report. The file itself changes nothing yet."""
    draft = _open_draft(draft_id, by)
    choices = Choices(**draft.choices)
    checked = _checked(draft, choices)
    found = importing.report(checked, choices.tolerance)
    state = DraftState.READ if checked.errors else DraftState.CHECKED
    ImportDraft.objects.filter(pk=draft.pk, state__in=OPEN_STATES).update(
        report=found, state=state, task="", progress=100
    )
    return ImportDraft.objects.get(pk=draft.pk)


@transaction.atomic
def take_over(*, draft_id: int, by: Actor, at: datetime) -> ImportDraft:
    """Opens, renames and redraws areas as the file says: all of it or nothing. Checked anew under the lock."""
    lock_forest()
    draft = _open_draft(draft_id, by, lock=True)
    _check_checked(draft)
    choices = Choices(**draft.choices)
    checked = _checked(draft, choices)
    if checked.errors:
        raise Refused(
            "areas_changed_meanwhile",
            _("Areas changed since this file was checked, and it no longer fits. Check it again."),
            errors=checked.errors[:10],
        )
    counts = _apply(checked, choices, by, at)
    draft.state, draft.ended_at, draft.task = DraftState.CONFIRMED, at, ""
    draft.report = {**draft.report, "done": counts}
    draft.save(update_fields=["state", "ended_at", "task", "report"])
    path = draft.parent.path if draft.parent else None
    transaction.on_commit(lambda: remove_upload(draft))
    announce(AreasImported(draft_id=draft.pk, **counts), path=path)
    record("areas.import", by=by, about=draft, at=at, details={"file": draft.file_name, **counts})
    return draft


def imports_folder() -> Path:
    """Uploads on their way in; a folder of ours, never served."""
    return Path(settings.MEDIA_ROOT) / "area_imports"


def remove_upload(draft: ImportDraft) -> None:
    shutil.rmtree(imports_folder() / draft.stored_as, ignore_errors=True)


def _apply(checked: Checked, choices: Choices, by: Actor, at: datetime) -> dict[str, int]:
    for feature in checked.features:
        for area in filter(None, (feature.existing, feature.parent)):
            require(by, access.IMPORT, path=area.path)
    fresh = [feature for feature in checked.features if feature.change == NEW]
    enter([_new(feature, choices) for feature in fresh], valid_from=choices.day, by=by, at=at)
    renamed = [feature for feature in checked.features if feature.change == RENAMED]
    redrawn = [feature for feature in checked.features if feature.change == REDRAWN]
    for feature in renamed:
        if feature.existing:
            set_name(feature.existing, feature.name, by=by, at=at)
    for feature in redrawn:
        if feature.existing:
            new = heir_of(feature.existing, _boundary(feature), name=feature.name, parent=feature.parent)
            redraw(feature.existing, new, on=choices.day, by=by, at=at, carry_below=choices.carry_below)
    return {"opened": len(fresh), "renamed": len(renamed), "redrawn": len(redrawn)}


def _new(feature: importing.Feature, choices: Choices) -> NewArea:
    return NewArea(
        choices.kind,
        feature.code,
        feature.name,
        feature.parent,
        _boundary(feature),
        source_datum=choices.datum,
    )


def _boundary(feature: importing.Feature) -> GEOSGeometry:
    return GEOSGeometry(memoryview(feature.polygon.wkb), srid=CGCS2000)


def _checked(draft: ImportDraft, choices: Choices) -> Checked:
    def tell(progress: int) -> None:
        if draft.task:
            ImportDraft.objects.filter(pk=draft.pk).update(progress=progress)

    return importing.check(_shapes(draft, choices), draft.content, choices, tell)


def _shapes(draft: ImportDraft, choices: Choices) -> reading.Shapes:
    """The features as read with these choices; read once, kept beside the upload until the draft ends."""
    asked = f"{choices.layer}|{choices.code_column}|{choices.name_column}|{choices.repair}"
    kept = imports_folder() / draft.stored_as / f"read-{sha256(asked.encode()).hexdigest()[:16]}"
    if kept.exists():
        return reading.shapes_again(kept)
    with _unpacked(draft.stored_as) as file:
        fresh = kept.with_name(f"{kept.name}-{secrets.token_hex(4)}")
        fresh.mkdir()
        columns = [choices.code_column, choices.name_column]
        try:
            found = reading.shapes(file, fresh, layer=choices.layer, columns=columns, repair=choices.repair)
            with suppress(OSError):  # somebody else kept the same just now
                fresh.rename(kept)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return found


@contextmanager
def _unpacked(folder: str) -> Iterator[Path]:
    upload = imports_folder() / folder / "upload"
    if not upload.exists():
        raise Refused("file_is_gone", _("The uploaded file is no longer there. Upload it again."))
    with tempfile.TemporaryDirectory(dir=upload.parent) as place:
        yield reading.unpack(upload, Path(place))


def _open_draft(draft_id: int, by: Actor, lock: bool = False) -> ImportDraft:
    """One's own draft; somebody else's only for who may import everywhere."""
    if not by.scope(access.IMPORT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=access.IMPORT)
    drafts = ImportDraft.objects.select_for_update(of=("self",)) if lock else ImportDraft.objects
    draft = drafts.select_related("parent").filter(pk=draft_id).first()
    if draft is None or not access.sees_draft(by, draft):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if draft.state not in OPEN_STATES:
        raise Refused(
            "draft_is_closed", _("This import was taken over or discarded already."), state=draft.state
        )
    return draft


def _check_checked(draft: ImportDraft) -> None:
    if draft.state != DraftState.CHECKED:
        raise Refused(
            "draft_is_not_checked", _("The file must be checked without errors first."), state=draft.state
        )


def _check_choices(draft: ImportDraft, choices: Choices, by: Actor) -> None:
    """What is wrong with the choices themselves, before the file is opened for them."""
    if choices.kind not in AreaKind.values:
        raise Refused("level_unknown", _("There is no such level."), kind=choices.kind)
    if choices.datum not in Datum.values:
        raise Refused("datum_unknown", _("There is no such datum."), datum=choices.datum)
    if not 0 <= choices.tolerance <= 100:
        raise Refused("tolerance_out_of_range", _("The tolerance must be between 0 and 100 metres."))
    if choices.layer not in draft.content["layers"]:
        raise Refused("layer_unknown", _("The file has no such layer."), layers=draft.content["layers"])
    single = draft.content["features"] == 1
    for column, value, what in (
        (choices.code_column, choices.code, "code"),
        (choices.name_column, choices.name, "name"),
    ):
        if not column and not (single and value):
            columns = draft.content["columns"]
            raise Refused(
                f"{what}_column_is_missing",
                _("Say which column holds the %(what)s; the file has: %(columns)s.")
                % {"what": _(what), "columns": ", ".join(columns) or "—"},
                columns=columns,
            )
    parent = Area.objects.filter(pk=choices.parent_id).first() if choices.parent_id else None
    if choices.parent_id and parent is None:
        raise NotFound("not_found", _("There is no such area."))
    require(by, access.IMPORT, path=parent.path if parent else None)


def _now_or_later(work: str, draft: ImportDraft, by: Actor, at: datetime) -> ImportDraft:
    if draft.size <= IN_PAGE:
        return {"check": check_now, "take_over": take_over}[work](draft_id=draft.pk, by=by, at=at)
    with transaction.atomic():
        ImportDraft.objects.filter(pk=draft.pk).update(task=WAITING, progress=0)
        reach: list[JSONValue] = [[r.path, r.org_id] for r in by.scope(access.IMPORT).reaches]
        app.configure_task(IMPORT_STEP).defer(
            work=work, draft_id=draft.pk, key=by.actor_key, label=by.actor_label, reach=reach
        )
    draft.refresh_from_db()
    return draft


def run_step(*, work: str, draft_id: int, by: Actor, at: datetime) -> None:
    """What the background job does; a refusal becomes the draft's task, so that the page can say it."""
    ImportDraft.objects.filter(pk=draft_id).update(task=WORKING)
    try:
        {"check": check_now, "take_over": take_over}[work](draft_id=draft_id, by=by, at=at)
    except Refused as refusal:
        report = ImportDraft.objects.get(pk=draft_id).report
        ImportDraft.objects.filter(pk=draft_id).update(
            task="refused",
            report={**report, "refusal": {"code": refusal.code, "message": str(refusal.message)}},
        )
