"""Whistles in the two streets, for tests of pages too: kinds published, somebody of the district who decides."""

import pytest

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.accounts.notices.models import Notice
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.flow.models import Case, Hold, StageClock, Step
from onegrid.cases.whistle.actions import (
    Arrival,
    Wanted,
    blow_whistle,
    finish_call,
    load_kinds,
    report_in,
    sign_call,
)
from onegrid.cases.whistle.models import (
    RecordSignature,
    SiteRecord,
    SiteTask,
    Whistle,
    WhistleCall,
    WhistleRating,
    WhistleStep,
)
from onegrid.cases.whistle.rules import Role as Part
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, BY, photo
from tests.streets import FROM, Streets, _password

TABLES = [
    Whistle, WhistleCall, WhistleStep, WhistleRating, SiteRecord, SiteTask, RecordSignature, Step, StageClock, Hold,
    FactRow, Notice, AuditEntry,
]  # fmt: skip


def kinds_published(at=AT):
    return load_kinds(by=BY, at=at)


def supervisor(town: Streets, name: str = "district.supervisor") -> User:
    """区级督导员 of the district above both streets."""
    return person(name, "district_supervisor", area=town.district)


def person(name: str, role: str, *, area=None, org=None) -> User:
    found = User.objects.filter(username=name).first()
    if found is not None:
        return found
    user = User.objects.create(username=name, display_name=name, password=_password(), date_joined=AT)
    Grant.objects.create(
        user=user, role=Role.objects.get(code=role), area=area, organisation=org, valid_from=FROM
    )
    return user


def bureau(town: Streets) -> Organisation:
    """区人社局, with one officer."""
    found, _made = Organisation.objects.get_or_create(
        kind=OrgKind.DEPARTMENT, code="990101-RS", name="区人力资源和社会保障局", area=town.district
    )
    person("bureau.officer", "department_officer", org=found)
    return found


def officer(town: Streets) -> User:
    """Of the department that serves both streets."""
    return town.staff["department_officer"]


def blown(town: Streets, *, kind: str = "joint", cases: list[Case] | None = None, at=AT, **more) -> Whistle:
    """By street A's leader, to the department."""
    given = {
        "roles": {town.department.pk: Part.LEAD},
        "case_ids": [case.pk for case in cases or []],
        "area_id": None if cases else town.a.grids[0].pk,
        "words": "请到场联合处置占道堆物",
        "key": f"key-{Whistle.objects.count()}",
        "by": town.a.staff["leader"],
    } | more
    key, by = given.pop("key"), given.pop("by")
    return blow_whistle(wanted=Wanted(kind=kind, **given), key=key, by=by, at=at)


def call_of(whistle: Whistle, org: Organisation) -> WhistleCall:
    return whistle.calls.get(organisation=org)


def about(whistle: Whistle, org: Organisation) -> dict:
    return {"whistle_id": whistle.pk, "call_id": call_of(whistle, org).pk}


def here(town: Streets, **more) -> Arrival:
    lon, lat = town.a.at(0)
    return Arrival(**({"lon": lon, "lat": lat, "photo": photo()} | more))


def done(town: Streets, whistle: Whistle, at=AT) -> Whistle:
    """Signed, reported in on site, finished by the department."""
    given = about(whistle, town.department) | {"by": officer(town), "at": at}
    sign_call(**given)
    report_in(arrival=here(town), **given)
    finish_call(result="已联合清理", **given)
    whistle.refresh_from_db()
    return whistle


def rows() -> tuple:
    """Everything that a refused deed must leave as it was."""
    states = sorted(Whistle.objects.values_list("pk", "state", "version"))
    calls = sorted(WhistleCall.objects.values_list("pk", "state", "escalated"))
    cases = sorted(Case.objects.values_list("pk", "state", "version", "holds_open", "seal"))
    return states, calls, cases, [table.objects.count() for table in TABLES]


def refuses(code, deed):
    """The deed is refused with the code, and nothing is written."""
    before = rows()
    with pytest.raises((Refused, NotAllowed, NotFound)) as refusal:
        deed()
    assert refusal.value.code == code
    assert rows() == before


def facts_of(whistle) -> list[str]:
    names = [row.kind.split(".")[-1] for row in FactRow.objects.order_by("pk")]
    return [name for name in names if not name.startswith("Notice")]
