"""The demo in the database: one load, then what the rooms say about it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection

from onegrid.accounts.duties.queries import responsible
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.presence.models import Presence
from onegrid.cases.flow.models import Case, Step
from onegrid.cases.paths.models import PathCase
from onegrid.cases.whistle.models import Whistle
from onegrid.demo.accounts import ACCOUNTS, PASSWORD
from onegrid.demo.cityplan import Lattice, draw
from onegrid.demo.loading import city, street
from onegrid.demo.loading.cases import SAMPLES
from onegrid.demo.loading.whistles import WHISTLES
from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.kit.errors import Refused
from onegrid.places.addresses.models import Address
from onegrid.places.areas.kinds import GRIDS
from onegrid.places.areas.models import Area
from onegrid.places.basemap.models import BaseFeature
from onegrid.places.calendars.queries import rows_of, version_at
from onegrid.places.calendars.rules import Surety, surety
from onegrid.registry.facilities.models import Facility
from onegrid.registry.things.changes import waiting_changes
from onegrid.registry.things.models import Thing, ThingChange

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)  # a Wednesday, 10:30 in Shanghai
# The hardest hour to load at: 02:13 on a Saturday in the New Year holiday of a year that is not published yet.
NIGHT = datetime(2027, 1, 1, 18, 13, tzinfo=UTC)


def _count_outside(table: str, join: str) -> int:
    """Rows whose point their grid does not cover, but for a hair's breadth at a border."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table} t JOIN places_area a ON a.id = t.{join} "
            "WHERE NOT ST_DWithin(a.boundary, t.point, 0.0000005)"
        )
        return cursor.fetchone()[0]


def test_the_street_as_the_rooms_see_it(town, monkeypatch):
    monkeypatch.setattr(street, "build", lambda seed: town)
    done = street.load_street(DEFAULT_SEED, NIGHT, things=1_500)
    grids = list(Area.objects.filter(kind__in=GRIDS))
    assert len(grids) == 92 + 2 + 4

    # every grid is answered for at every hour of a week
    for hours in range(0, 168, 11):
        assert set(responsible([g.pk for g in grids], NIGHT + timedelta(hours=hours))) == {
            g.pk for g in grids
        }

    # households are rooms of the grid
    rooms = {g.pk: 0 for g in grids}
    for (pk,) in Address.objects.filter(kind="room").values_list("grid"):
        rooms[pk] += 1
    basic = [g for g in grids if g.kind == "grid" and g.code.startswith("990101001")]
    assert len(basic) == 92
    assert all(300 <= rooms[g.pk] <= 500 for g in basic)

    assert Thing.objects.count() == done.things + done.facilities == 1_500 + Facility.objects.count()
    # every thing lies in a unit grid of its own community, and its code says so
    units = dict(Area.objects.filter(kind="unit_grid").values_list("code", "parent_id"))
    assert len(units) > 500 and all(len(code) == 15 for code in units)
    assert all(
        units[code] == community
        for code, community in Thing.objects.values_list("unit_grid_code", "community_id")
    )
    assert _count_outside("registry_thing", "grid_id") == 0
    assert _count_outside("places_address", "grid_id") == 0
    assert BaseFeature.objects.filter(layer="building").count() == len(town.buildings)

    # party branches stand in a building, and who answers for a grid has a published work phone
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE EXISTS (SELECT FROM places_basefeature f WHERE f.layer = 'building'"
            " AND ST_DWithin(f.geometry, o.point, 0.0000005))), count(*)"
            " FROM accounts_organisation o JOIN places_area a ON a.id = o.area_id"
            " WHERE o.kind = 'party_branch' AND ST_DWithin(a.boundary, o.point, 0.0000005)"
        )
        inside, all_of_them = cursor.fetchone()
    assert inside == all_of_them == 94
    assert not Posting.objects.exclude(kind__in=["building_captain", "volunteer"]).filter(public_phone="")
    assert all(person.public_phone for person in responsible([g.pk for g in grids], NIGHT).values())

    # every demo account signs in and holds a role; nobody else can sign in
    for account in ACCOUNTS:
        user = User.objects.get(username=account.username)
        assert user.check_password(PASSWORD)
        assert not user.must_change_password
        assert Grant.objects.filter(user=user).exists()
    assert (
        not User.objects.exclude(username__in=[a.username for a in ACCOUNTS])
        .filter(is_superuser=True)
        .exists()
    )
    others = User.objects.exclude(username__in=[a.username for a in ACCOUNTS])
    assert not any(user.has_usable_password() for user in others)

    # the neighbour sees nothing of this street, the worker his own grid
    worker, neighbour = User.objects.get(username="worker"), User.objects.get(username="neighbour")
    home = Area.objects.get(code="990101001005-01")
    assert worker.scope("areas.see").covers(home.path)
    assert not neighbour.scope("areas.see").covers(home.path)

    assert Case.objects.filter(holder_user=worker).count() >= 2
    assert Case.objects.values("state").distinct().count() >= 5

    # what workers reported of components waits for the dispatcher, the worker and another decided ones besides
    waiting = waiting_changes(viewer=User.objects.get(username="dispatcher"))
    assert len(waiting) >= 2 and any(change.file for change in waiting)
    assert set(ThingChange.objects.values_list("state", flat=True)) == {"waiting", "taken", "refused"}

    # nothing happens after the load, and every noun has its rows at night too
    assert not Step.objects.filter(at__gt=NIGHT).exists()
    assert done.cases > len(SAMPLES) and Whistle.objects.count() == len(WHISTLES)
    assert PathCase.objects.count() == 2 and Presence.objects.filter(ended_at=None).exists()
    assert surety(2027, rows_of(version_at(NIGHT).pk)[1]) == Surety.PROVISIONAL

    with pytest.raises(Refused) as refusal:
        street.load_street(DEFAULT_SEED, NIGHT)
    assert refusal.value.code == "demo_loaded"


def test_a_load_that_fails_leaves_nothing(town, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(street, "build", lambda seed: town)
    monkeypatch.setattr(street, "write_addresses", fails)
    with pytest.raises(RuntimeError):
        street.load_street(DEFAULT_SEED, AT, things=150)
    assert not Area.objects.exists()
    assert not User.objects.exists()


def test_the_plan_of_the_city_has_the_figures_it_promises():
    plan = draw()
    assert (len(plan.streets), len(plan.communities), len(plan.grids)) == (234, 936, 3744)
    assert len(plan.cells) == 40_625
    assert len({(c, r) for c, r, _, _ in plan.cells.tolist()}) == 40_625
    for block in plan.streets:
        assert (block.north - block.south, block.east - block.west) in ((13, 13), (13, 14))


def test_points_lie_in_their_cell():
    plan = draw()
    lattice = Lattice(plan)

    lon, lat = lattice.inside(plan.cells[:500], np.full((500, 2), 0.5))
    column, row = plan.cells[:500, 0], plan.cells[:500, 1]
    assert (lattice.lon[column, row] < lon).all() and (lon < lattice.lon[column + 1, row]).all()
    assert (lattice.lat[column, row] < lat).all() and (lat < lattice.lat[column, row + 1]).all()


def test_digits_are_padded():
    assert city.digits(np.array([42, 99_020_201_004_000_052]), 17).tolist() == [
        b"00000000000000042", b"99020201004000052",
    ]  # fmt: skip


def test_the_city_comes_in_with_its_components():
    """Binary COPY: the rows read back as they were meant, with all indexes and keys in place again."""
    city.load_city(1, AT, components=4_000)
    kinds = dict.fromkeys(["city", "district", "street", "community", "grid", "unit_grid"], 0)
    for (kind,) in Area.objects.values_list("kind"):
        kinds[kind] += 1
    assert list(kinds.values()) == [1, 16, 234, 936, 3744, 40_625]
    thing = Thing.objects.select_related("street", "community", "thing_class").order_by("-pk")[0]
    unit = Area.objects.get(kind="unit_grid", code=thing.unit_grid_code)
    assert Thing.objects.count() == 4_000
    assert thing.area_path == unit.path
    assert thing.identifier[:6] == unit.code[:6]
    assert thing.identifier[6:11] == thing.thing_class.code
    assert (unit.parent_id, unit.parent.parent_id) == (thing.community_id, thing.street_id)
    assert unit.boundary.covers(thing.point)
    assert responsible([unit.pk], AT)[unit.pk].name
