"""The pages of patrols: what is due, the checklist as one form, what came of it, how often."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.cases.patrol.actions import set_plan
from onegrid.cases.patrol.models import Patrol, PatrolPlace, PatrolPlan
from onegrid.registry.establishments.actions import open_establishment
from tests.cases.conftest import BY, photo, town  # noqa: F401
from tests.cases.patrol.places import a_place, checklist
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def place(client, town):  # noqa: F811
    client.force_login(town.a.staff["grid_worker"])
    now = timezone.now()
    made = a_place(town.a, at=now)
    set_plan(area_id=town.a.area.pk, place_class="small_shop", every_days=30, by=BY, at=now)
    return made


def filled(place, **more) -> dict:
    return {"checklist": checklist(place).pk, "key": "form-key-1", "rest_ok": "on"} | more


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("x.jpg", photo(), "image/jpeg")


def test_from_the_list_of_today_to_a_case(client, place):
    assert "云桥便利店" in client.get("/work/?kind=patrol").content.decode()
    assert "due today" in client.get("/work/patrols/").content.decode()
    page = client.get(f"/work/patrols/{place.pk}/").content.decode()
    assert "Exits and ways out are free" in page and "data-outbox" in page
    sent = filled(place, result_exits="problem", note_exits="Blocked by boxes", photos_exits=[picture()])
    for _press in range(2):
        answer = client.post(f"/work/patrols/{place.pk}/", sent | {"photos_exits": [picture()]})
        assert answer.url == f"/work/patrols/done/{Patrol.objects.get().pk}/"
    case = Case.objects.get()
    done = client.get(answer.url).content.decode()
    assert case.number in done and "Blocked by boxes" in done
    assert client.get("/work/?kind=patrol").context["tasks"] == []


def test_put_right_on_the_spot(client, place):
    sent = filled(
        place,
        result_exits="problem",
        photos_exits=[picture()],
        settled_exits="on",
        done_exits="Moved away",
        after_exits=[picture()],
    )
    assert client.post(f"/work/patrols/{place.pk}/", sent).status_code == 302
    assert Case.objects.get().state == "checked"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"rest_ok": ""}, "Please answer this."),
        ({"result_exits": "problem"}, "in words or by a photo"),
        ({"result_exits": "problem", "note_exits": "x", "settled_exits": "on"}, "Please say what was done."),
        ({"key": ""}, "could not be sent yet"),
        ({"result_exits": "perhaps"}, "Select a valid choice"),
    ],
)
def test_what_is_incomplete_comes_back_with_words_and_writes_nothing(client, place, sent, words):
    answer = client.post(f"/work/patrols/{place.pk}/", filled(place, **sent))
    assert answer.status_code == 400 and words in answer.content.decode()
    assert Patrol.objects.count() == Case.objects.count() == 0


def test_others_see_the_coverage_but_no_form(client, town, place):  # noqa: F811
    client.force_login(town.a.staff["shift_leader"])
    assert "云桥便利店" in client.get("/work/patrols/").content.decode()
    assert "data-outbox" not in client.get(f"/work/patrols/{place.pk}/").content.decode()
    assert client.post(f"/work/patrols/{place.pk}/", filled(place)).status_code == 403
    client.force_login(town.b.staff["grid_worker"])
    assert client.get(f"/work/patrols/{place.pk}/").status_code == 404
    assert client.post(f"/work/patrols/{place.pk}/", filled(place)).status_code == 404


def test_the_clerk_sets_how_often(client, town, place):  # noqa: F811
    client.force_login(town.a.staff["community_clerk"])
    sent = {"area": town.a.grids[0].pk, "place_class": "small_shop", "every_days": "7"}
    assert client.post("/work/patrols/plans/", sent | {"every_days": "0"}).status_code == 400
    assert client.post("/work/patrols/plans/", sent | {"area": town.b.area.pk}).status_code == 400
    assert client.post("/work/patrols/plans/", sent).status_code == 302
    assert PatrolPlan.objects.filter(ended_on=None).count() == 2
    assert "every 7 days" in client.get("/work/patrols/plans/").content.decode()
    client.force_login(town.a.staff["grid_worker"])
    assert "every 7 days" in client.get("/work/patrols/plans/").content.decode()
    assert client.post("/work/patrols/plans/", sent).status_code == 403


def test_places_are_found_added_corrected_and_taken_off(client, town):  # noqa: F811
    now = timezone.now()
    a_place(town.a, at=now)
    lon, lat = town.a.at(0)
    shop = open_establishment(kind="shop", name="老陈五金店", lon=lon, lat=lat, by=BY, at=now)
    client.force_login(town.a.staff["shift_leader"])
    assert "Arrange places" in client.get("/work/patrols/").content.decode()
    page = client.get("/work/patrols/places/?q=便利").content.decode()
    assert "云桥便利店" in page
    assert "No place like this" in client.get("/work/patrols/places/?q=无此店").content.decode()
    found = client.get("/work/patrols/places/new/?q=五金").content.decode()
    assert f"?firm={shop.pk}" in found
    assert "老陈五金店" in client.get(f"/work/patrols/places/new/?firm={shop.pk}").content.decode()
    given = {"name": "老陈五金店", "place_class": "small_shop", "address": "", "lon": lon, "lat": lat}
    for _press in range(2):
        answer = client.post(f"/work/patrols/places/new/?firm={shop.pk}", given)
    assert answer.status_code == 409 and "looked at already" in answer.content.decode()
    place = PatrolPlace.objects.get(establishment=shop)
    own = f"/work/patrols/places/{place.pk}/"
    assert client.post(own, given | {"name": "老陈五金", "reason": ""}).status_code == 422
    assert client.post(own, given | {"name": "老陈五金", "reason": "改名"}).url == own
    page = client.get(own).content.decode()
    assert "老陈五金店 → 老陈五金" in page and "改名" in page
    assert "Nobody is sent there" in client.get(f"{own}retire/").content.decode()
    assert client.post(f"{own}retire/", {"reason": "停业"}).url == own
    assert "老陈五金" in client.get("/work/patrols/places/?retired=1").content.decode()
    assert client.get(f"/work/patrols/{place.pk}/").status_code == 404
    assert client.post(f"{own}take-up/", {"reason": "开业"}).url == own
    assert client.get(f"/work/patrols/{place.pk}/").status_code == 200


def test_who_does_not_arrange_patrols_is_not_offered_to(client, place):
    assert "Arrange places" not in client.get("/work/patrols/").content.decode()
    assert client.get("/work/patrols/places/").status_code == 403
