"""The pages of patrols: what is due, the checklist as one form, what came of it, how often."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.cases.patrol.actions import set_plan
from onegrid.cases.patrol.models import Patrol, PatrolPlan
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
