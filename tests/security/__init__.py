"""Security and privacy, walked (docs/security.md). Tests of the walked world lie in modules of their own and are
gathered in test_walks.py, so that the world is built once."""

import pytest

pytest.register_assert_rewrite(
    *(
        f"tests.security.{name}"
        for name in ("other_streets", "naming", "writing", "sealed", "exports", "uploads", "hostile_walk")
    )
)
