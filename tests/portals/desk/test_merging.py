"""The card of like cases on the case page, merging by it, and the classes suggested at filing."""

import pytest
from django.conf import settings

from onegrid.cases.flow.models import CaseLink
from tests.cases.conftest import brought_to, reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def test_a_like_case_is_shown_merged_and_given_back(client, town):  # noqa: F811
    first, second = reported(town.a), reported(town.a)
    client.force_login(town.a.staff["acceptor"])
    page = client.get(f"/cases/{second.number}/").content.decode()
    assert first.number in page and "Merge this case into it" in page and "m away" in page
    client.post(
        f"/cases/{second.number}/merge/", {"into": first.number, "reason": "same hole", "version": "1"}
    )
    assert CaseLink.objects.get().other == first
    page = client.get(f"/cases/{second.number}/").content.decode()
    assert "Its clock stands still" in page and "Merge this case into it" not in page
    assert second.number in client.get(f"/cases/{first.number}/").content.decode()
    answer = client.post(f"/cases/{second.number}/unmerge/", {"reason": "no, another"}, follow=True)
    assert "Done." in answer.content.decode() and CaseLink.objects.get().ended_at


def test_without_the_right_there_is_no_button_and_no_merge(client, town):  # noqa: F811
    first, second = reported(town.a), reported(town.a)
    client.force_login(town.a.staff["grid_worker"])
    page = client.get(f"/cases/{second.number}/").content.decode()
    assert first.number in page and "Merge this case into it" not in page
    given = {"into": first.number, "reason": "x"}
    assert client.post(f"/cases/{second.number}/merge/", given).status_code == 403
    client.force_login(town.b.staff["acceptor"])
    assert client.post(f"/cases/{second.number}/merge/", given).status_code == 404
    client.force_login(town.a.staff["acceptor"])
    abroad = {"into": reported(town.b).number, "reason": "x"}
    answer = client.post(f"/cases/{second.number}/merge/", abroad, follow=True)
    assert "There is no case with this number here." in answer.content.decode()
    assert not CaseLink.objects.exists()


def test_filing_suggests_classes_by_the_words(client, town):  # noqa: F811
    case = brought_to("verified", town.a)
    client.force_login(town.a.staff["shift_leader"])
    page = client.get(f"/cases/{case.number}/file/").content.decode()
    assert "The words of the report sound like these." in page and "06013" in page and "大坑" in page
