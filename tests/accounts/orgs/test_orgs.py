"""Opening, closing and finding organisations."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from onegrid.accounts.identity.models import Posting
from onegrid.accounts.orgs import actions, queries
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused

AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_an_empty_office_closes(streets):
    operator = streets.staff["operator"]
    office = actions.open_organisation(
        kind=OrgKind.STREET_OFFICE, code="X-1", name="新站所", area=streets.a.area, by=operator, at=AT
    )
    closed = actions.close_organisation(organisation_id=office.pk, by=operator, at=AT, reason="merged")
    assert closed.closed_on == AT.date()
    verbs = AuditEntry.objects.filter(object_id=str(office.pk), verb__startswith="orgs.")
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == ["orgs.open", "orgs.close"]


@pytest.mark.parametrize(("which", "code"), [("station", "still_needed"), ("centre", "has_open_children")])
def test_it_stays_open_while_it_is_needed(streets, which, code):
    org = streets.a.stations[1] if which == "station" else streets.a.centre
    with pytest.raises(Refused) as refusal:
        actions.close_organisation(organisation_id=org.pk, by=streets.staff["operator"], at=AT)
    assert refusal.value.code == code
    assert not Organisation.objects.exclude(closed_on=None).exists()


def test_it_closes_when_the_last_one_is_gone(streets):
    org = streets.a.stations[1]
    Posting.objects.filter(organisation=org).update(valid_to=AT.date())
    assert actions.close_organisation(organisation_id=org.pk, by=streets.staff["operator"], at=AT).closed_on


def test_a_worker_opens_nothing(streets):
    count = Organisation.objects.count()
    with pytest.raises(NotAllowed):
        actions.open_organisation(
            kind=OrgKind.PROPERTY_FIRM,
            code="X",
            name="x",
            area=streets.a.area,
            by=streets.a.staff["grid_worker"],
            at=AT,
        )
    assert Organisation.objects.count() == count


def test_a_code_is_given_once(streets):
    with pytest.raises(Refused, match="code_taken"):
        actions.open_organisation(
            kind=OrgKind.DEPARTMENT,
            code=streets.a.centre.code,
            name="x",
            area=streets.a.area,
            by=streets.staff["operator"],
            at=AT,
        )


def test_units_serving_a_place_the_nearest_first(streets):
    found = queries.units_serving(
        streets.a.grids[0].path, [OrgKind.COMMUNITY_STATION, OrgKind.STREET_CENTRE, OrgKind.DEPARTMENT]
    )
    assert found == [streets.a.stations[0], streets.a.centre, streets.department]


def test_the_tree_shows_only_what_is_in_reach(streets):
    roots = queries.organisation_tree(viewer=streets.a.staff["leader"])
    names = {node.organisation for node in roots}
    assert streets.a.centre in names
    centre = next(node for node in roots if node.organisation == streets.a.centre)
    assert {node.organisation for node in centre.below} == {*streets.a.stations, streets.a.office}
    assert streets.b.centre not in names
    assert streets.department not in names


def test_the_branch_tile_is_for_those_in_reach(client, streets):
    Organisation.objects.filter(pk=streets.a.office.pk).update(kind=OrgKind.PARTY_BRANCH)
    url = "/api/v1/tiles/party-branches/10/847/397.mvt"
    assert client.get(url).status_code == 401
    client.force_login(streets.b.staff["leader"])
    assert client.get(url).status_code == 204
    client.force_login(streets.a.staff["leader"])
    assert b"party_branch" in client.get(url).content


def test_somebody_elses_organisation_does_not_exist(streets):
    operator = streets.staff["operator"]
    operator.grants.update(area=streets.b.area)
    with pytest.raises(NotFound):
        actions.close_organisation(organisation_id=streets.a.office.pk, by=operator, at=AT)
