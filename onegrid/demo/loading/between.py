"""What the demo street has between streets: a case offered to the neighbour, and a way that leads through both."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow.actions import file_case, offer_case, verify_case
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.offers import centres_to_ask
from onegrid.cases.paths.actions import (
    accept_sections,
    draw_path,
    open_path_case,
    record_work,
    send_path,
    show_section,
)
from onegrid.cases.paths.actions.drawing import Way
from onegrid.cases.paths.models import PathCase
from onegrid.demo.loading.pictures import picture
from onegrid.demo.street.areas import NEIGHBOUR_CODE, STREET_CODE
from onegrid.places.areas.models import Area
from onegrid.places.calendars.queries import working_calendar

SPILL = "06014"  # 道路遗撒
VEHICLES = ("示A·D0001", "示A·D0002")  # no province writes 示


def write_between(users: dict[str, User], at: datetime) -> int:
    """How many offers and ways. One way is a draft, the other is under way with its helper; of both the vehicle is
    known."""
    return _offer(users["dispatcher"], at) + _ways(users["dispatcher"], users["shift"], at)


def _offer(dispatcher: User, at: datetime) -> int:
    case = Case.objects.filter(state="dispatched", holds_open=0, street__code=STREET_CODE)
    offered = case.order_by("pk").first()
    centre = next(iter(centres_to_ask(offered.area_path)), None) if offered else None
    if offered is None or centre is None:
        return 0
    offer_case(
        case_id=offered.pk, org_id=centre.pk, by=dispatcher, at=at - timedelta(hours=1),
        reason="现场在界桩以东，属清河街道道路，请接收。",
    )  # fmt: skip
    return 1


def _ways(dispatcher: User, shift: User, at: datetime) -> int:
    spill = CaseClass.objects.filter(code=SPILL, kind="event", version__status="published").first()
    line = _through_both()
    if spill is None or not line:
        return 0
    for number, words in enumerate(("渣土车沿途遗撒，轮胎带泥。", "清运车滴漏，一路污水。")):
        begins = _last_morning(at) if number else at - timedelta(hours=6)
        path = draw_path(
            way=Way(line=line, vehicle=VEHICLES[number], from_at=begins, to_at=begins + timedelta(minutes=18)),
            text=words, class_id=spill.pk, by=dispatcher, at=begins + timedelta(hours=1),
        )  # fmt: skip
        if number:
            _under_way(path, shift, dispatcher, begins + timedelta(hours=2))
    return 2


def _last_morning(at: datetime) -> datetime:
    """Eight o'clock on the last working day before this one: not the night shift has it, but the grid's worker."""
    day, calendar = timezone.localdate(at) - timedelta(days=1), working_calendar(at)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(8)))


def _under_way(path: PathCase, shift: User, dispatcher: User, at: datetime) -> None:
    """Opened, filed and sent; the helper has accepted and shows what it did, the lead still works."""
    hour = timedelta(hours=1)
    case = open_path_case(path_id=path.pk, by=shift, at=at)
    if case.holder_user is None:
        return
    verify_case(case_id=case.pk, words="沿途多处油污，情况属实。", by=case.holder_user, at=at + hour)
    assert case.case_class is not None
    rows = standards_of(case.case_class)
    file_case(
        case_id=case.pk, class_id=case.case_class.pk, standard_id=rows[0].pk if rows else None, by=shift, at=at + hour
    )  # fmt: skip
    send_path(path_id=path.pk, by=dispatcher, at=at + 2 * hour)
    asked = list(path.sections.filter(level="street", state="asked"))  # a way may come to a unit twice
    officers = {unit_id: _officer_of(unit_id) for unit_id in dict.fromkeys(row.unit_id for row in asked)}
    for asked_officer in filter(None, officers.values()):
        accept_sections(path_id=path.pk, by=asked_officer, at=at + 3 * hour)
    for section in asked:
        officer = officers[section.unit_id]
        if officer is None:
            continue
        show_section(
            path_id=path.pk, section_id=section.pk, words="本段已洒水冲洗两遍，油污用木屑吸附清走。",
            photos=[picture(720, done=True)], by=officer, at=at + 5 * hour,
        )  # fmt: skip
        record_work(
            path_id=path.pk, section_id=section.pk, work="冲洗、吸附 0.8 公里", cost=Decimal("860.00"), by=officer,
            at=at + 5 * hour,
        )  # fmt: skip


def _officer_of(unit_id: int | None) -> User | None:
    found = Posting.objects.filter(organisation=unit_id, kind="officer").select_related("user").order_by("pk")
    posting = found.first()
    return posting.user if posting else None


def _through_both() -> str:
    """From the middle of a grid here, through the grid nearest to the border, to one of the neighbour's; a line as
    people type it ("lon,lat lon,lat …", degrees); "" where there are not two streets."""
    here, there = (
        [grid.centre for grid in Area.objects.filter(kind="grid", code__startswith=code) if grid.centre]
        for code in (STREET_CODE, NEIGHBOUR_CODE)
    )
    if not here or not there:
        return ""
    end = there[0]
    by_distance = sorted(here, key=end.distance)
    points = [by_distance[min(12, len(by_distance) - 1)], by_distance[0], end]
    return " ".join(f"{point.x:.6f},{point.y:.6f}" for point in points)
