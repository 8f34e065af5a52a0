"""Pages that write the catalogue: import, draft, class, limits, publish, discard; who sees what."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from onegrid.cases.catalog.actions import start_draft
from onegrid.cases.catalog.models import CaseClass, CatalogVersion, DispatchRule, RuleDraft, StandardImport
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.catalog.workbooks import read_workbook
from tests.cases.catalog.test_importing import workbook
from tests.cases.conftest import AT, BY, town  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture
def officer(client, town, settings):  # noqa: F811
    client.force_login(town.staff["data_officer"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def draft(town) -> CatalogVersion:  # noqa: F811
    return start_draft(version_id=CatalogVersion.objects.get().pk, by=BY, at=AT)


def sent(client, content: bytes):
    return client.post("/catalog/imports/", {"file": SimpleUploadedFile("标准.xlsx", content)})


def test_a_workbook_is_uploaded_looked_at_taken_and_published(officer):
    answer = sent(officer, workbook())
    made = StandardImport.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/catalog/imports/{made.pk}/"
    page = officer.get(answer["Location"]).content.decode()
    assert "say above what a bare 天 means" in page and "2 </" not in page and "Take into a draft" not in page
    only = officer.get(f"{answer['Location']}?show=problems").context["shown"]
    assert [(one.line.sheet, one.line.row) for one in only] == [("部件", 4), ("部件", 5)]
    said = {
        "seen": 0,
        "day": "work_day",
        "hour": "work_hour",
        "new_code": "local-x",
        "new_name": "东岭区标准",
    }
    assert officer.post(answer["Location"], said).status_code == 302
    page = officer.get(answer["Location"]).content.decode()
    assert "Take into a draft" in page and "working days" in page
    stale = officer.post(answer["Location"], said)
    assert stale.status_code == 409 and "Somebody changed this meanwhile" in stale.content.decode()
    took = officer.post(f"{answer['Location']}take/", {"seen": 1})
    draft = CatalogVersion.objects.get(status="draft")  # never straight into force
    assert took["Location"] == f"/catalog/versions/{draft.pk}/"
    shown = officer.get(took["Location"]).content.decode()
    assert "The first version" in shown and "Local sample" not in shown.split("Limits of the stages")[0]
    form = officer.get(f"{took['Location']}publish/").context["form"]
    given = {"seen": form.initial["seen"], "valid_from": "2099-01-01", "looked": "on"}
    assert officer.post(f"{took['Location']}publish/", given | {"looked": ""}).status_code == 422
    assert officer.post(f"{took['Location']}publish/", given).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.valid_from) == ("published", date(2099, 1, 1))
    download = officer.get(f"/catalog/versions/{draft.pk}/export/")
    assert "local-x-v1.xlsx" in download["Content-Disposition"]
    assert [grid.name for grid in read_workbook(download.content)] == ["部件", "事件"]


def test_a_bad_file_is_refused_on_the_page(officer):
    answer = sent(officer, b"no excel")
    assert answer.status_code == 409 and "no Excel file" in answer.content.decode()
    big = officer.post("/catalog/imports/", {"file": SimpleUploadedFile("x.xlsx", b"0" * 6 * 1024 * 1024)})
    assert big.status_code == 413 and "at most 5 MB" in big.content.decode()
    assert not StandardImport.objects.exists()
    assert sent(officer, workbook()).status_code == 302
    made = StandardImport.objects.get()
    assert officer.post(f"/catalog/imports/{made.pk}/discard/").status_code == 302
    assert "has ended" in officer.get(f"/catalog/imports/{made.pk}/").content.decode()


def form_of(page) -> dict:
    """What the page's forms would post unchanged."""
    forms = page.context["form"]
    given = {"conditions-TOTAL_FORMS": 0, "duties-TOTAL_FORMS": 0}
    for form in (forms.one, forms.limits, *forms.conditions, *forms.duties):
        for field in form:
            if field.value() is not None and field.value() is not False:
                given[field.html_name] = field.value()
    for formset in (forms.conditions, forms.duties):
        for field in formset.management_form:
            given[field.html_name] = field.value()
    return given


def test_a_class_of_a_draft_is_edited_and_the_draft_says_what_changes(officer, draft):
    one = draft.classes.get(kind="event", code="06012")
    address = f"/catalog/classes/{one.pk}/edit/"
    page = officer.get(address)
    folded = page.content.decode()
    assert (
        folded.count('<details class="field-group">') == 4 and "<details open>" not in folded
    )  # blank rows wait
    given = form_of(page)
    assert officer.post(address, given).status_code == 302  # unchanged
    assert "Nothing changes" in officer.get(f"/catalog/versions/{draft.pk}/").content.decode()
    given = form_of(officer.get(address))
    count = int(given["conditions-INITIAL_FORMS"])
    given |= {"conditions-0-limit": 99, "priority": "urgent", "unit": "kind:street_office",
              f"conditions-{count}-filing_condition": "新条件", f"conditions-{count}-closing_condition": "完成",
              f"conditions-{count}-limit": 3, f"conditions-{count}-unit": "natural_day",
              "duties-0-part": "help", "duties-0-unit_name": "园林中心"}  # fmt: skip
    assert officer.post(address, given).status_code == 302
    rows = standards_of(CaseClass.objects.get(pk=one.pk))
    assert rows[0].limit == 99 and (rows[-1].filing_condition, rows[-1].unit) == ("新条件", "natural_day")
    shown = officer.get(f"/catalog/versions/{draft.pk}/").content.decode()
    for words in ("Urgent", "99", "新条件", "园林中心", "calendar days", "Local sample"):
        assert words in shown
    late = officer.post(address, given)
    assert late.status_code == 409 and "Show it as it is now" in late.content.decode()
    wrong = officer.post(address, form_of(officer.get(address)) | {"conditions-0-limit": 0})
    assert wrong.status_code == 422 and "does not fit yet" in wrong.content.decode()
    blank = f"conditions-{int(given['conditions-INITIAL_FORMS']) + 1}-filing_condition"
    half = officer.post(address, form_of(officer.get(address)) | {blank: "只写了一半"})
    assert half.status_code == 422 and '<details class="field-group" open>' in half.content.decode()


def test_a_class_is_added_and_removed(officer, draft):
    add = f"/catalog/versions/{draft.pk}/add/"
    assert f'href="{add}"' in officer.get(f"/catalog/versions/{draft.pk}/").content.decode()
    given = {"kind": "event", "code": " 06999 ", "name": "共享滑板车乱停"}
    assert officer.post(add, given | {"code": "6"}).status_code == 422
    there = officer.post(add, given | {"code": "06012"})
    assert there.status_code == 409 and "has a class with this code already" in there.content.decode()
    made = officer.post(add, given)
    one = draft.classes.get(code="06999")
    assert made["Location"] == f"/catalog/classes/{one.pk}/edit/"
    assert "Now say when it is filed" in officer.get(made["Location"]).content.decode()
    remove = f"/catalog/classes/{one.pk}/remove/"
    for address in (made["Location"], f"/catalog/classes/{one.pk}/"):
        assert f'href="{remove}"' in officer.get(address).content.decode()
    seen = {"seen": officer.get(remove).context["form"].initial["seen"]}
    assert officer.post(remove, seen).status_code == 422  # not sure
    stale = officer.post(remove, {"seen": 0, "sure": "on"})
    assert stale.status_code == 409 and "Show it as it is now" in stale.content.decode()
    assert officer.post(remove, seen | {"sure": "on"})["Location"] == f"/catalog/versions/{draft.pk}/"
    assert "06999 共享滑板车乱停" in officer.get(f"/catalog/versions/{draft.pk}/").content.decode()
    assert not draft.classes.filter(code="06999").exists()
    major = draft.classes.get(kind="event", code="06013")
    ruled = officer.post(
        "/catalog/rules/new/", {"seen": 0, "code": "event/06013", "target": "kind:street_office"}
    )
    assert ruled.status_code == 302
    needed = officer.post(f"/catalog/classes/{major.pk}/remove/", {"seen": 0, "sure": "on"})
    assert needed.status_code == 409 and "The dispatch list still names it: 06013" in needed.content.decode()


def test_a_published_version_takes_and_loses_no_class(officer, town):  # noqa: F811
    standing = CatalogVersion.objects.get()
    assert officer.get(f"/catalog/versions/{standing.pk}/add/").status_code == 404
    assert officer.get(f"/catalog/classes/{standing.classes.first().pk}/remove/").status_code == 404


def test_limits_of_the_stages_are_changed(officer, draft):
    address = f"/catalog/versions/{draft.pk}/limits/"
    form = officer.get(address).context["form"]
    given = {field.html_name: field.value() for field in form if field.value() is not None}
    assert officer.post(address, given | {"file_limit": 5, "file_unit": ""}).status_code == 422
    assert officer.post(address, given | {"file_limit": 5, "file_unit": "work_hour"}).status_code == 302
    assert draft.stage_limits.get(stage="file", case_class=None, standard=None).limit == 5
    assert officer.post(address, given).status_code == 409


def test_a_draft_is_begun_and_discarded(officer, town):  # noqa: F811
    standing = CatalogVersion.objects.get()
    begun = officer.post(f"/catalog/versions/{standing.pk}/start/")
    draft = CatalogVersion.objects.get(status="draft")
    assert begun["Location"] == f"/catalog/versions/{draft.pk}/"
    assert (
        officer.post(f"/catalog/versions/{standing.pk}/start/")["Location"]
        == f"/catalog/versions/{standing.pk}/"
    )
    assert "not the one in force" in officer.get(f"/catalog/?version={draft.pk}").content.decode()
    address = f"{begun['Location']}discard/"
    assert officer.post(address, {"seen": 0}).status_code == 422
    assert officer.post(address, {"seen": 0, "sure": "on"}).status_code == 302
    assert CatalogVersion.objects.count() == 1


def test_a_draft_is_nobodys_business_yet(client, town, draft):  # noqa: F811
    one = draft.classes.first()
    client.force_login(town.a.staff["dispatcher"])
    for address in (f"/catalog/versions/{draft.pk}/", f"/catalog/versions/{draft.pk}/export/",
                    f"/catalog/classes/{one.pk}/", f"/catalog/?version={draft.pk}"):  # fmt: skip
        assert client.get(address).status_code == 404, address
    for address in (
        f"/catalog/versions/{draft.pk}/publish/",
        f"/catalog/classes/{one.pk}/edit/",
        "/catalog/imports/",
    ):
        assert client.get(address).status_code == 403, address
    assert "Draft" not in client.get("/catalog/").content.decode()
    standing = CatalogVersion.objects.get(status="published")
    assert client.get(f"/catalog/versions/{standing.pk}/").status_code == 200
    client.force_login(town.staff["operator"])
    assert client.get(f"/catalog/classes/{standing.classes.first().pk}/edit/").status_code == 404


def test_queries_do_not_grow_with_rows(officer, draft, django_assert_max_num_queries):
    with django_assert_max_num_queries(32):
        officer.get(f"/catalog/versions/{draft.pk}/")
    with django_assert_max_num_queries(32):
        officer.get(f"/catalog/classes/{draft.classes.get(kind='component', code='01001').pk}/edit/")


# ---- the dispatch list


def test_a_rule_is_prepared_checked_published_and_why_says_so(officer, town):  # noqa: F811
    given = {"seen": 0, "code": "event/06012", "target": f"org:{town.department.pk}",
             "helpers": ["kind:street_office"], "handle_limit": 3, "handle_unit": "work_hour",
             "reason": "道路专项"}  # fmt: skip
    new = "/catalog/rules/new/"
    assert officer.post(new, given | {"like": "event/06"}).status_code == 422
    assert officer.post(new, given | {"handle_unit": ""}).status_code == 422
    kept = officer.post(new, given)
    assert kept["Location"] == "/catalog/rules/publish/?scheme=gbt47678.5-2026"
    page = officer.get(kept["Location"])
    shown = page.content.decode()
    assert "Kept as a draft" in shown and town.department.name in shown and "no rule of its own" in shown
    assert officer.post(new, given).status_code == 409  # there is a draft for the same already
    form = page.context["form"]
    assert officer.post(kept["Location"], {"seen": form.initial["seen"]}).status_code == 422  # not looked at
    done = officer.post(kept["Location"], {"seen": form.initial["seen"], "looked": "on"})
    assert done["Location"] == "/catalog/rules/?scheme=gbt47678.5-2026"
    listed = officer.get(done["Location"] + "&q=06012").content.decode()
    assert town.department.name in listed and "道路专项" in listed and "working hours" in listed
    one, rule = (
        CaseClass.objects.get(kind="event", code="06012"),
        DispatchRule.objects.get(class_code="06012"),
    )
    why = officer.get(f"/catalog/why/?class={one.pk}&area={town.a.grids[0].pk}").content.decode()
    assert "道路专项" in why and "by this rule" in why and f"#rule-{rule.pk}" in why
    stale = officer.post(kept["Location"], {"seen": form.initial["seen"], "looked": "on"})
    assert stale.status_code == 409 and "Somebody changed this meanwhile" in stale.content.decode()


def test_what_the_rules_get_wrong_stands_on_the_page_with_links(officer, town):  # noqa: F811
    rules = {"06012": "06013", "06013": "06012"}
    for code, like in rules.items():
        kept = officer.post(
            "/catalog/rules/new/", {"seen": 0, "code": f"event/{code}", "like": f"event/{like}"}
        )
    shown = officer.get(kept["Location"]).content.decode()
    draft = RuleDraft.objects.get(class_code="06012")
    assert "does not fit the other rules yet" in shown and "lead round in a circle" in shown
    assert f"/catalog/rules/drafts/{draft.pk}/" in shown
    seen = " ".join(f"{one.pk}:{one.edits}" for one in RuleDraft.objects.all())
    refused = officer.post(kept["Location"], {"seen": seen, "looked": "on"})
    assert refused.status_code == 409 and RuleDraft.objects.count() == 2
    assert officer.post(f"/catalog/rules/drafts/{draft.pk}/discard/").status_code == 302
    assert RuleDraft.objects.get().class_code == "06013"


def test_the_list_names_gaps_and_offers_replacing(officer, town, django_assert_max_num_queries):  # noqa: F811
    with django_assert_max_num_queries(30):
        shown = officer.get("/catalog/rules/").content.decode()
    assert "Classes that no rule covers" in shown and "Replace…" in shown and "Local sample" in shown
    assert "No dispatch rule fits these filters" in officer.get("/catalog/rules/?show=ended").content.decode()
    assert town.a.area in officer.get("/catalog/rules/?place=甲").context["places"]
    assert "At 甲街道" in officer.get(f"/catalog/rules/?area={town.a.area.pk}").content.decode()
    rule = DispatchRule.objects.get()
    form = officer.get(f"/catalog/rules/new/?rule={rule.pk}").context["form"]
    assert (form["code"].value(), form["target"].value()) == ("event/06", "kind:street_office")
    ending = officer.get(f"/catalog/rules/new/?rule={rule.pk}&ends=1").context["form"]
    assert ending["ends"].value() is True and not ending["target"].value()
    officer.force_login(town.a.staff["dispatcher"])
    assert "Replace…" not in officer.get("/catalog/rules/").content.decode()
