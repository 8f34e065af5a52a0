"""The READMEs show the demo accounts as they are."""

import pytest

from onegrid.demo.accounts import ACCOUNTS, PASSWORD
from tests.house.tree import ROOT


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_demo_accounts_are_those_of_the_demo(name):
    text = (ROOT / name).read_text()
    assert PASSWORD in text
    for account in ACCOUNTS:
        role, first = (account.role, account.first) if "zh" in name else (account.role_en, account.first_en)
        assert f"| `{account.username}` | {role} | {first} |" in text
