"""docs/operate.md lists every variable with what it should look like; links between pages lead somewhere, and what
they say to type is there."""

import re

import pytest

from onegrid.console import map as house_map
from tests.house import commands
from tests.house.tree import ROOT

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "onegrid").rglob("*.md")]
TREE = commands.tree()


def test_every_variable_is_documented():
    page = house_map.OPERATE.read_text()
    assert page == house_map.with_variables(page), "stale: run `.venv/bin/onegrid map`"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_are_there(page):
    """Each `onegrid …` and `make …` that a page names in code, with its options."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    found = [commands.trouble(words, TREE, targets) for words in commands.of(page.read_text())]
    assert [one for one in found if one] == []


def test_each_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("0*.md")]
    assert len(numbers) == len(set(numbers))


def test_what_is_not_there_is_found():
    spans = "`onegrid areas list --deep`, `make tea`, `onegrid up --demo`"
    named = f"```\nsudo onegrid accounts grow X --role Y\n```\n{spans}"
    found = [commands.trouble(words, TREE, {"demo"}) for words in commands.of(named)]
    assert found == [
        "onegrid accounts has no grow",
        "onegrid areas list has no --deep",
        "make has no tea",
        "",
    ]


def test_the_guide_for_operators_is_the_same_in_both_languages():
    """Its chapters, settings, proofs and commands; the words between them nobody can compare here."""
    english, chinese = (ROOT / "docs" / name for name in ("operate.md", "operate.zh-CN.md"))
    assert said_by(english.read_text()) == said_by(chinese.read_text())


FENCED = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)


def said_by(page: str) -> dict[str, list[str]]:
    return {
        "chapters": re.findall(r"^(#+) ", FENCED.sub("", page), re.MULTILINE),
        "rows": re.findall(r"^\| `([A-Za-z_]+)` \|", page, re.MULTILINE),
        "commands": re.findall(r"\bonegrid ([a-z]+(?: [a-z-]+)?)", "".join(FENCED.findall(page))),
    }
