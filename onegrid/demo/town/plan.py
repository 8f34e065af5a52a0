"""The town planner's drawing: centre lines of border, roads, canal and railway in metres, x east, y north.

Drawn by hand once, so that the street looks like a place and not like a checkerboard; the seed moves everything
that stands between the lines.
"""

from dataclasses import dataclass
from enum import StrEnum

Line = tuple[tuple[float, float], ...]


class RoadKind(StrEnum):
    """Width follows the kind: 主干路, 次干路, 支路, 小区路."""

    ARTERIAL = "arterial"
    COLLECTOR = "collector"
    LANE = "lane"
    DRIVE = "drive"


# Carriageway with pavements, metres from edge to edge.
WIDTH = {RoadKind.ARTERIAL: 36.0, RoadKind.COLLECTOR: 22.0, RoadKind.LANE: 11.0, RoadKind.DRIVE: 5.0}


@dataclass(frozen=True)
class Drawn:
    """A road as drawn; it may run over the border and is cut there."""

    name: str
    kind: RoadKind
    line: Line


NORTH: Line = ((-1240, 930), (-400, 985), (620, 960), (1270, 890))
EAST: Line = ((1270, 890), (1325, 250), (1285, -420), (1235, -950))
SOUTH: Line = ((1235, -950), (560, -985), (-430, -1005), (-1280, -955))
WEST: Line = ((-1280, -955), (-1320, -250), (-1270, 350), (-1240, 930))

BORDER: Line = NORTH + EAST[1:] + SOUTH[1:] + WEST[1:-1]

ROADS: tuple[Drawn, ...] = (
    Drawn("望岭大街", RoadKind.ARTERIAL, NORTH),
    Drawn("东堤路", RoadKind.COLLECTOR, EAST),
    Drawn("站前街", RoadKind.COLLECTOR, SOUTH),
    Drawn("西岭大道", RoadKind.ARTERIAL, WEST),
    # across
    Drawn(
        "松涛街",
        RoadKind.COLLECTOR,
        ((-1400, 610), (-860, 640), (-430, 668), (60, 672), (540, 632), (1400, 590)),
    ),
    Drawn(
        "云桥大街",
        RoadKind.ARTERIAL,
        ((-1400, 292), (-880, 322), (-425, 358), (80, 352), (520, 306), (1400, 322)),
    ),
    Drawn("柳浪街", RoadKind.COLLECTOR, ((-1400, 64), (-870, 78), (-640, 96), (-412, 138))),
    Drawn("柳荫街", RoadKind.COLLECTOR, ((540, 38), (930, 30), (1400, 62))),
    Drawn("映月街", RoadKind.COLLECTOR, ((-424, -212), (40, -232), (300, -262), (581, -318))),
    Drawn(
        "长虹大街",
        RoadKind.ARTERIAL,
        ((-1400, -512), (-895, -498), (-456, -470), (20, -492), (600, -560), (1400, -566)),
    ),
    Drawn(
        "稻香街",
        RoadKind.COLLECTOR,
        ((-1400, -716), (-890, -726), (-455, -742), (60, -752), (625, -776), (1400, -752)),
    ),
    # up and down
    Drawn("知新路", RoadKind.COLLECTOR, ((-820, 1100), (-860, 640), (-880, 320))),
    Drawn(
        "知远路",
        RoadKind.COLLECTOR,
        ((-704, 338), (-690, 90), (-735, -180), (-790, -506), (-806, -720), (-790, -1100)),
    ),
    Drawn(
        "安澜大道",
        RoadKind.ARTERIAL,
        ((-452, 1100), (-430, 668), (-425, 358), (-404, -60), (-456, -470), (-450, -1100)),
    ),
    Drawn(
        "书院路", RoadKind.COLLECTOR, ((30, 1100), (60, 672), (80, 352), (62, 40), (20, -492), (66, -1100))
    ),
    Drawn(
        "景行大道",
        RoadKind.ARTERIAL,
        ((566, 1100), (540, 632), (520, 306), (556, -90), (600, -560), (644, -1100)),
    ),
    Drawn("文津路", RoadKind.COLLECTOR, ((896, 1100), (910, 612), (918, 312))),
    Drawn("青杨路", RoadKind.COLLECTOR, ((1012, 319), (1000, 30), (972, -240), (1004, -562), (1020, -1100))),
    # the slanting street of the old quarter
    Drawn("旧城斜街", RoadKind.COLLECTOR, ((-425, 358), (-190, 540), (60, 672), (330, 850), (558.6, 958))),
    # the road along the canal, on its north side
    Drawn("临水巷", RoadKind.LANE, ((-412, 46), (-300, 92), (-90, 124), (70, 118))),
)

# 运河: it crosses the whole street from west to east.
CANAL: Line = (
    (-1500, -158), (-1180, -150), (-1000, -176), (-860, -186), (-700, -168), (-560, -112), (-412, -30), (-250, 30),
    (-90, 62), (62, 58), (200, 26), (330, -34), (450, -92), (560, -136), (700, -196), (830, -232), (960, -246),
    (1130, -238), (1290, -222), (1500, -226),
)  # fmt: skip
CANAL_NAME, RAILWAY_NAME, PARK_NAME = "云溪河", "东岭货运线", "云桥公园"
CANAL_HALF_WIDTH = 13.0
CANAL_BELT = 14.0  # green on each bank beyond the water

# 铁路: a single freight line along the south edge.
RAILWAY: Line = ((1400, -900), (1236, -905), (560, -940), (-430, -960), (-1400, -905))
RAILWAY_HALF_WIDTH = 11.0

# Points that lie inside the blocks with a use of their own.
PARK = ((300, 200),)  # 云桥公园
INDUSTRY = (
    ((1100, -660), (1100, -850)),  # 东园
    ((-1090, -610), (-1090, -840)),  # 西园
)


class PublicKind(StrEnum):
    """Grounds that take a parcel of their own inside a grid."""

    PRIMARY_SCHOOL = "primary_school"
    MIDDLE_SCHOOL = "middle_school"
    KINDERGARTEN = "kindergarten"
    HOSPITAL = "hospital"
    GOVERNMENT = "government"
    MARKET = "market"
    MALL = "mall"
    SQUARE = "square"


# Where each ground stands: the grid at this point gives up a parcel of so many square metres.
GROUNDS: tuple[tuple[PublicKind, tuple[float, float], float], ...] = (
    (PublicKind.GOVERNMENT, (-250, 250), 12_000),
    (PublicKind.HOSPITAL, (700, 450), 17_000),
    (PublicKind.MARKET, (-200, -330), 9_000),
    (PublicKind.MARKET, (-1100, 480), 7_500),
    (PublicKind.MALL, (300, 480), 15_000),
    (PublicKind.MALL, (-600, 500), 9_000),
    (PublicKind.SQUARE, (-60, 420), 6_000),
    (PublicKind.MIDDLE_SCHOOL, (-650, 800), 21_000),
    (PublicKind.MIDDLE_SCHOOL, (760, -400), 20_000),
    (PublicKind.PRIMARY_SCHOOL, (-1080, 180), 14_000),
    (PublicKind.PRIMARY_SCHOOL, (300, -640), 14_000),
    (PublicKind.PRIMARY_SCHOOL, (1100, 480), 14_000),
    (PublicKind.PRIMARY_SCHOOL, (230, -160), 13_000),
    (PublicKind.KINDERGARTEN, (-1080, 780), 5_000),
    (PublicKind.KINDERGARTEN, (-700, -330), 5_000),
    (PublicKind.KINDERGARTEN, (-650, -860), 5_000),
    (PublicKind.KINDERGARTEN, (-150, -620), 5_000),
    (PublicKind.KINDERGARTEN, (750, 800), 5_000),
    (PublicKind.KINDERGARTEN, (1120, 160), 5_000),
    (PublicKind.KINDERGARTEN, (780, -680), 5_000),
    (PublicKind.KINDERGARTEN, (300, 760), 5_000),
    (PublicKind.KINDERGARTEN, (-640, 20), 5_000),
)
