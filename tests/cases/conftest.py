"""Two streets with a catalogue, and cases brought to any state through the actions."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from onegrid.accounts.notices.models import Notice
from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog.actions import load_catalog, set_dispatch_rule
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import forget_editions, standards_of
from onegrid.cases.catalog.shipped import content
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, Channel, Evidence, StageClock, Step
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts.models import FactRow
from tests.streets import streets  # noqa: F401
from tests.tables import built

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)  # Friday, 10:00 in Shanghai
BY = SystemActor("test")


def photo(colour: str = "red", size: int = 40) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (size, size), colour).save(picture, "JPEG")
    return picture.getvalue()


@pytest.fixture
def town(kept_town: bool, streets):  # noqa: F811
    """The two streets with the shipped catalogue; matters of major class 06 go to the street office."""
    if not kept_town:
        furnish_town()
    return streets


def furnish_town() -> None:
    built("town", written_town)
    forget_editions()  # the same classes as in the module before, which may have changed what never changes


def written_town() -> None:
    load_catalog(content=content(), by=BY, at=AT)
    set_dispatch_rule(
        scheme="gbt47678.5-2026", kind="event", major_code="06", org_kind=OrgKind.STREET_OFFICE, by=BY, at=AT
    )


def reported(street, grid: int = 0, **more) -> Case:
    lon, lat = street.at(grid)
    given = {"text": "路面有个大坑", "lon": lon, "lat": lat, "by": Resident(), "at": AT} | more
    return actions.open_case(channel=Channel.RESIDENT, **given)


def road() -> CaseClass:
    return CaseClass.objects.get(kind="event", code="06013")


ORDER = ["reported", "verified", "filed", "dispatched", "handled", "checked", "closed"]


def brought_to(state: str, street, **more) -> Case:
    """A case of the street in this state, by the people whose work it is."""
    case = reported(street, **more)
    if state == "cancelled":
        return actions.cancel_case(case_id=case.pk, reason="重复", by=street.staff["shift_leader"], at=AT)
    return brought_on(case, street, *ORDER[1 : ORDER.index(state) + 1])


def brought_on(case: Case, street, *states: str) -> Case:
    """The case after these steps of the main road."""
    staff = street.staff
    steps = {
        "verified": lambda: actions.verify_case(case_id=case.pk, by=staff["grid_worker"], at=AT),
        "filed": lambda: actions.file_case(
            case_id=case.pk,
            class_id=road().pk,
            standard_id=standards_of(road())[0].pk,
            by=staff["shift_leader"],
            at=AT,
        ),
        "dispatched": lambda: actions.dispatch_case(case_id=case.pk, by=staff["dispatcher"], at=AT),
        "handled": lambda: actions.handle_case(
            case_id=case.pk, words="坑已补好", photos=[photo("green")], by=staff["department_officer"], at=AT
        ),
        "checked": lambda: actions.check_case(case_id=case.pk, by=staff["grid_worker"], at=AT),
        "closed": lambda: actions.close_case(case_id=case.pk, by=staff["shift_leader"], at=AT),
    }
    for name in states:
        case = steps[name]()
    return case


def written() -> tuple:
    """Everything that a refused action must leave as it was."""
    cases = sorted(Case.objects.values_list("pk", "state", "version", "unit", "seal"))
    tables = [Step, StageClock, Evidence, FactRow, Notice]
    return cases, [table.objects.count() for table in tables]
