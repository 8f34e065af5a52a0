"""Who may see what, walked: every address of the site × every role × a record of street A.

Each row says who gets an answer. With the permission but elsewhere: 404, for the record's existence is not theirs to
know. Without it: 403. Not signed in: to the sign-in page, or 401 for programs. A new address without a row
fails the first test. The rows stand in matrix/; files beside (test_matrix_of_….py) walk their share of them.
"""

import pytest
from django.urls import reverse

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions import call_off_offer, offer_case, open_case
from onegrid.cases.flow.models import Case, Channel
from tests.house.matrix.row import BY, NOW, World
from tests.house.matrix.table import MATRIX, SHARES
from tests.house.matrix.walking import browser, every_address, signed_in, walk
from tests.house.matrix.world import build_world
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture


def test_every_address_has_its_row():
    addresses = {name for name, _ in every_address()}
    assert addresses - set(MATRIX) == set(), "addresses that nobody decided about"
    assert set(MATRIX) - addresses == set(), "rows of addresses that are gone"


@pytest.fixture
def world(streets: Streets) -> World:  # noqa: F811
    return build_world(streets)


def test_who_gets_an_answer(world: World):
    walk(world, SHARES["others"])


def test_who_sees_what_another_street_is_asked_about(world: World):
    """移交, 协办: while asked, the other street sees exactly that case, not the one beside it."""
    a, b = world.streets.a, world.streets.b
    offered = Case.objects.get(number=world.number)
    beside = open_case(
        channel=Channel.RESIDENT, text="另一件", lon=a.at(0)[0], lat=a.at(0)[1], by=BY, at=NOW
    )  # fmt: skip
    pages = ("desk:case", "desk:beside", "desk:photo", "api:one_case", "api:case_photo")
    people = (
        User.objects.filter(username__startswith="b.").prefetch_related("grants__role").order_by("username")
    )

    def seen(number: str) -> set[tuple[str, str]]:
        found = set()
        for user in people:
            cookies = signed_in(user).cookies
            for page in pages:
                args = {"number": number} | ({"evidence_id": world.evidence} if "photo" in page else {})
                answer = browser(cookies).get(reverse(page, kwargs=args))
                found |= {(user.username, page)} if answer.status_code == 200 else set()
        return found

    centre = {f"b.{role}" for role in ("acceptor", "shift_leader", "dispatcher", "leader")}
    assert seen(offered.number) == set()
    give = {"case_id": offered.pk, "at": NOW}
    offer_case(**give, org_id=b.centre.pk, reason="在乙街道", by=a.staff["shift_leader"])
    assert seen(offered.number) == {(name, page) for name in centre for page in pages}
    assert seen(beside.number) == set()
    call_off_offer(**give, reason="属本街道", by=a.staff["shift_leader"])
    assert seen(offered.number) == set()
