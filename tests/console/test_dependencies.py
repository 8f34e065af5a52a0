"""What is not locked is named; what is locked here is."""

import json

import pytest

from onegrid.config.environment import ROOT
from onegrid.console.dependencies import LISTS, NPM_LOCK, drifted, entries, unlocked, unlocked_packages

GOOD = "a==1.0 ; python_version > '3' \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via b\n"


@pytest.mark.parametrize("name", LISTS)
def test_every_library_is_locked_by_hash(name):
    locked = (ROOT / name).read_text()
    assert list(entries(locked)) and list(unlocked(locked)) == []


def test_every_package_of_the_front_end_is_locked_by_hash():
    assert list(unlocked_packages(json.loads(NPM_LOCK.read_text()))) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("b==2\n", "without a hash: b==2"),
        ("b>=2 --hash=sha256:00\n", "not pinned: b>=2 --hash=sha256:00"),
        ("git+https://x/y.git\n", "not pinned: git+https://x/y.git"),
        ("-r other.txt\n", "not pinned: -r other.txt"),
    ],
)
def test_what_is_not_locked_is_named(line, fault):
    assert list(unlocked(GOOD)) == [] and list(unlocked(GOOD + line)) == [fault]


def test_packages_from_elsewhere_are_named():
    lock = {"packages": {"": {}, "node_modules/a": {"resolved": "git+ssh://x", "integrity": "sha1-x"}}}
    assert list(unlocked_packages(lock)) == [
        "without a hash: node_modules/a",
        "not from the registry: node_modules/a",
    ]


def test_another_version_than_the_locked_one_is_named():
    locked = "My.Lib[x]==1.0 --hash=sha256:00\nother==3 --hash=sha256:00\n"
    assert drifted(locked, {"my-lib": "1.0"}) == []
    assert drifted(locked + "my-lib==2.0 --hash=sha256:00\n", {"my-lib": "2.0"}) == []  # for another Python
    assert "my-lib 2.0 is installed, 1.0 is locked" in drifted(locked, {"my-lib": "2.0"})[0]
