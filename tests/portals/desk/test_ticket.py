"""Work tickets: one sheet a case, a code on each, nobody's phone, and nothing of another street."""

import pytest
from django.conf import settings

from tests.cases.conftest import brought_to, photo, reported, town  # noqa: F401
from tests.portals.desk.test_pages import path
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def test_a_ticket_says_what_to_do_where_and_until_when_but_not_who_reported(client, town):  # noqa: F811
    given = {
        "contact_name": "王五",
        "contact_phone": "000-0000-1234",
        "address": "人民路3号",
        "photos": [photo()],
    }
    case = brought_to("dispatched", town.a, **given)
    client.force_login(town.a.staff["dispatcher"])
    page = client.get(path(case, "ticket")).content.decode()
    for words in (case.number, "人民路3号", town.a.office.name, case.text, "<svg", "Checked by", "/photos/"):
        assert words in page, words
    assert "王五" not in page and "1234" not in page.replace(case.number, "")


def test_many_sheets_leave_out_what_is_not_mine(client, town, django_assert_max_num_queries):  # noqa: F811
    mine, theirs = [reported(town.a), reported(town.a, grid=3)], reported(town.b)
    client.force_login(town.a.staff["dispatcher"])
    chosen = {"case": [mine[1].number, theirs.number, mine[0].number], "query": "?state=reported"}
    address = client.post("/cases/tickets/", chosen).url
    with django_assert_max_num_queries(20):
        page = client.get(address).content.decode()
    assert page.count('class="ticket"') == 2 and f">{theirs.number}<" not in page
    assert page.index(mine[1].number) < page.index(mine[0].number)
    assert "1 chosen case is not here" in page and 'href="/cases/?state=reported"' in page
    assert client.get(f"/cases/tickets/?n={theirs.number},x").status_code == 404
    assert client.post("/cases/tickets/", {"query": "?"}).url == "/cases/"
