"""Records of street A for the addresses whose row in the matrix names none that is there.

`of_a()[name](world)` are the arguments of the address; made at the first call, the same ones afterwards.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession

from onegrid.accounts.duties.models import Leave
from onegrid.cases.flow.models import Case, SavedFilter, StageClock
from onegrid.cases.paths.api.table import ON_SECTION
from onegrid.cases.paths.models import PathCase, SectionEvidence, SectionLevel, SectionPhoto
from onegrid.cases.whistle.models import SiteRecord, SiteTask, Whistle, WhistleCall
from onegrid.exchange.connectors.models import Errand, OutsideSystem, Ticket
from onegrid.kit.files import Kinds, store_file
from onegrid.kit.files.models import StoredFile
from onegrid.oversight.supervision.models import Instruction, InstructionFile
from onegrid.registry.establishments.models import Establishment
from onegrid.registry.facilities.models import Upkeep, UpkeepRecord
from onegrid.registry.things.models import Thing, ThingChange
from tests.house.matrix.row import NOW, World
from tests.house.matrix.world import a_photo

Args = Callable[[World], dict[str, Any]]


def of_a() -> dict[str, Args]:
    return {
        "api:thing": thing,
        "worker:thing": thing,
        "worker:thing_photo": change,
        "desk:thing_change_photo": change,
        "desk:thing_change_decide": change,
        "api:establishment": lambda w: {"pk": Establishment.objects.filter(name="云桥便利店").first().pk},
        "operator:leave_cancel": leave,
        "desk:change_filter": kept_filter,
        "staff:end_session": session_of_worker,
        "oversee:instruction_file": file_of_instruction,
        "property:record_file": file_of_upkeep,
        "operator:connector_ask": lambda w: {"ticket_id": ticket(w).pk},
        "operator:connector_again": dead_letter,
        "desk:whistle_task": task_of_whistle,
        "api:whistle_task_finish": task_of_whistle,
        "desk:whistle_photo": photo_of_call,
        "api:whistle_photo": photo_of_call,
        "desk:path_photo": photo_of_section,
        "desk:path_section": lambda w: section(w) | {"verb": "work"},
        **dict.fromkeys((f"api:path_section_{name}" for name in ON_SECTION), section),
    }


def a_file() -> StoredFile:
    return store_file(a_photo(), allow=Kinds.PHOTO, at=NOW).file


def thing(w: World) -> dict:
    return {"identifier": Thing.objects.get().identifier}


def change(w: World) -> dict:
    made, _new = ThingChange.objects.get_or_create(
        thing=Thing.objects.get(), kind="broken", by=w.streets.a.staff["grid_worker"], key="x",
        defaults={"state": "waiting", "at": NOW, "area_path": w.streets.a.grids[0].path},
    )  # fmt: skip
    return {"change_id": made.pk}


def leave(w: World) -> dict:
    made, _new = Leave.objects.get_or_create(
        user=w.streets.a.staff["grid_worker"], starts_at=NOW, ends_at=NOW + timedelta(days=1)
    )
    return {"leave_id": made.pk}


def kept_filter(w: World) -> dict:
    made, _new = SavedFilter.objects.get_or_create(
        user=w.streets.a.staff["dispatcher"], name="x", defaults={"query": "?", "saved_at": NOW}
    )
    return {"filter_id": made.pk}


def session_of_worker(w: World) -> dict:
    made, _new = UserSession.objects.get_or_create(
        user=w.streets.a.staff["grid_worker"], session_key="x" * 32, ip="127.0.0.1", user_agent="x"
    )
    return {"session_id": made.pk}


def file_of_instruction(w: World) -> dict:
    line = Instruction.objects.get().lines.first()
    return {"file_id": InstructionFile.objects.get_or_create(line=line, file=a_file(), name="x.jpg")[0].pk}


def file_of_upkeep(w: World) -> dict:
    made, _new = UpkeepRecord.objects.get_or_create(
        upkeep=Upkeep.objects.filter(facility__compound__name="锦绣苑").first(), file=a_file(), by_key="x",
        by_label="x",
        defaults={"done_on": NOW, "outcome": "done", "was_due_on": NOW, "next_due_on": NOW, "written_at": NOW,
                  "period_mark": "example"},
    )  # fmt: skip
    return {"record_id": made.pk}


def ticket(w: World) -> Ticket:
    """Of a unit of street A, by the system that serves it."""
    case = Case.objects.get(number=w.number)
    clock = case.clocks.first() or StageClock.objects.create(
        case=case, stage="handle", limit=1, unit="hours", mark="example", calendar_version="x", started_at=NOW,
        due_at=NOW,
    )  # fmt: skip
    return Ticket.objects.get_or_create(
        system=OutsideSystem.objects.get(), case=case, unit=w.streets.a.office, clock=clock, key="x",
        defaults={"opened_at": NOW},
    )[0]  # fmt: skip


def dead_letter(w: World) -> dict:
    made, _new = Errand.objects.get_or_create(
        ticket=ticket(w), kind="send", state="dead", defaults={"not_before": NOW, "created_at": NOW}
    )
    return {"errand_id": made.pk}


def task_of_whistle(w: World) -> dict:
    whistle = Whistle.objects.get()
    who = {"written_by": w.streets.a.staff["leader"], "written_at": NOW}
    record, _new = SiteRecord.objects.get_or_create(whistle=whistle, defaults=who)
    task, _new = SiteTask.objects.get_or_create(
        record=record, position=1, words="x", organisation=w.streets.a.office, due_on=NOW.date()
    )
    return {"number": whistle.number, "task_id": task.pk}


def photo_of_call(w: World) -> dict:
    call = WhistleCall.objects.get()
    WhistleCall.objects.filter(pk=call.pk).update(photo=a_file())
    return {"number": call.whistle.number, "call_id": call.pk}


def section(w: World) -> dict:
    path = PathCase.objects.get()
    street = path.sections.filter(level=SectionLevel.STREET).first()  # those of grids are not acted on
    return {"path_id": path.pk, "section_id": street.pk}


def photo_of_section(w: World) -> dict:
    path, by = PathCase.objects.get(), w.streets.a.staff["dispatcher"]
    shown, _new = SectionEvidence.objects.get_or_create(
        section=path.sections.first(), words="x", by=by, defaults={"at": NOW}
    )
    made, _new = SectionPhoto.objects.get_or_create(evidence=shown, file=a_file())
    return {"path_id": path.pk, "photo_id": made.pk}
