"""Which matters everybody may see, and how exactly. Nothing about anybody."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.publishing import Exactness, publishing
from onegrid.cases.flow.queries.near import public_matters
from tests.cases.conftest import AT, brought_to, reported, road, town  # noqa: F401
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "code", "how"),
    [
        ("event", "06013", "near"),
        ("event", "08001", "grid"),
        ("event", "10001", "hidden"),
        ("component", "01001", "near"),
        ("event", "99001", "grid"),
    ],
)
def test_how_exactly_a_kind_is_shown(kind, code, how):
    rule = publishing(AT.date())
    assert rule.exactness(CaseClass(kind=kind, code=code)) == Exactness(how)
    assert rule.exactness(None) == Exactness.GRID


def test_what_was_looked_at_is_shown_roughly_and_nothing_else(town, django_assert_num_queries):  # noqa: F811
    shown = brought_to(
        "dispatched", town.a, text="王五家门口", contact_name="王五", contact_phone="13912345678"
    )
    reported(town.a, text="还没看")
    brought_to("cancelled", town.a)
    secret = brought_to("filed", town.a, text="保密", secret=True)
    old = brought_to("filed", town.a, text="旧")
    Case.objects.filter(pk=old.pk).update(opened_at=AT - timedelta(days=61))
    history = brought_to("filed", town.a, text="历史")
    Case.objects.filter(pk=history.pk).update(channel=Channel.IMPORT)
    brought_to("filed", town.b)
    with django_assert_num_queries(2):
        found = public_matters(town.a.area, at=AT)
    (one,) = found
    assert secret.secret and one.state == "dispatched" and one.matter == road().plain and not one.blurred
    lon, lat = town.a.at(0)
    assert one.at == (round(lon, 3), round(lat, 3))
    said = str(asdict(one))
    assert all(word not in said for word in ("王五", "13912345678", shown.number, shown.follow_code))
    assert [row.state for row in public_matters(town.a.grids[0], at=AT)] == ["dispatched"]
    assert public_matters(town.a.grids[1], at=AT) == [] == public_matters(town.district, at=AT)


def test_where_it_is_private_only_the_grid_is_shown(town):  # noqa: F811
    case = brought_to("filed", town.a)
    private = CaseClass.objects.filter(kind="event", code__startswith="08").first()
    Case.objects.filter(pk=case.pk).update(case_class=private)
    (one,) = public_matters(town.a.communities[0], at=AT)
    centre = town.a.grids[0].centre
    assert one.blurred and one.at == (round(centre.x, 3), round(centre.y, 3))
    hidden = CaseClass.objects.filter(kind="event", code__startswith="10").first()
    Case.objects.filter(pk=case.pk).update(case_class=hidden)
    assert public_matters(town.a.communities[0], at=AT) == []
