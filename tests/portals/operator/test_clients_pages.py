"""Applications by page: the key once, a harmless reload, and out."""

import re

from onegrid.exchange.openplatform.models import ApiClient, ClientKey
from onegrid.exchange.openplatform.queries import client_of_key
from tests.cases.conftest import AT
from tests.streets import streets  # noqa: F401  a fixture

ADDRESS = "/operator/clients/"


def form(streets, **more) -> dict:  # noqa: F811
    given = {
        "name": "某厂平台", "organisation": streets.a.centre.pk, "area": streets.a.area.pk,
        "permissions": ["cases.see"], "channel": "node", "per_minute": 60,
    }  # fmt: skip
    return given | more


def key_on(answer) -> str:
    return re.search(r"og_[0-9a-f]{48}", answer.content.decode())[0]


def test_an_application_from_letting_in_to_shutting_out(streets, client):  # noqa: F811
    client.force_login(streets.staff["operator"])
    answer = client.post(ADDRESS, form(streets))
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    key, made = key_on(answer), ApiClient.objects.get()
    assert client_of_key(key, AT) == made and made.area == streets.a.area

    again = client.post(ADDRESS, form(streets))  # the browser's reload
    assert again.status_code == 422 and ApiClient.objects.count() == 1
    listed = client.get(ADDRESS).content.decode()
    assert key not in listed and f"…{key[-4:]}" in listed

    rotate = f"{ADDRESS}{made.pk}/rotate/"
    seen = {"key": made.keys.get().pk}
    second = key_on(client.post(rotate, seen))
    assert second != key and client.post(rotate, seen).status_code == 302 and ClientKey.objects.count() == 2

    assert client.post(f"{ADDRESS}{made.pk}/revoke/", {"reason": ""}).status_code == 422
    assert client_of_key(second, AT) == made
    assert client.post(f"{ADDRESS}{made.pk}/revoke/", {"reason": "合同到期"}).status_code == 302
    assert client_of_key(second, AT) is None and client_of_key(key, AT) is None


def test_what_does_not_fit_is_said_beside_its_field(streets, client):  # noqa: F811
    client.force_login(streets.staff["operator"])
    for wrong in (
        {"name": ""}, {"organisation": 0}, {"area": "x"}, {"permissions": ["cases.contact"]}, {"per_minute": 0},
        {"per_minute": 10**30}, {"channel": "resident"},
    ):  # fmt: skip
        answer = client.post(ADDRESS, form(streets, **wrong))
        assert answer.status_code == 422 and next(iter(wrong)) in answer.context["form"].errors
    answer = client.post(ADDRESS, form(streets, area=""))  # everywhere is more than the operator's district
    assert answer.status_code == 404 and not ApiClient.objects.exists()
