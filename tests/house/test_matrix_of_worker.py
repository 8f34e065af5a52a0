"""Who may see what, walked (test_matrix.py): the worker's pages and the JSON interface."""

from tests.house.matrix.row import World
from tests.house.matrix.table import SHARES
from tests.house.matrix.walking import walk
from tests.house.test_matrix import world  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401


def test_who_gets_an_answer(world: World):  # noqa: F811
    walk(world, SHARES["worker"])
