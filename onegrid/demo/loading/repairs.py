"""Repairs in compounds of the account "property": one just come, one taken, one fed back, one closed and rated."""

from datetime import datetime, timedelta

from onegrid.accounts.duties.queries import on_duty
from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import version_id_in_force
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import check_case, close_case, open_case, rate_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.repairs.actions import accept_repair, assign_repair, feed_back_repair, hand_over_repairs
from onegrid.demo.loading.pictures import picture
from onegrid.demo.loading.steps import BY
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.facilities.models import Facility
from onegrid.registry.facilities.queries import public_facility

# kind of facility, what the resident writes, how many of: taken, given to somebody, fed back, checked and closed
REPAIRS = (
    ("lift", "电梯停在中间楼层，按键没有反应。", 0),
    ("fire", "一层消火栓箱门坏了，里面没有水带。", 2),
    ("lift", "电梯门关不严，运行时有异响。", 3),
    ("fire", "二层疏散指示灯不亮。", 4),
)


def write_repairs(compounds: list[Compound], users: dict[str, User], at: datetime) -> int:
    """How many; none before a catalogue is in force."""
    version = version_id_in_force(at.date())
    if version is None:
        return 0
    clerk, count = users["property"], 0
    for number, (kind, text, done) in enumerate(REPAIRS):
        found = Facility.objects.filter(compound__in=compounds, kind=kind, removed_on=None).order_by("pk")
        begins = at - timedelta(hours=30 - 6 * number)
        told = public_facility(found[number % found.count()].code, today=at.date())
        case = open_case(
            channel=Channel.RESIDENT, text=text, lon=told.lon, lat=told.lat, address=told.address,
            case_class=CaseClass.objects.get(version=version, kind="event", code=told.case_class),
            photos=[picture(500 + number)], contact_name="王女士", contact_phone=f"000-7100-{number:04d}",
            by=Resident(), at=begins,
        )  # fmt: skip
        hand_over_repairs(case_ids=[case.pk], by=BY, at=begins + timedelta(minutes=1))
        _done(case.pk, done, clerk, users, begins)
        count += 1
    return count


def _done(case_id: int, done: int, clerk: User, users: dict[str, User], begins: datetime) -> None:
    after = begins + timedelta(minutes=20)
    if done >= 1:
        accept_repair(case_id=case_id, visit_at=after + timedelta(hours=1), by=clerk, at=after)
    if done >= 2:
        colleague = Posting.objects.filter(kind="property_clerk").exclude(user=clerk)
        firm = clerk.postings.get().organisation_id
        worker = colleague.filter(organisation=firm).order_by("pk")[0].user_id
        assign_repair(case_id=case_id, worker_id=worker, by=clerk, at=after + timedelta(minutes=5))
    if done >= 3:
        feed_back_repair(
            case_id=case_id, words="已更换损坏部件，试运行正常。", before=[picture(case_id)],
            after=[picture(case_id, done=True)], by=clerk, at=after + timedelta(hours=2),
        )  # fmt: skip
    if done >= 4:
        case = Case.objects.get(pk=case_id)
        checker = _on_site(case, after + timedelta(hours=3))
        check_case(case_id=case_id, words="现场已恢复。", by=checker, at=after + timedelta(hours=3))
        close_case(case_id=case_id, by=users["shift"], at=after + timedelta(hours=4))
        rate_case(
            number=case.number, follow_code=case.follow_code, stars=5, satisfied=True, words="修得很快。",
            at=after + timedelta(hours=5),
        )  # fmt: skip


def _on_site(case: Case, when: datetime) -> User:
    """Whoever of the grid's own people answers first."""
    assert case.grid_id is not None
    own = Posting.objects.filter(area=case.grid_id, kind__in=("grid_worker", "deputy", "grid_head"))
    known = {posting.user_id: posting.user for posting in own.select_related("user")}
    first = next((one.user_id for one in on_duty(case.grid_id, when) if one.user_id in known), None)
    return known[first] if first is not None else next(iter(known.values()))
