"""The net of cells names every box that holds a point, for one point as for many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onegrid.places.areas.cells import MOST_CELLS_A_BOX, CellNet

number = st.integers(-40, 40).map(lambda n: n / 8) | st.floats(-5, 5)
size = st.sampled_from([0.0, 0.125, 0.5, 3.0]) | st.floats(0, 2)
box = st.tuples(number, number, size, size).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))


def holding(boxes, x, y):
    return [i for i, (w, s, e, n) in enumerate(boxes) if w <= x <= e and s <= y <= n]


@given(st.lists(box, max_size=30), st.lists(st.tuples(number, number), min_size=1, max_size=30))
def test_no_box_that_holds_the_point_is_missed(boxes, points):
    net = CellNet(np.array(boxes, dtype=np.float64).reshape(-1, 4))
    of_many: dict[int, list[int]] = {}
    for point, found in zip(*(side.tolist() for side in net.pairs(np.array(points))), strict=True):
        of_many.setdefault(point, []).append(found)
    for row, (x, y) in enumerate(points):
        near = list(net.near(x, y))
        assert near == sorted(near) == of_many.get(row, [])
        assert set(holding(boxes, x, y)) <= set(near)


def test_no_boxes():
    net = CellNet(np.empty((0, 4)))
    assert list(net.near(0, 0)) == []
    assert [len(side) for side in net.pairs(np.array([[0.0, 0.0]]))] == [0, 0]


def test_one_huge_box_among_small_ones_does_not_blow_the_net_up():
    small = np.arange(100) * 0.001
    boxes = np.column_stack([small, small, small + 0.001, small + 0.001])
    boxes = np.vstack([boxes, [-500, -500, 500, 500]])
    assert len(CellNet(boxes).named) <= MOST_CELLS_A_BOX * len(boxes)


def test_what_is_no_number_is_near_nothing():
    net = CellNet(np.array([[0.0, 0.0, 1.0, 1.0]]))
    points = np.array([[np.nan, 0.5], [np.inf, 0.5], [0.5, -np.inf], [1e308, 1e308]])
    assert len(net.pairs(points)[0]) == 0
