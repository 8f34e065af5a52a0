"""The role table and the code name the same permissions."""

import re
from pathlib import Path

from onegrid.accounts.identity.roles import role_table

SOURCE = Path(__file__).resolve().parents[3] / "onegrid"
# Where a permission is asked for: the words before its code.
ASKED = re.compile(
    r"""(?:scope\(|require\w*\([^()]*?|permission(?:: [^=]+)? = |seen_with[^=]*= |
         (?:^|\n)[A-Z_]+ = |what=|permission_required\()["']([a-z_]+\.[a-z_]+)["']""",
    re.VERBOSE,
)
NOUNS = {code.split(".")[0] for code in role_table().permissions}


def asked() -> set[str]:
    found = set()
    for path in SOURCE.glob("**/*.py"):
        if "migrations" not in path.parts and "demo" not in path.parts:
            found |= {code for code in ASKED.findall(path.read_text()) if code.split(".")[0] in NOUNS}
    return found


def quoted() -> set[str]:
    words = re.compile(r"""["']([a-z_]+\.[a-z_]+)["']""")
    text = "\n".join(path.read_text() for path in SOURCE.glob("**/*.py") if "migrations" not in path.parts)
    return set(words.findall(text))


def test_what_the_code_asks_for_is_in_the_table():
    assert asked() - set(role_table().permissions) == set()


def test_what_the_table_lists_is_asked_for_somewhere():
    assert set(role_table().permissions) - quoted() == set()


def test_every_permission_belongs_to_a_role():
    given = {code for role in role_table().roles for code in role.permissions}
    assert set(role_table().permissions) == given
