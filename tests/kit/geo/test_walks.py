"""The order of a walk: every point once, always the nearest next."""

from hypothesis import given
from hypothesis import strategies as st

from onegrid.kit.geo import metres_between, nearest_next

HERE = (118.02, 37.38)
near = st.tuples(
    st.floats(118.0, 118.05).map(lambda x: round(x, 5)), st.floats(37.36, 37.4).map(lambda y: round(y, 5))
)


def test_from_a_start_along_a_line():
    line = [(118.05, 37.38), (118.03, 37.38), (118.04, 37.38), (118.021, 37.38)]
    assert nearest_next(HERE, line) == [3, 1, 2, 0]


def test_without_a_start_the_first_point_begins_and_nothing_is_nothing():
    assert nearest_next(None, [(118.05, 37.38), (118.02, 37.38), (118.04, 37.38)]) == [0, 2, 1]
    assert nearest_next(None, []) == nearest_next(HERE, []) == []


@given(st.lists(near, max_size=12), st.one_of(st.none(), near))
def test_every_point_comes_once_and_none_left_is_much_nearer(points, start):
    order = nearest_next(start, points)
    assert sorted(order) == list(range(len(points)))
    here = start
    for place, chosen in enumerate(order):
        if here is not None:
            gone = metres_between(*here, *points[chosen])
            assert all(gone <= metres_between(*here, *points[other]) + 0.05 for other in order[place:])
        here = points[chosen]
