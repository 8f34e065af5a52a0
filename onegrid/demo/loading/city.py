"""The demo city into an empty database: areas, a worker for every street, and as many components as asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import shapely
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.identity.actions import load_roles
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.demo import cityplan
from onegrid.demo.accounts import PASSWORD
from onegrid.demo.cityplan import Block, CityPlan, Lattice
from onegrid.demo.loading.areas import OPENED_ON
from onegrid.demo.loading.steps import BY, Progress, Silent, Steps
from onegrid.demo.names.people import PeopleNames, phone
from onegrid.demo.seeds import stream
from onegrid.demo.street.things import counts
from onegrid.kit.bulk import binary, copy_rows, indexes_aside, reserve_ids
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import CGCS2000, Area
from onegrid.places.areas.names import pinyin_of
from onegrid.registry.things.counting import count_cells
from onegrid.registry.things.loading import load_classes
from onegrid.registry.things.models import Thing, ThingClass

COMPONENTS = 1_000_000
CHUNK = 200_000  # rows in memory at a time, some 50 MB
AREA_COLUMNS = [
    "id", "kind", "code", "name", "pinyin", "parent_id", "path", "boundary", "source_datum", "valid_from", "tint",
]  # fmt: skip
THING_COLUMNS = [
    "identifier", "thing_class_id", "point", "street_id", "community_id", "area_path", "unit_grid_code", "started_on",
    "status", "name", "position_source", "accuracy", "authority_code", "authority_name", "owner_code", "owner_name",
    "maintainer_code", "maintainer_name", "remark",
]  # fmt: skip
MEASURE = """
UPDATE places_area SET centre = ST_PointOnSurface(boundary), area_m2 = ST_Area(boundary::geography)
WHERE boundary IS NOT NULL
"""


@dataclass(frozen=True)
class CityLoaded:
    areas: int
    people: int
    components: int


@dataclass(frozen=True)
class Level:
    """Areas of one level as they were written: ids and paths in the order of the plan."""

    ids: np.ndarray
    paths: np.ndarray
    codes: np.ndarray


def load_city(
    seed: int, at: datetime, *, components: int = COMPONENTS, steps: Steps | None = None
) -> CityLoaded:
    """All or nothing. Refused: other_areas."""
    steps = steps or Silent()
    plan = cityplan.draw()
    lattice = Lattice(plan)
    with transaction.atomic():
        if Area.objects.exists():
            raise Refused(
                "other_areas", _("This database holds areas of its own; the demo wants an empty one.")
            )
        load_classes(by=BY, at=at)
        streets, communities = _divisions(plan, lattice, steps.step("streets", 1 + 16 + 234 + 936 + 3744))
        units = _unit_grids(plan, lattice, communities, steps.step("grids", cityplan.UNIT_GRIDS))
        with connection.cursor() as cursor:
            cursor.execute(MEASURE)
            cursor.execute("ANALYZE places_area")
        _workers(streets, seed, at, steps.step("workers", cityplan.STREETS))
        tell = steps.step("things", components)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table with checks to come may be altered
        # read before the stream begins: nothing else may use the connection while it runs
        classes = dict(ThingClass.objects.filter(scheme="gbt47678_5_2026").values_list("code", "pk"))
        pieces = _things(plan, lattice, streets, communities, units, classes, components, seed, tell)
        with indexes_aside(Thing):
            binary.copy_pieces(Thing._meta.db_table, THING_COLUMNS, pieces)
        count_cells(by=BY, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return CityLoaded(Area.objects.count(), cityplan.STREETS, components)


def _divisions(plan: CityPlan, lattice: Lattice, tell: Progress) -> tuple[Level, Level]:
    """City, districts, streets, communities and basic grids; streets and communities as levels."""
    shape_of = {
        id(b): shapely.Polygon(lattice.ring(b)) for b in (*plan.streets, *plan.communities, *plan.grids)
    }
    by_district = [
        shapely.coverage_union_all([shape_of[id(s)] for s in plan.streets if s.parent == d])
        for d in range(cityplan.DISTRICTS)
    ]
    city = _write(
        "city", [cityplan.CITY_CODE], ["样例市"], None, [0], [shapely.coverage_union_all(by_district)]
    )
    districts = _write(
        "district", [cityplan.district_code(d) for d in range(16)], [cityplan.district_name(d) for d in range(16)],
        city, [0] * 16, by_district,
    )  # fmt: skip
    codes = _numbered(plan.streets, districts)
    streets = _write(
        "street", codes, [cityplan.street_name(i) for i in range(len(codes))], districts,
        [s.parent for s in plan.streets], [shape_of[id(s)] for s in plan.streets],
    )  # fmt: skip
    tell(1 + 16 + len(codes))
    names = [
        f"{cityplan.street_name(i // 4)[:2]}第{'一二三四'[i % 4]}社区" for i in range(len(plan.communities))
    ]
    communities = _write(
        "community", _numbered(plan.communities, streets), names, streets, [c.parent for c in plan.communities],
        [shape_of[id(c)] for c in plan.communities], tints=[i % 4 + 1 for i in range(len(names))],
    )  # fmt: skip
    parents = [g.parent for g in plan.grids]
    _write(
        "grid", [f"{communities.codes[p]}-{i % 4 + 1:02d}" for i, p in enumerate(parents)],
        [f"{names[p]}第{i % 4 + 1}网格" for i, p in enumerate(parents)], communities, parents,
        [shape_of[id(g)] for g in plan.grids],
    )  # fmt: skip
    tell(1 + 16 + len(codes) + len(names) + len(parents))
    return streets, communities


def _numbered(blocks: tuple[Block, ...], parents: Level) -> list[str]:
    """Code of the parent and a number of three digits, from 001 in each parent."""
    seen: dict[int, int] = {}
    codes = []
    for block in blocks:
        seen[block.parent] = seen.get(block.parent, 0) + 1
        codes.append(f"{parents.codes[block.parent]}{seen[block.parent]:03d}")
    return codes


def _unit_grids(plan: CityPlan, lattice: Lattice, communities: Level, tell: Progress) -> Level:
    column, row, community, number = plan.cells.T
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    rings = np.stack(
        [
            np.column_stack([lattice.lon[column + i, row + j], lattice.lat[column + i, row + j]])
            for i, j in corners
        ],
        axis=1,
    )
    codes = [f"{communities.codes[c]}{n:03d}" for c, n in zip(community, number, strict=True)]
    written = _write(
        "unit_grid", codes, codes, communities, community.tolist(), shapely.polygons(rings), named=False
    )
    tell(len(codes))
    return written


def _write(
    kind: str, codes: list[str], names: list[str], above: Level | None, parents: list[int], shapes,
    *, tints: list[int] | None = None, named: bool = True,
) -> Level:  # fmt: skip
    """One level by COPY."""
    ids = np.array(reserve_ids(Area, len(codes)))
    paths = [f"{above.paths[p] if above else ''}{pk}." for p, pk in zip(parents, ids, strict=True)]
    multi = np.array([shapely.multipolygons(shapely.get_parts(s)) for s in shapes], dtype=object)
    wkb = shapely.to_wkb(shapely.set_srid(multi, CGCS2000), hex=True, include_srid=True).tolist()
    rows = (
        (
            int(pk), kind, code, name, pinyin_of(name) if named else "", int(above.ids[parent]) if above else None,
            path, shape, "cgcs2000", OPENED_ON, tint,
        )
        for pk, code, name, parent, path, shape, tint in zip(
            ids, codes, names, parents, paths, wkb, tints or [0] * len(codes), strict=True
        )
    )  # fmt: skip
    copy_rows(Area, AREA_COLUMNS, rows)
    return Level(ids, np.array(paths), np.array(codes))


def _workers(streets: Level, seed: int, at: datetime, tell: Progress) -> None:
    """The least that answers everywhere: one worker for each street; "operator" may sign in."""
    roles = {role.code: role for role in load_roles(by=BY, at=at)}
    names, nobody = PeopleNames(stream(seed, "city people")), make_password(None)
    areas = Area.objects.in_bulk(streets.ids.tolist())
    operator = User.objects.create(
        username="operator", display_name=names.name(), password=make_password(PASSWORD)
    )
    Grant.objects.create(user=operator, role=roles["operator"], valid_from=OPENED_ON)
    users, others = [], []
    for number, pk in enumerate(streets.ids.tolist(), 1):
        area, name = areas[pk], names.name()
        org = Organisation(
            kind="street_centre", code=f"centre-{area.code}", name=f"{area.name}网格化服务中心", area=area
        )
        users.append(
            User(username=f"city{number:03d}", display_name=name, phone=phone(number), password=nobody)
        )
        others.append((area, org))
    orgs = Organisation.objects.bulk_create(org for _, org in others)
    users = User.objects.bulk_create(users)
    held = list(zip(users, orgs, (area for area, _ in others), strict=True))
    Grant.objects.bulk_create(
        Grant(user=u, role=roles["grid_worker"], area=a, valid_from=OPENED_ON) for u, _, a in held
    )
    Posting.objects.bulk_create(
        Posting(
            user=u,
            organisation=o,
            kind="grid_worker",
            area=a,
            public_phone=u.phone or "",
            valid_from=OPENED_ON,
        )
        for u, o, a in held
    )
    Duty.objects.bulk_create(Duty(area=a, user=u, role="centre", starts_at=at) for u, _, a in held)
    tell(len(users))


def _things(
    plan: CityPlan, lattice: Lattice, streets: Level, communities: Level, units: Level, classes: dict[str, int],
    total: int, seed: int, tell: Progress,
) -> Iterator[bytes]:  # fmt: skip
    """Pieces of the stream: district by district and class by class, so that identifiers rise and neighbours in the
    table are neighbours on the ground."""
    random = stream(seed, "city things")
    street_of = np.array([c.parent for c in plan.communities])[plan.cells[:, 2]]
    district_of = np.array([s.parent for s in plan.streets])[street_of]
    paths = units.paths.astype("S")
    lengths = np.char.str_len(units.paths)
    unit_codes = units.codes.astype("S15")
    done = 0
    for number, wanted in _runs(total):
        cells = np.flatnonzero(district_of == number)
        codes = np.array([int(code) for code in wanted])
        pks = np.array([classes[code] for code in wanted])
        ends = np.cumsum(list(wanted.values()))
        for start in range(0, int(ends[-1]), CHUNK):
            at = np.arange(start, min(start + CHUNK, int(ends[-1])))
            which = np.searchsorted(ends, at, side="right")
            first = np.concatenate([[0], ends[:-1]])[which]
            cell = cells[((at - first) * len(cells)) // (ends[which] - first)]
            identifier = (
                int(cityplan.district_code(number)) * 10**11 + codes[which] * 10**6 + (at - first + 1)
            )
            lon, lat = lattice.inside(plan.cells[cell], random.uniform(0.02, 0.98, size=(len(at), 2)))
            # a path has as many bytes as its ids: rows of one piece have paths of one length
            for length in np.unique(lengths[cell]):
                here = lengths[cell] == length
                c = cell[here]
                yield binary.piece(
                    [
                        binary.texts(digits(identifier[here], 17)), binary.integers(pks[which[here]]),
                        binary.points(lon[here], lat[here], CGCS2000), binary.integers(streets.ids[street_of[c]]),
                        binary.integers(communities.ids[plan.cells[c, 2]]),
                        binary.texts(paths[c].astype(f"S{length}")),
                        binary.texts(unit_codes[c]), binary.days(date(2024, 1, 1)), binary.texts(b"intact"),
                        binary.texts(b""), binary.texts(b"survey"), binary.texts(b"A"), *[binary.texts(b"")] * 7,
                    ],
                    len(c),
                )  # fmt: skip
            done += len(at)
            tell(done)


def _runs(total: int) -> Iterator[tuple[int, dict[str, int]]]:
    """How many of each class stand in each district."""
    for district in range(cityplan.DISTRICTS):
        share = total // cityplan.DISTRICTS + (district < total % cityplan.DISTRICTS)
        if share:
            yield district, {code: count for code, count in counts(share).items() if count}


def digits(numbers: np.ndarray, width: int) -> np.ndarray:
    """Decimal digits as bytes: 42 → b"00042" for width 5."""
    signs = np.empty((len(numbers), width), dtype="u1")
    rest = numbers.copy()
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        signs[:, place] = digit + 48
    return signs.view(f"S{width}").ravel()
