"""How a portrait is cut."""

from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.portraits.rules import square


@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_largest_square_inside_is_kept(width, height):
    left, top, right, bottom = square(width, height)
    assert left >= 0 and top >= 0 and right <= width and bottom <= height
    assert right - left == bottom - top == min(width, height)


def test_of_a_tall_picture_the_upper_part_is_kept():
    assert square(300, 700) == (0, 100, 300, 400)
    assert square(700, 300) == (200, 0, 500, 300)
