"""Written instructions: every step, its refusals, who may see and do what, and that nothing is written otherwise."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction

from onegrid.accounts.notices.models import Notice
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.oversight.supervision import actions
from onegrid.oversight.supervision.models import (
    Errand,
    Instruction,
    InstructionFile,
    InstructionLine,
    InstructionRead,
)
from onegrid.oversight.supervision.queries.instructions import (
    Asked,
    Tab,
    addressable,
    attached_file,
    errand_page,
    instruction_story,
    instructions_on_case,
    tab_counts,
    waiting_for,
)
from onegrid.oversight.supervision.rules import Secrecy, Verb
from tests.cases.conftest import AT, brought_to, photo
from tests.oversight.supervision.conftest import instructed, part_of

pytestmark = pytest.mark.django_db
TABLES = (Instruction, Errand, InstructionLine, InstructionFile, InstructionRead, FactRow, Notice, AuditEntry)
HOUR = timedelta(hours=1)


def rows() -> list:
    return [table.objects.count() for table in TABLES] + sorted(
        Errand.objects.values_list("pk", "state", "version")
    )


def refused(code: str, deed, kind=Refused) -> None:
    before = rows()
    with pytest.raises(kind) as refusal, transaction.atomic():
        deed()
    assert refusal.value.code == code
    assert rows() == before, "something was written"


def told(user, since: int = 0) -> list[str]:
    return list(
        Notice.objects.filter(recipient=user, pk__gt=since).order_by("id").values_list("title", flat=True)
    )


def test_from_the_word_to_the_accepted_reply(town):
    street = town.a
    officer, leader = street.staff["department_officer"], street.staff["leader"]
    case = brought_to("dispatched", street)
    made = instructed(street, case_numbers=[case.number])
    assert (made.area_path, made.writer_path) == (case.area_path, street.area.path)
    errand = part_of(made, street.office)
    # five working days after Friday 10:00 are the next Friday 10:00
    assert errand.due_at == AT + timedelta(days=7)
    assert any("批示" in title for title in told(officer))
    assert InstructionRead.objects.count() == 0
    actions.read_instruction(instruction_id=made.pk, by=officer, at=AT + HOUR)
    actions.read_instruction(instruction_id=made.pk, by=officer, at=AT + 2 * HOUR)
    assert InstructionRead.objects.get().at == AT + HOUR
    signed = actions.sign(errand_id=errand.pk, seen_version=1, by=officer, at=AT + HOUR)
    assert (signed.state, signed.signed_at, signed.version) == ("signed", AT + HOUR, 2)
    replied = actions.reply(
        errand_id=errand.pk, words="已抽排", files=[BytesIO(photo())], by=officer, at=AT + 2 * HOUR
    )
    assert (replied.state, replied.late, replied.tell_at) == ("replied", False, None)
    assert len(told(leader)) == 1
    again = actions.ask_again(
        errand_id=errand.pk, words="照片呢", limit=2, unit="work_hour", by=leader, at=AT + 2 * HOUR
    )
    # 12:00 + two working hours, over the noon break: 15:00 (08:30–12:00, 13:30–17:30)
    assert (again.state, again.rounds) == ("signed", 2)
    assert again.due_at > AT + 4 * HOUR
    late = actions.reply(errand_id=errand.pk, words="补照片", by=officer, at=again.due_at + HOUR)
    assert late.late
    done = actions.accept_reply(errand_id=errand.pk, by=leader, at=AT + timedelta(days=1))
    assert done.state == "accepted"
    made.refresh_from_db()
    assert made.ended_at is None  # the station has not answered
    actions.withdraw(
        errand_id=part_of(made, street.stations[0]).pk, words="不需要了", by=leader, at=AT + timedelta(days=1)
    )
    made.refresh_from_db()
    assert made.ended_at == AT + timedelta(days=1)
    verbs = list(InstructionLine.objects.filter(errand=errand).values_list("verb", flat=True))
    assert verbs == ["sign", "reply", "ask_again", "reply", "accept"]
    kinds = list(FactRow.objects.filter(kind__startswith="oversight.").values_list("kind", flat=True))
    assert kinds.count("oversight.InstructionWritten") == 2
    assert kinds.count("oversight.InstructionMoved") == 6


def test_more_time_is_asked_for_and_given_or_not(town):
    street = town.a
    officer, leader = street.staff["department_officer"], street.staff["leader"]
    errand = part_of(instructed(street, urgency="urgent"), street.office)
    first = errand.due_at
    actions.sign(errand_id=errand.pk, by=officer, at=AT)
    refused(
        "words_needed", lambda: actions.ask_time(errand_id=errand.pk, more=2, words=" ", by=officer, at=AT)
    )
    refused(
        "limit_out_of_range",
        lambda: actions.ask_time(errand_id=errand.pk, more=0, words="x", by=officer, at=AT),
    )
    refused(
        "too_late_to_extend",
        lambda: actions.ask_time(errand_id=errand.pk, more=1, words="x", by=officer, at=first + HOUR),
    )
    refused("step_not_allowed", lambda: actions.give_time(errand_id=errand.pk, by=leader, at=AT))
    actions.ask_time(errand_id=errand.pk, more=2, words="等材料", by=officer, at=AT)
    refused(
        "step_not_allowed",
        lambda: actions.ask_time(errand_id=errand.pk, more=1, words="x", by=officer, at=AT),
    )
    given = actions.give_time(errand_id=errand.pk, by=leader, at=AT)
    assert (given.extra, given.extensions, given.time_asked) == (2, 1, None)
    assert given.due_at == first + timedelta(days=2)  # Tuesday → Thursday, both working days
    actions.ask_time(errand_id=errand.pk, more=1, words="再等", by=officer, at=AT)
    refused("words_needed", lambda: actions.refuse_time(errand_id=errand.pk, words="", by=leader, at=AT))
    assert actions.refuse_time(errand_id=errand.pk, words="不行", by=leader, at=AT).due_at == given.due_at
    actions.ask_time(errand_id=errand.pk, more=1, words="再等", by=officer, at=AT)
    actions.give_time(errand_id=errand.pk, by=leader, at=AT)
    refused(
        "no_extension_left",
        lambda: actions.ask_time(errand_id=errand.pk, more=1, words="x", by=officer, at=AT),
    )


def test_what_is_refused_when_writing(town):
    street, other = town.a, town.b
    refused("words_needed", lambda: instructed(street, words="  "))
    refused("words_too_long", lambda: instructed(street, words="字" * 2001))
    refused("unit_needed", lambda: instructed(street, unit_ids=[]))
    refused("too_many_units", lambda: instructed(street, unit_ids=list(range(1, 32))))
    refused("no_such_unit", lambda: instructed(street, unit_ids=[other.office.pk]), NotFound)
    refused("too_many_cases", lambda: instructed(street, case_numbers=[f"N{i}" for i in range(21)]))
    refused("limit_out_of_range", lambda: instructed(street, limit=61))
    refused("limit_out_of_range", lambda: instructed(street, limit=1, unit="urgent_hour"))
    refused("unknown_urgency", lambda: instructed(street, urgency="x"))
    refused("not_found", lambda: instructed(street, area_id=other.area.pk), NotFound)
    theirs = brought_to("reported", other)
    refused("not_found", lambda: instructed(street, case_numbers=[theirs.number]), NotFound)
    refused("not_allowed", lambda: instructed(street, by=street.staff["shift_leader"]), NotAllowed)
    refused("unsupported_file", lambda: instructed(street, files=[BytesIO(b"MZ\x90\x00" * 50)]))


def test_each_step_is_somebodys_alone(town, above):
    street, other = town.a, town.b
    errand = part_of(instructed(street), street.office)
    officer, leader = street.staff["department_officer"], street.staff["leader"]
    for who in (
        street.staff["community_clerk"],
        street.staff["shift_leader"],
        other.staff["department_officer"],
    ):
        refused("not_found", lambda who=who: actions.sign(errand_id=errand.pk, by=who, at=AT), NotFound)
    refused("not_allowed", lambda: actions.sign(errand_id=errand.pk, by=leader, at=AT), NotAllowed)
    refused(
        "not_allowed",
        lambda: actions.sign(errand_id=errand.pk, by=street.staff["grid_worker"], at=AT),
        NotAllowed,
    )
    refused("not_found", lambda: actions.sign(errand_id=0, by=officer, at=AT), NotFound)
    refused("step_not_allowed", lambda: actions.reply(errand_id=errand.pk, words="x", by=officer, at=AT))
    refused("changed_meanwhile", lambda: actions.sign(errand_id=errand.pk, seen_version=7, by=officer, at=AT))
    actions.sign(errand_id=errand.pk, by=officer, at=AT)
    refused("words_needed", lambda: actions.reply(errand_id=errand.pk, words="", by=officer, at=AT))
    refused(
        "too_many_files",
        lambda: actions.reply(
            errand_id=errand.pk, words="x", files=[BytesIO(photo())] * 7, by=officer, at=AT
        ),
    )
    actions.reply(errand_id=errand.pk, words="好了", by=officer, at=AT)
    refused("not_allowed", lambda: actions.accept_reply(errand_id=errand.pk, by=officer, at=AT), NotAllowed)
    refused(
        "not_found",
        lambda: actions.accept_reply(errand_id=errand.pk, by=other.staff["leader"], at=AT),
        NotFound,
    )
    actions.accept_reply(errand_id=errand.pk, by=above, at=AT)  # who stands above decides as well


def test_a_street_leader_does_not_decide_about_the_districts_word(town, above):
    street = town.a
    case = brought_to("dispatched", street)
    made = instructed(street, by=above, unit_ids=[street.office.pk], case_numbers=[case.number])
    assert made.writer_path == town.district.path
    leader = street.staff["leader"]
    assert not instruction_story(
        instruction_id=made.pk, viewer=leader, at=AT
    ).decides  # reads it: it is his street
    errand = part_of(made, street.office)
    refused("not_found", lambda: actions.withdraw(errand_id=errand.pk, words="x", by=leader, at=AT), NotFound)


def test_who_reads_what(town, above, supervisor):
    street, other = town.a, town.b
    open_one = instructed(street)
    secret = instructed(street, secrecy=Secrecy.NAMED, unit_ids=[street.office.pk])
    staff = street.staff

    def reads(user) -> set[int]:
        found: set[int] = set()
        for tab in Tab:
            page = errand_page(viewer=user, asked=Asked(tab), at=AT, size=50)
            assert len(page.errands) == tab_counts(viewer=user, asked=Asked(tab), at=AT)[tab]
            found |= {one.instruction_id for one in page.errands}
        return found

    assert reads(staff["leader"]) == reads(above) == {open_one.pk, secret.pk}
    assert reads(supervisor) == reads(staff["shift_leader"]) == {open_one.pk}
    assert reads(staff["department_officer"]) == {open_one.pk, secret.pk}
    assert reads(staff["community_clerk"]) == {open_one.pk}
    assert reads(other.staff["leader"]) == reads(other.staff["department_officer"]) == set()
    refused("not_allowed", lambda: reads(staff["grid_worker"]), NotAllowed)
    with pytest.raises(NotFound):
        instruction_story(instruction_id=secret.pk, viewer=supervisor, at=AT)
    with pytest.raises(NotFound):
        instruction_story(instruction_id=open_one.pk, viewer=other.staff["leader"], at=AT)


def test_a_unit_reads_its_own_part_and_only_names_of_the_others(town):
    street = town.a
    made = instructed(street)
    officer, clerk = street.staff["department_officer"], street.staff["community_clerk"]
    station = part_of(made, street.stations[0])
    actions.sign(errand_id=station.pk, by=clerk, at=AT)
    line = actions.reply(errand_id=station.pk, words="站里的回复", files=[BytesIO(photo())], by=clerk, at=AT)
    assert line.state == "replied"
    story = instruction_story(instruction_id=made.pk, viewer=officer, at=AT)
    assert [part.errand.org for part in story.parts] == [street.office]
    assert [one.org for one in story.others] == [street.stations[0]]
    assert story.reads == []
    file = InstructionFile.objects.get()
    with pytest.raises(NotFound):
        attached_file(file_id=file.pk, viewer=officer, at=AT)
    assert attached_file(file_id=file.pk, viewer=clerk, at=AT) == file.file
    assert attached_file(file_id=file.pk, viewer=street.staff["leader"], at=AT) == file.file


def test_a_supervisor_reminds_and_decides_nothing(town, supervisor):
    street = town.a
    errand = part_of(instructed(street), street.office)
    before = len(told(street.staff["department_officer"]))
    actions.remind_unit(errand_id=errand.pk, words="抓紧", by=supervisor, at=AT)
    assert len(told(street.staff["department_officer"])) == before + 1
    refused(
        "not_allowed",
        lambda: actions.withdraw(errand_id=errand.pk, words="x", by=supervisor, at=AT),
        NotAllowed,
    )
    (part, _other) = instruction_story(instruction_id=errand.instruction_id, viewer=supervisor, at=AT).parts
    assert part.verbs == [Verb.REMIND]


def test_the_clock_speaks_once_before_and_once_after(town):
    street = town.a
    errand = part_of(
        instructed(street, unit_ids=[street.office.pk], limit=10, unit="work_day"), street.office
    )
    officer, leader = street.staff["department_officer"], street.staff["leader"]
    assert actions.tell_of_instructions(at=errand.approaching_at - HOUR) == 0
    start = len(told(officer))
    assert actions.tell_of_instructions(at=errand.approaching_at) == 1
    assert actions.tell_of_instructions(at=errand.due_at) == 0  # at its very end it is not over
    assert len(told(officer)) == start + 1
    assert told(leader) == []
    assert actions.tell_of_instructions(at=errand.due_at + HOUR) == 1
    assert actions.tell_of_instructions(at=errand.due_at + 2 * HOUR) == 0
    assert len(told(leader)) == 1
    facts = FactRow.objects.filter(kind="oversight.InstructionDue").order_by("id")
    assert [row.payload["over"] for row in facts] == [False, True]


def test_what_is_not_for_all_is_in_no_notice_and_each_reading_on_record(town):
    street = town.a
    made = instructed(street, words="涉密内容", secrecy=Secrecy.NAMED)
    assert not Notice.objects.filter(body__contains="涉密").exists()
    assert not Notice.objects.filter(title__contains="涉密").exists()
    for _time in range(2):
        actions.read_instruction(instruction_id=made.pk, by=street.staff["department_officer"], at=AT)
    assert AuditEntry.objects.filter(verb="instructions.read", object_id=str(made.pk)).count() == 2


def test_history_stands(town):
    made = instructed(town.a)
    for statement in (
        "UPDATE oversight_instructionline SET words = 'x'",
        "DELETE FROM oversight_instructionline",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert made.lines.get().words == made.words


def test_the_case_shows_what_was_written_about_it(town, supervisor):
    street = town.a
    case = brought_to("dispatched", street)
    open_one = instructed(street, case_numbers=[case.number])
    instructed(street, case_numbers=[case.number], secrecy=Secrecy.NAMED, unit_ids=[street.stations[0].pk])
    seen = instructions_on_case(case=case, viewer=supervisor, at=AT)
    assert seen == [open_one]
    assert instructions_on_case(case=case, viewer=street.staff["grid_worker"], at=AT) == []
    assert len(instructions_on_case(case=case, viewer=street.staff["leader"], at=AT)) == 2


def test_whom_a_leader_may_write_to(town, above):
    street = town.a
    units = addressable(writer=street.staff["leader"], at=AT)
    assert {street.office, street.centre, *street.stations, town.department} <= set(units)
    assert town.b.office not in units
    assert town.b.office in addressable(writer=above, at=AT)


def test_pages_of_a_list_hold_everything_once(town):
    street = town.a
    for number in range(7):
        instructed(street, unit_ids=[street.office.pk], limit=number % 3 + 1)
    leader = street.staff["leader"]
    for tab in (Tab.RUNNING, Tab.OVERDUE):
        at = AT if tab == Tab.RUNNING else AT + timedelta(days=30)
        found, after = [], ""
        while True:
            page = errand_page(viewer=leader, asked=Asked(tab), at=at, after=after, size=3)
            found += page.errands
            if page.after is None:
                break
            after = page.after
        assert len(found) == len({one.pk for one in found}) == 7
        assert [one.due_at for one in found] == sorted(one.due_at for one in found)
    assert waiting_for(viewer=street.staff["department_officer"], at=AT) == 7
    assert waiting_for(viewer=leader, at=AT) == 0
    assert errand_page(viewer=leader, asked=Asked(q="没有这个词"), at=AT).errands == []
    assert len(errand_page(viewer=leader, asked=Asked(q="积水"), at=AT).errands) == 7
