"""My photo for residents: agreed to, seen by residents of the grid, taken back."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from onegrid.accounts.portraits.models import Portrait
from tests.streets import Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db


def face() -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (300, 400), "teal").save(written, "PNG")
    return SimpleUploadedFile("ich.png", written.getvalue(), "image/png")


def test_agreed_shown_and_taken_back(client, streets: Streets):  # noqa: F811
    worker, grid = streets.a.staff["grid_worker"], streets.a.grids[0]
    lon, lat = streets.a.at(0)
    place, picture = f"/who/?lon={lon}&lat={lat}", f"/who/{grid.pk}/portrait/"
    client.cookies["django_language"] = "en"
    public = client.get(place).content.decode()
    assert worker.display_name in public and picture not in public
    client.force_login(worker)
    assert "My photo for residents" in client.get("/staff/account/").content.decode()
    assert client.get("/staff/account/portrait/").status_code == 200
    unagreed = client.post("/staff/account/portrait/", {"photo": face()})
    assert unagreed.status_code == 409 and not Portrait.objects.exists()
    done = client.post("/staff/account/portrait/", {"photo": face(), "agreed": "on"})
    assert done.url == "/staff/account/portrait/"
    assert client.get("/staff/account/portrait/photo/").status_code == 200
    client.logout()
    client.cookies["django_language"] = "en"
    for page in (place, f"/near/?lon={lon}&lat={lat}"):
        shown = client.get(page).content.decode()
        assert picture in shown and worker.display_name in shown, page
    seen = client.get(picture)
    assert seen.status_code == 200 and seen["Cache-Control"] == "no-store"
    assert client.get(f"/who/{streets.a.grids[1].pk}/portrait/").status_code == 404
    client.force_login(worker)
    assert client.post("/staff/account/portrait/withdraw/").url == "/staff/account/"
    page = client.get("/staff/account/portrait/").content.decode()
    assert "no photo: your initial is shown" in page and "When I agreed" in page
    client.logout()
    assert client.get(picture).status_code == 404
    assert picture not in client.get(place).content.decode()


def test_who_answers_for_no_grid_is_not_asked(client, streets: Streets):  # noqa: F811
    client.force_login(streets.a.staff["shift_leader"])
    assert "portrait" not in client.get("/staff/account/").content.decode()
    assert client.get("/staff/account/portrait/").status_code == 403
