"""Morning briefs: numbers against the cases themselves, who reads them, the hour, and the paper."""

import re
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from onegrid.accounts.identity.models import Role
from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.actions import close_case, raise_alarm
from onegrid.cases.flow.models import Case
from onegrid.cases.paths.actions import open_path_case
from onegrid.cases.whistle.models import Whistle
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.oversight.briefs import actions
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.briefs.printing import printed
from onegrid.oversight.briefs.queries import behind, brief_list, latest_brief, one_brief
from onegrid.oversight.measures.actions import rebuild_measures
from tests.cases.conftest import AT, brought_to
from tests.cases.paths.ways import drawn, third_street
from tests.cases.whistle.people import blown, kinds_published
from tests.oversight.supervision.conftest import above, instructed, supervisor, town  # noqa: F401
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db
DAY = timezone.localdate(AT)
MORNING = datetime(2026, 11, 20, 23, 40, tzinfo=UTC)  # 07:40 of the day after, in Shanghai
EARLY = datetime(2026, 11, 20, 23, 20, tzinfo=UTC)  # 07:20


@pytest.fixture
def told(town):  # noqa: F811
    """Yesterday: 4 in street A (closed in time, late, an emergency, new), 1 in B; a week ago 2 in A."""
    week = AT - timedelta(days=7)
    for _time in range(2):
        brought_to("reported", town.a, at=week)
    brought_to("closed", town.a)
    late = brought_to("checked", town.a)
    late.clocks.filter(stage="handle").update(due_at=AT - timedelta(minutes=5))
    close_case(case_id=late.pk, by=town.a.staff["shift_leader"], at=AT)
    alarmed = brought_to("dispatched", town.a, text="燃气味很大 13800001234")
    raise_alarm(case_id=alarmed.pk, reason="燃气泄漏", by=town.a.staff["leader"], at=AT)
    brought_to("reported", town.a, grid=2)
    brought_to("reported", town.b)
    instructed(town.a, unit_ids=[town.a.office.pk], limit=1, unit="work_hour")
    rebuild_measures(at=MORNING)
    return town


def test_the_numbers_are_those_of_the_cases(told):
    brief = actions.make_brief(area=told.a.area, day=DAY, at=MORNING)
    numbers = {key: (one["value"], one["mean"]) for key, one in brief.content["numbers"].items()}
    # the two a week ago, over four weeks
    assert numbers == {
        "reported": (4, 0.5), "ended": (2, None), "ended_late": (1, None), "urgent": (1, None),
        "blown": (0, None), "paths": (0, None),
    }  # fmt: skip
    assert brief.content["on_time"] == 50.0
    assert brief.content["now"]["instructions_overdue"] == 1
    assert [row["count"] for row in brief.content["places"]] == [3, 1]
    (row,) = brief.content["notable"]
    assert "13800001234" not in str(brief.content)
    assert row["text"] == "燃气味很大 138••••••••"
    for key, (value, _mean) in numbers.items():
        found = behind(brief=brief, key=key, viewer=told.a.staff["leader"], at=MORNING)
        assert (found.count, len(found.cases)) == (value, value), key
    leader = {"viewer": told.a.staff["leader"], "at": MORNING}
    assert [case.record.late for case in behind(brief=brief, key="on_time", **leader).cases] == [False]
    reported = {case.pk for case in behind(brief=brief, key="reported", **leader).cases}
    day = [
        timezone.localdate(one)
        for one in Case.objects.filter(pk__in=reported).values_list("opened_at", flat=True)
    ]
    assert set(day) == {DAY}


def numbered(page: str) -> list[tuple[str, str]]:
    return re.findall(
        r'<a class="figure-link" href="([^"]+)"><span>[^<]*</span><span class="figure">(\d+)</span>', page
    )


def test_whistles_and_paths_stand_in_it_and_every_number_opens_what_it_counts(told, supervisor, monkeypatch):  # noqa: F811
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)
    kinds_published()
    role = Role.objects.get(code="supervisor")  # a city may say that these see no whistles
    role.permissions.remove("whistles.see")
    role.save()
    street, leader = told.a, told.a.staff["leader"]
    case = brought_to("dispatched", street)
    whistle = blown(told, cases=[case])
    whistle.calls.update(sign_due=MORNING - timedelta(hours=1))
    Whistle.objects.create(
        number="CS0001", kind=whistle.kind, street=told.b.area, area=told.b.grids[0], area_path=told.b.grids[0].path,
        words="别的街道", state="running", blown_by=told.b.staff["leader"], asked_at=AT, blown_at=AT, key="b",
    )  # fmt: skip
    third_street(told)
    path = open_path_case(path_id=drawn(told).pk, by=street.staff["shift_leader"], at=AT)
    rebuild_measures(at=MORNING)
    brief = actions.make_brief(area=street.area, day=DAY, at=MORNING)
    content = brief.content
    assert [content["numbers"][key]["value"] for key in ("blown", "paths")] == [1, 1]
    assert [content["now"][key] for key in ("whistles", "calls_overdue", "paths_open")] == [1, 1, 1]
    assert [row["number"] for row in content["whistles"]] == [whistle.number]
    assert "占道" not in str(content["whistles"])  # not everybody who reads a brief may read whistles
    (way,) = content["ways"]
    assert (way["number"], way["streets"][0]) == (path.number, street.area.name) and len(way["streets"]) == 3
    pages = {}
    for user in (leader, supervisor):
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        page = client.get(f"/oversee/briefs/{brief.pk}/").content.decode()
        for address, count in numbered(page):
            shown = client.get(address.replace("&amp;", "&")).content.decode()
            assert len(re.findall(r'<a class="row-title"', shown)) == int(count), address
        pages[user.username] = page
    assert len(numbered(pages[leader.username])) == 14
    assert (
        whistle.number in pages["a.supervisor"]
        and f"/whistles/{whistle.number}/" not in pages["a.supervisor"]
    )
    assert f"/whistles/{whistle.number}/" in pages[leader.username]
    with pytest.raises(NotAllowed):
        behind(brief=brief, key="blown", viewer=supervisor, at=MORNING)
    for name in ("class_id", "area_id"):
        found = re.findall(
            rf'class="row-title" href="(/measures/list/[^"]*&amp;{name}=\d+)">[^<]*</a><span class="figures">(\d+)<',
            pages[leader.username],
        )
        assert found
        client.force_login(leader)
        for address, count in found:
            shown = client.get(address.replace("&amp;", "&")).content.decode()
            assert len(re.findall(r'<a class="row-title"', shown)) == int(count), address


def test_a_brief_of_long_ago_says_what_was_told_then(told):
    brief = actions.make_brief(area=told.a.area, day=DAY, at=MORNING)
    for key in ("blown", "paths"):
        del brief.content["numbers"][key]
    for key in ("whistles", "calls_overdue", "paths_open"):
        del brief.content["now"][key]
    del brief.content["whistles"], brief.content["ways"]
    brief.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(told.a.staff["leader"])
    page = client.get(f"/oversee/briefs/{brief.pk}/").content.decode()
    assert "Reported that day" in page and "Open whistles" not in page
    assert client.get(f"/oversee/briefs/{brief.pk}/whistles/").status_code == 200


def test_the_hour_and_once(told, above):  # noqa: F811
    assert actions.make_briefs(at=EARLY) == 0
    assert Brief.objects.count() == 0
    made = actions.make_briefs(at=MORNING)
    assert made == Brief.objects.count() == 3  # district, street A, street B
    assert actions.make_briefs(at=MORNING + timedelta(hours=2)) == 0
    assert Notice.objects.filter(recipient=told.a.staff["leader"], kind="brief").count() == 1
    assert Notice.objects.filter(recipient=above, kind="brief").count() == 1
    whole = Brief.objects.get(area=told.district)
    assert whole.content["numbers"]["reported"]["value"] == 5


def test_who_reads_them(told, above, supervisor):  # noqa: F811
    actions.make_briefs(at=MORNING)
    a, b = Brief.objects.get(area=told.a.area), Brief.objects.get(area=told.b.area)
    assert brief_list(viewer=told.a.staff["leader"]) == brief_list(viewer=supervisor) == [a]
    assert set(brief_list(viewer=above)) == set(Brief.objects.all())
    assert latest_brief(viewer=above).area == told.district
    with pytest.raises(NotFound):
        one_brief(brief_id=b.pk, viewer=told.a.staff["leader"])
    with pytest.raises(NotAllowed):
        brief_list(viewer=told.a.staff["department_officer"])


def inside(pdf: bytes) -> bytes:
    """The file with its compressed parts unpacked."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    unpacked = []
    for part in parts:
        with suppress(zlib.error):
            unpacked.append(zlib.decompress(part))
    return pdf + b"".join(unpacked)


def test_on_paper_and_as_a_page(told):
    brief = actions.make_brief(area=told.a.area, day=DAY, at=MORNING)
    assert brief.pdf is not None
    paper = inside(printed(brief, "en"))
    assert paper.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in paper or b"/MarkInfo" in paper  # tagged
    assert b"/ToUnicode" in paper  # its text can be selected
    client = Client(headers={"accept-language": "en"})
    client.force_login(told.a.staff["leader"])
    page = client.get("/oversee/brief/", follow=True).content.decode()
    assert "Morning brief" in page
    assert "13800001234" not in page
    shown = client.get(f"/oversee/briefs/{brief.pk}/reported/").content.decode()
    assert shown.count('class="row-title"') == 4
    assert client.get(f"/oversee/briefs/{brief.pk}/nothing/").status_code == 404
    kept = Client(headers={"accept-language": "zh-hans"})
    kept.force_login(told.a.staff["leader"])
    answer = kept.get(f"/oversee/briefs/{brief.pk}/pdf/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
