"""The firm's compounds as pages."""

import pytest
from django.test import Client

from tests.compounds import make_compound
from tests.streets import streets  # noqa: F401


@pytest.fixture
def firm(streets):  # noqa: F811
    client = Client(headers={"accept-language": "en"})
    client.force_login(streets.a.staff["property_clerk"])
    return client


def test_a_firm_sees_its_compounds_and_not_those_of_others(streets, firm):  # noqa: F811
    own, other = make_compound(streets.a), make_compound(streets.b, "柳园")
    listed = firm.get("/property/").content.decode()
    assert own.name in listed and other.name not in listed
    page = firm.get(f"/property/compounds/{own.pk}/").content.decode()
    assert "2号楼" in page and streets.a.firm.name in page
    assert firm.get(f"/property/compounds/{other.pk}/").status_code == 404


def test_without_a_compound_the_page_says_so(streets, firm):  # noqa: F811
    assert "manages no compound" in firm.get("/property/").content.decode()
