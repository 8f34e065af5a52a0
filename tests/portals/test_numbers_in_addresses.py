"""A number in an address that no row can have counts as none."""

import pytest

from tests.streets import streets  # noqa: F401

NO_ROW_HAS = ["9" * 5_000, "9" * 19, "-1", "one", "٣"]


@pytest.mark.parametrize("number", NO_ROW_HAS)
@pytest.mark.parametrize("page", ["/staff/inbox/?before=", "/cases/?after=", "/cases/?after=1&q="])
def test_lists_open_from_the_start(client, streets, page, number):  # noqa: F811
    client.force_login(streets.a.staff["shift_leader"])
    assert client.get(page + number).status_code == 200


@pytest.mark.parametrize("number", NO_ROW_HAS)
def test_the_outbox_opens_for_operators_and_is_closed_to_others(client, streets, number):  # noqa: F811
    for user, status in ((streets.staff["operator"], 200), (streets.a.staff["shift_leader"], 403)):
        client.force_login(user)
        assert client.get(f"/operator/outbox/?before={number}").status_code == status
