"""People by page: who is seen, taking on, posts, roles, phones, locking, leaving, and the list from Excel."""

import io
import json
import re

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from onegrid.accounts.identity.actions import change_phone
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.facts.models import FactRow
from tests.streets import BY, STARTS, Streets, streets  # noqa: F401  a fixture

LIST = reverse("operator:people")


@pytest.fixture
def operator(client, streets: Streets):  # noqa: F811
    client.force_login(streets.staff["operator"])
    client.cookies["django_language"] = "en"
    return streets.staff["operator"]


def body(answer) -> str:
    return answer.content.decode()


def to(name: str, *args: int) -> str:
    return reverse(f"operator:{name}", args=args)


def test_a_leader_sees_the_people_of_the_street_and_no_others(client, streets):  # noqa: F811
    client.force_login(streets.a.staff["leader"])
    page = body(client.get(LIST))
    assert "a.grid_worker_3" in page and "b.dispatcher" not in page and "Add a person" not in page
    assert client.get(to("person", streets.a.staff["dispatcher"].pk)).status_code == 200
    assert client.get(to("person", streets.b.staff["dispatcher"].pk)).status_code == 404
    assert client.get(to("person_new")).status_code == 403
    assert (
        client.post(to("person_lock", streets.a.staff["dispatcher"].pk), {"reason": "x"}).status_code == 403
    )


def test_the_list_is_narrowed(client, operator, streets, django_assert_max_num_queries):  # noqa: F811
    page = body(client.get(LIST, {"post": "grid_worker", "q": "b."}))
    assert "b.grid_worker" in page and "a.grid_worker" not in page
    with django_assert_max_num_queries(14):
        client.get(LIST)
    file = b"".join(client.get(to("people_export"), {"q": "b.grid_worker"}).streaming_content)
    rows = list(load_workbook(io.BytesIO(file)).active.values)
    assert [(row[0], row[3]) for row in rows[1:]] == [("b.grid_worker", "Grid worker · 乙第1网格")]


def test_who_took_the_list_of_people_or_a_roster_is_on_record(client, operator, streets):  # noqa: F811
    client.get(to("people_export"), {"q": "网格员", "post": "grid_worker"})
    entry = AuditEntry.objects.get(verb="users.export")
    assert entry.actor_key == operator.actor_key and "网格员" not in str(entry.details)
    assert entry.details == {"show": "serving", "post": "grid_worker", "by_text": True}
    client.get(to("duties_export"), {"area": streets.a.area.pk, "week": "2026-03-04"})
    entry = AuditEntry.objects.get(verb="duties.export")
    assert (entry.object_id, entry.details) == (str(streets.a.area.pk), {"monday": "2026-03-02"})
    client.get(to("orgs_export"))
    assert AuditEntry.objects.filter(verb="orgs.export", actor_key=operator.actor_key).count() == 1
    client.force_login(streets.a.staff["grid_worker"])
    assert client.get(to("people_export")).status_code == 403
    assert AuditEntry.objects.filter(verb="users.export").count() == 1


def new(streets: Streets, **more) -> dict:  # noqa: F811
    return {
        "username": "a.new",
        "display_name": "新人",
        "phone": "000-0000-4321",
        "organisation": streets.a.stations[0].code,
        "post": "grid_worker",
        "area": streets.a.grids[0].code,
        "role": "grid_worker",
        **more,
    }


def test_taking_on_shows_a_password_that_opens_once(client, operator, streets):  # noqa: F811
    page = body(client.post(to("person_new"), new(streets)))
    password = re.search(r"key-figure\">([a-z0-9-]{14})<", page)
    person = User.objects.get(username="a.new")
    assert password and person.check_password(password[1]) and person.must_change_password
    assert person.postings.get().area == streets.a.grids[0]
    assert person.grants.get().role.code == "grid_worker"
    again = client.post(to("person_new"), new(streets))
    assert again.status_code == 409 and "This sign-in name is taken" in body(again)
    assert User.objects.filter(display_name="新人").count() == 1


def test_a_refused_role_leaves_no_account(client, operator, streets):  # noqa: F811
    answer = client.post(to("person_new"), new(streets, organisation=streets.b.centre.code, area="nowhere"))
    assert answer.status_code == 422 and not User.objects.filter(username="a.new").exists()


def test_a_phone_is_masked_and_every_look_recorded(client, operator, streets):  # noqa: F811
    person = streets.a.staff["dispatcher"]
    change_phone(user=person, phone="000-0000-4321", by=BY, at=STARTS)
    page = body(client.get(to("person", person.pk)))
    assert "4321" in page and "00000004321" not in page and "000-0000-4321" not in page
    assert client.post(to("person_reveal", person.pk), {"purpose": ""}).status_code == 422
    assert not AuditEntry.objects.filter(verb="users.reveal_phone").exists()
    shown = body(client.post(to("person_reveal", person.pk), {"purpose": "夜间联系"}))
    assert "000-0000-4321" in shown
    assert AuditEntry.objects.get(verb="users.reveal_phone").reason == "夜间联系"


def test_a_post_ends_on_a_day_and_another_is_given(client, operator, streets):  # noqa: F811
    person = streets.a.staff["dispatcher"]
    post = person.postings.get()
    past = client.post(to("person_post_end", person.pk, post.pk), {"on": "2026-01-02"})
    assert past.status_code == 422
    client.post(to("person_post_end", person.pk, post.pk), {"on": "2099-01-01"})
    post.refresh_from_db()
    assert f"{post.valid_to}" == "2099-01-01"
    sent = {"organisation": streets.a.office.code, "kind": "officer", "valid_from": "2098-01-01"}
    client.post(to("person_post", person.pk), sent)
    assert person.postings.filter(organisation=streets.a.office, valid_from="2098-01-01").exists()
    other = streets.b.staff["dispatcher"].postings.get()
    assert client.get(to("person_post_end", person.pk, other.pk)).status_code == 404


def test_a_transfer_takes_the_role_along(client, operator, streets):  # noqa: F811
    person = streets.a.staff["dispatcher"]
    post = person.postings.get()
    url = to("person_transfer", person.pk, post.pk)
    same = {"organisation": streets.a.centre.code, "area": streets.a.area.code, "kind": "dispatcher"}
    assert client.post(url, {**same, "on": "2099-01-01", "with_roles": "on"}).status_code == 409
    sent = {"organisation": streets.b.centre.code, "area": streets.b.area.code, "kind": "dispatcher"}
    answer = client.post(url, {**sent, "on": "2099-01-01", "with_roles": "on"})
    assert answer.status_code == 302
    old, new_ = Grant.objects.filter(user=person).order_by("id")
    assert (f"{old.valid_to}", new_.area, f"{new_.valid_from}") == (
        "2099-01-01",
        streets.b.area,
        "2099-01-01",
    )
    assert person.postings.filter(organisation=streets.b.centre, valid_from="2099-01-01").exists()


def test_a_locked_account_is_out_at_once_and_comes_back(client, operator, streets):  # noqa: F811
    person = streets.a.staff["grid_worker"]
    client.post(to("person_lock", person.pk), {"reason": "手机丢失"})
    person.refresh_from_db()
    assert not person.is_active and not person.scope("cases.see").reaches
    assert FactRow.objects.filter(kind="accounts.UserLocked").count() == 1
    assert client.post(to("person_lock", person.pk), {"reason": "x"}).status_code == 409
    assert person.display_name in body(client.get(LIST, {"show": "locked"}))
    client.post(to("person_unlock", person.pk), {"reason": "已找回"})
    person.refresh_from_db()
    assert person.is_active and person.duties.filter(ends_at=None).exists()
    assert client.post(to("person_lock", operator.pk), {"reason": "x"}).status_code == 409


def test_who_left_is_found_and_taken_back_without_rights(client, operator, streets):  # noqa: F811
    person = streets.a.staff["dispatcher"]
    client.post(to("person_leave", person.pk))
    person.refresh_from_db()
    assert person.left_at and not person.is_active
    assert person.username in body(client.get(LIST, {"show": "left"}))
    client.post(to("person_back", person.pk), {"reason": "返聘"})
    person = User.objects.get(pk=person.pk)
    assert person.left_at is None and person.must_change_password and not person.scope("cases.see").reaches


def test_a_new_password_is_shown_once_and_a_role_given(client, operator, streets):  # noqa: F811
    person = streets.a.staff["dispatcher"]
    page = body(client.post(to("person_password", person.pk)))
    password = re.search(r"key-figure\">([a-z0-9-]{14})<", page)
    person.refresh_from_db()
    assert password and person.check_password(password[1])
    sent = {"role_code": "acceptor", "area": streets.a.area.code, "valid_from": "2098-01-01"}
    client.post(to("person_role", person.pk), sent)
    given = Grant.objects.get(user=person, role__code="acceptor")
    client.post(to("person_role_end", person.pk, given.pk), {"on": "2099-01-01"})
    given.refresh_from_db()
    assert f"{given.valid_to}" == "2099-01-01"
    own = client.post(to("person_role", operator.pk), sent)
    assert own.status_code == 403
    client.post(to("person_name", person.pk), {"display_name": "改名"})
    client.post(to("person_phone", person.pk), {"phone": "000-0000-9999"})
    person.refresh_from_db()
    assert (person.display_name, person.phone) == ("改名", "000-0000-9999")


HEADER = ["登录名", "姓名", "私人手机", "机构代码", "岗位", "区划编码", "角色"]


def excel(rows: list[list[str]]) -> io.BytesIO:
    book = Workbook()
    for row in [HEADER, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "people.xlsx"
    return file


def rows_of(page: str) -> list:
    found = re.search(r'name="rows" value="([^"]*)"', page)
    assert found
    return json.loads(found[1].replace("&quot;", '"'))


def test_a_list_from_excel_is_all_or_nobody(client, operator, streets):  # noqa: F811
    station, grid = streets.a.stations[0].code, streets.a.grids[0].code
    good = ["a.x1", "甲一", "000-0000-0001", station, "网格员", grid, "网格员"]
    bad = ["a.x2", "甲二", "", "nowhere", "飞行员", "", "Grid worker"]
    page = body(client.post(to("people_import"), {"file": excel([good, bad])}))
    assert "There is no such organisation in your reach." in page and "Take all of them on" not in page
    before = User.objects.count()
    sent = json.dumps([HEADER, good, bad])
    assert client.post(to("people_confirm"), {"rows": sent}).status_code == 409
    assert User.objects.count() == before
    second = ["a.x2", "甲二", "", station, "community_clerk", "", "Community clerk"]
    page = body(client.post(to("people_import"), {"file": excel([good, second])}))
    assert "2 people would be taken on" in page
    done = body(client.post(to("people_confirm"), {"rows": json.dumps(rows_of(page))}))
    assert done.count("key-figure") == 2
    assert Posting.objects.get(user__username="a.x2").organisation == streets.a.stations[0]
    assert Grant.objects.get(user__username="a.x2").organisation == streets.a.stations[0]


def test_files_that_are_no_list_are_refused(client, operator):
    junk = io.BytesIO(b"hello")
    junk.name = "x.xlsx"
    answer = client.post(to("people_import"), {"file": junk})
    assert answer.status_code == 409 and "no Excel file" in body(answer)
    book = Workbook()
    book.active.append(["x"])
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "x.xlsx"
    answer = client.post(to("people_import"), {"file": file})
    assert answer.status_code == 409 and "Missing: Sign-in name" in body(answer)
    assert client.post(to("people_confirm"), {"rows": '{"a": 1}'}).status_code == 422
