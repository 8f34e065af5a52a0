"""docs/operate.md lists every variable with what it should look like; links between pages lead somewhere."""

import re

import pytest

from onegrid.console import map as house_map
from tests.house.tree import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "onegrid").rglob("*.md")]


def test_every_variable_is_documented():
    page = house_map.OPERATE.read_text()
    assert page == house_map.with_variables(page), "stale: run `.venv/bin/onegrid map`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
