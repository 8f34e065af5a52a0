"""The import pages: who may, the way through, refusals in words."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.places.areas import reading
from onegrid.places.areas.models import Area, ImportDraft
from tests.places.areas.conftest import street  # noqa: F401  a fixture
from tests.places.areas.files import geojson
from tests.places.areas.test_import import box

LIST = reverse("operator:areas_imports")


def user(name: str, permissions: list[str], area: Area | None = None) -> User:
    person = User.objects.create_user(username=name, password="x", display_name=name)
    role = Role.objects.create(code=name, name=name, name_en=name, permissions=permissions)
    Grant.objects.create(user=person, role=role, area=area, valid_from=date(2020, 1, 1))
    return person


@pytest.fixture
def officer(client, street):  # noqa: F811
    """Signed in as one who may import within the street."""
    person = user("officer", ["areas.see", "areas.import"], street["street"])
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def upload(client, path):
    return client.post(LIST, {"file": SimpleUploadedFile(path.name, path.read_bytes())}, follow=True)


def answers(draft: ImportDraft, **changed) -> dict:
    return {
        "layer": draft.content["layer"],
        "kind": "grid",
        "datum": "cgcs2000",
        "code_column": "c",
        "name_column": "n",
        "valid_from": "2026-02-01",
        "tolerance": "1",
        **changed,
    }


def test_the_way_from_upload_to_areas(client, officer, street, tmp_path):  # noqa: F811
    path = geojson(tmp_path / "a.geojson", [({"c": "YQ-005", "n": "第五网格"}, box(0, 2, 2, 1))])
    page = upload(client, path)
    draft = ImportDraft.objects.get()
    assert page.status_code == 200 and "第五网格" in page.content.decode()
    page = client.post(page.request["PATH_INFO"], answers(draft, parent_id=street["west"].pk), follow=True)
    body = page.content.decode()
    assert "outside the area above" in body and "<svg" in body and "Take over" in body
    assert "<shape-preview" in body and 'data-bounds="[' in body
    assert not Area.objects.filter(code="YQ-005").exists()
    page = client.post(reverse("operator:areas_confirm", args=[draft.pk]), follow=True)
    assert "Taken over: 1 opened" in page.content.decode()
    assert Area.objects.get(code="YQ-005").parent == street["west"]
    assert "Taken over" in client.get(LIST).content.decode()


def test_a_refused_file_is_explained_and_leaves_no_draft(client, officer):
    answer = client.post(LIST, {"file": SimpleUploadedFile("a.geojson", b"hello")})
    assert answer.status_code == 409 and "neither GeoJSON nor" in answer.content.decode()
    assert not ImportDraft.objects.exists()


def test_a_broken_feature_is_named_on_the_page(client, officer, street, tmp_path):  # noqa: F811
    path = geojson(tmp_path / "a.geojson", [({"c": "", "n": "第五网格"}, box(0, 2))])
    page = upload(client, path)
    page = client.post(
        page.request["PATH_INFO"],
        answers(ImportDraft.objects.get(), parent_id=street["west"].pk),
        follow=True,
    )
    body = page.content.decode()
    assert "Feature 1 (—): it has no code" in body and "Take over" not in body


def test_300_mb_are_refused_before_they_are_read(client, officer):
    class Unreadable:
        def read(self, *_size):
            raise AssertionError("the body was read")

        readline = read

    answer = client.generic(
        "POST",
        LIST,
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=300 * 1024 * 1024,
        **{"wsgi.input": Unreadable()},
    )
    assert answer.status_code == 413
    assert (
        "300 MB" in answer.content.decode() and str(reading.MAX_BYTES // 1024**2) in answer.content.decode()
    )


def test_an_upload_without_token_is_refused(officer, tmp_path, client):
    client.handler.enforce_csrf_checks = True
    assert upload(client, geojson(tmp_path / "a.geojson", [({"c": "1"}, box(0, 0))])).status_code == 403
    assert not ImportDraft.objects.exists()


def test_discarding_from_the_list(client, officer, tmp_path):
    upload(client, geojson(tmp_path / "a.geojson", [({"c": "1"}, box(0, 0))]))
    client.post(reverse("operator:areas_discard", args=[ImportDraft.objects.get().pk]))
    assert ImportDraft.objects.get().state == "discarded"


def pages(draft_id: int) -> list[tuple[str, str]]:
    return [
        ("get", LIST),
        ("post", LIST),
        ("get", reverse("operator:areas_import", args=[draft_id])),
        ("post", reverse("operator:areas_import", args=[draft_id])),
        ("post", reverse("operator:areas_confirm", args=[draft_id])),
        ("post", reverse("operator:areas_discard", args=[draft_id])),
        ("get", reverse("operator:areas_progress", args=[draft_id])),
    ]


def test_other_roles_get_403_and_strangers_are_sent_to_sign_in(client, officer, tmp_path):
    upload(client, geojson(tmp_path / "a.geojson", [({"c": "1"}, box(0, 0))]))
    draft = ImportDraft.objects.get()
    file = {"file": SimpleUploadedFile("a.geojson", b"{}")}
    client.force_login(user("worker", ["areas.see", "cases.verify"]))
    for method, url in pages(draft.pk):
        assert getattr(client, method)(url, file if method == "post" else None).status_code == 403, (
            method,
            url,
        )
    client.logout()
    for method, url in pages(draft.pk):
        assert getattr(client, method)(url).status_code == 302, (method, url)


def test_another_officers_import_is_not_there(client, officer, street, tmp_path):  # noqa: F811
    upload(client, geojson(tmp_path / "a.geojson", [({"c": "1"}, box(0, 0))]))
    draft = ImportDraft.objects.get()
    client.force_login(user("other", ["areas.import"], street["west"]))
    for method, url in pages(draft.pk)[2:]:
        assert getattr(client, method)(url).status_code == 404, (method, url)
    client.force_login(user("operator", ["areas.import"]))
    assert client.get(reverse("operator:areas_import", args=[draft.pk])).status_code == 200


def test_an_area_outside_ones_reach_cannot_be_chosen(client, officer, street, tmp_path):  # noqa: F811
    page = upload(client, geojson(tmp_path / "a.geojson", [({"c": "990101002", "n": "邻街"}, box(0, 4))]))
    draft = ImportDraft.objects.get()
    for parent in (street["district"].pk, ""):
        answer = client.post(page.request["PATH_INFO"], answers(draft, kind="street", parent_id=parent))
        assert answer.status_code in (404, 422)
    assert ImportDraft.objects.get().state == "read"
