"""The two streets."""

from tests.streets import streets  # noqa: F401  a fixture for every test below
