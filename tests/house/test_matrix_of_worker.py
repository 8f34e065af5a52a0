"""Who may see what, walked (test_matrix.py): the worker's pages and the JSON interface."""

from tests.house.test_matrix import World, share, walk, world  # noqa: F401
from tests.streets import streets  # noqa: F401


def test_who_gets_an_answer(world: World):  # noqa: F811
    walk(world, share("worker"))
