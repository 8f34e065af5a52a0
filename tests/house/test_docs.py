"""docs/operate.md lists every variable with what it should look like; links between pages lead somewhere."""

import re

import pytest

from onegrid.config.environment import PREFIX, Environment
from tests.house.tree import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "onegrid").rglob("*.md")]


def test_every_variable_is_documented():
    text = (ROOT / "docs" / "operate.md").read_text()
    for name, field in Environment.model_fields.items():
        assert f"| `{PREFIX}{name.upper()}` | {field.description} |" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
