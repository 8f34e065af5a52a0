"""The READMEs show the demo accounts as they are, and call each step as its button does."""

import pytest
from django.utils import translation

from onegrid.cases.flow.models import VerbChoices
from onegrid.demo.accounts import ACCOUNTS, PASSWORD
from tests.house.tree import ROOT


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_demo_accounts_are_those_of_the_demo(name):
    text = (ROOT / name).read_text()
    assert PASSWORD in text
    for account in ACCOUNTS:
        role, first = (account.role, account.first) if "zh" in name else (account.role_en, account.first_en)
        assert f"| `{account.username}` | {role} | {first} |" in text


ROAD = ("VERIFY", "FILE", "DISPATCH", "HANDLE", "CHECK", "CLOSE")
GUIDES = ["README.md", "README.zh-CN.md", "docs/first-street.md", "docs/first-street.zh-CN.md"]


@pytest.mark.parametrize("name", GUIDES)
def test_each_step_is_called_as_its_button(name):
    text = (ROOT / name).read_text()
    with translation.override("zh-hans" if "zh" in name else "en"):
        missing = [verb for verb in ROAD if f" {VerbChoices[verb].label}" not in text]
    assert missing == []
