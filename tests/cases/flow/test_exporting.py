"""Lists as files: the same cases as on the page, nobody else's, on record, in constant memory."""

import csv
import io
from copy import copy
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from onegrid.accounts.identity.models import Grant, Role
from onegrid.cases.flow import actions
from onegrid.cases.flow.actions import exporting
from onegrid.cases.flow.actions.exporting import Form
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.filters import Filters, Sort
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed
from tests.cases.conftest import AT, brought_to, reported
from tests.streets import streets  # noqa: F401


def rows(filters: Filters, by, form: Form = Form.CSV) -> list[list]:
    content = b"".join(actions.export_cases(filters=filters, form=form, by=by, at=AT).pieces)
    if form == Form.CSV:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def numbers(filters: Filters, by, form: Form = Form.CSV) -> list[str]:
    return [row[0] for row in rows(filters, by, form)[1:]]


def many(model: Case, count: int) -> list[Case]:
    """Copies of a case, as rows only: a list needs no timeline."""
    kept, copies = Case.objects.get(pk=model.pk), []
    for n in range(count):
        one = copy(kept)
        one.pk, one.number, one.source_key = None, f"COPY-{model.pk}-{n:06}", None
        copies.append(one)
    return Case.objects.bulk_create(copies)


@pytest.mark.parametrize("form", list(Form))
def test_the_list_and_nothing_else(town, form):
    made = [brought_to("dispatched", town.a), reported(town.a, grid=3, text="=1+1")]
    reported(town.b, text="乙街道的垃圾")
    leader = town.a.staff["leader"]
    head, *found = rows(Filters(), leader, form)
    assert [row[0] for row in found] == [case.number for case in reversed(made)]
    assert head[0] == "Number" and {len(row) for row in found} == {len(head)}
    assert found[0][3] == ("'=1+1" if form == Form.CSV else "=1+1")
    assert numbers(Filters(q="大坑"), leader, form) == [made[0].number]
    assert numbers(Filters(sort=Sort.DUE, open=True), leader, form) == [made[1].number, made[0].number]
    assert numbers(Filters(area=town.b.area.pk), leader, form) == []


@pytest.mark.parametrize("form", list(Form))
def test_every_column_says_what_the_case_says(town, form):
    """Names are looked up once a file, labels once a language: both must be those of the case."""
    case = brought_to("dispatched", town.a)
    case.refresh_from_db()
    reported(town.a, grid=3)
    head, _other, found = rows(Filters(), town.a.staff["leader"], form)
    told = dict(zip(head, found, strict=True))
    assert told["Number"] == case.number and told["What"] == case.text
    assert told["Class"] == f"{case.case_class.code} {case.case_class}"
    assert (told["Channel"], told["State"]) == (case.get_channel_display(), case.get_state_display())
    assert told["Handling level"] == case.get_level_display()
    assert (told["Street"], told["Community"], told["Grid"]) == (
        case.street.name,
        case.community.name,
        case.grid.name,
    )
    assert told["Lead unit"] == case.unit.name and told["With"] == case.holder_org.name
    assert told["Clock"] == "in time" and not told["Ended at"]
    opened, due = timezone.localtime(case.opened_at), timezone.localtime(case.due_at)
    if form == Form.CSV:
        assert (told["Reported at"], told["Due"]) == (
            f"{opened:%Y-%m-%d %H:%M:%S}",
            f"{due:%Y-%m-%d %H:%M:%S}",
        )
    else:
        assert abs(told["Reported at"] - opened.replace(tzinfo=None)) < timedelta(seconds=1)


def test_no_name_and_no_phone_of_the_reporter(town):
    reported(town.a, contact_name="张三丰", contact_phone="000-0000-1234")
    content = str(rows(Filters(), town.a.staff["leader"]))
    assert "张三丰" not in content and "1234" not in content


@pytest.mark.parametrize("sort", list(Sort))
def test_thousands_come_batch_by_batch(town, sort, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(exporting, "KEYS", 800)
    monkeypatch.setattr(exporting, "BATCH", 400)
    made = many(reported(town.a), 2_000)
    theirs = many(reported(town.b), 50)
    Case.objects.filter(pk__in=[case.pk for case in made[::3]]).update(due_at=AT + timedelta(hours=7))
    leader = town.a.staff["leader"]
    leader.scope("cases.see")
    with django_assert_max_num_queries(60):
        found = numbers(Filters(sort=sort), leader)
    assert len(found) == len(set(found)) == 2_001
    assert not set(found) & {case.number for case in theirs}
    ended = AuditEntry.objects.get(verb="cases.export_ended")
    assert (ended.details["rows"], ended.details["whole"]) == (2_001, True)


def test_more_than_the_cap_is_said(town, monkeypatch):
    monkeypatch.setitem(exporting.MOST, Form.CSV, 7)
    monkeypatch.setattr(exporting, "BATCH", 3)
    many(reported(town.a), 6)
    leader = town.a.staff["leader"]
    assert len(numbers(Filters(), leader)) == 7  # exactly the cap: nothing to say
    reported(town.a)
    found = numbers(Filters(), leader)
    assert found[7:] == ["Only the first 7 cases are in this file."]


def test_it_stands_on_record_before_the_first_row_and_after_the_last(town):
    reported(town.a)
    leader, filters = town.a.staff["leader"], Filters(q="大坑", area=town.a.communities[0].pk)
    made = actions.export_cases(filters=filters, form=Form.CSV, by=leader, at=AT)
    begun = AuditEntry.objects.get(verb="cases.export")
    assert begun.actor_key == leader.actor_key and begun.path == town.a.communities[0].path
    assert begun.details == {"filter": filters.address(), "form": "csv", "most": exporting.MOST[Form.CSV]}
    assert not AuditEntry.objects.filter(verb="cases.export_ended").exists()
    next(iter(made.pieces))
    made.pieces.close()  # the browser went away
    assert AuditEntry.objects.get(verb="cases.export_ended").details["whole"] is False


def test_who_may_not_export_is_refused_and_nothing_is_on_record(town):
    reported(town.a)
    for who in (town.a.staff["grid_worker"], town.staff["operator"]):
        with pytest.raises(NotAllowed):
            actions.export_cases(filters=Filters(), form=Form.CSV, by=who, at=AT)
    assert not AuditEntry.objects.filter(verb__startswith="cases.export").exists()


def test_seeing_a_street_is_not_exporting_it(town):
    """A worker of B who may export in A only: sees B's list, and takes A's away."""
    mine = reported(town.a)
    reported(town.b)
    worker = town.b.staff["grid_worker"]
    role = Role.objects.create(
        code="exporter", permissions=["cases.export", "cases.see"], name="x", name_en="x"
    )
    grant = Grant.objects.filter(user=worker).first()
    grant.pk, grant.role, grant.area, grant.organisation = None, role, town.a.area, None
    grant.save()
    worker = type(worker).objects.get(pk=worker.pk)
    assert numbers(Filters(), worker) == [mine.number]


def test_a_helping_unit_takes_what_it_helps_with(town):
    case = brought_to("dispatched", town.a)
    officer = town.a.staff["department_officer"]
    other = brought_to("filed", town.a)
    assert numbers(Filters(), officer) == [case.number]
    actions.dispatch_case(
        case_id=other.pk, unit_id=town.department.pk, words="道路", by=town.a.staff["dispatcher"], at=AT
    )
    actions.ask_help(
        case_id=other.pk, unit_id=town.a.office.pk, task="围挡", by=town.staff["department_officer"], at=AT
    )
    assert numbers(Filters(), officer) == [other.number, case.number]
