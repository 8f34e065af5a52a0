"""The glossary names what is there."""

import importlib
import re

import pytest

from tests.house.tree import ROOT

PATHS = re.findall(r"\| `([a-zA-Z_.]+)` \|", (ROOT / "docs" / "glossary.md").read_text())


@pytest.mark.parametrize("path", PATHS)
def test_a_term_stands_in_the_code(path):
    """`room.noun.module.Name.Member`: the longest importable part, then attributes."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(["onegrid", *parts[:cut]]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name)
        return
    pytest.fail(f"{path} is not in the code")
