"""The Caddyfile that is shipped fits what OneGrid takes and sends, and writes no codes down."""

import re
import shutil
import subprocess

import pytest
from django.conf import settings

from tests.house.tree import ROOT

FILE = ROOT / "deploy/caddy/Caddyfile"
TEXT = FILE.read_text()
CADDY = shutil.which("caddy")


def test_what_is_refused_by_its_length_is_not_taken_in_first():
    [pattern] = re.findall(r"header_regexp Content-Length (\S+)", TEXT)
    most = settings.BODY_BYTES
    for length, large in (
        (most + 600_000, True),
        (10**9, True),
        (most, False),
        (20_000_000, False),
        (0, False),
    ):
        assert bool(re.search(pattern, str(length))) == large, length
    taken = [int(found) * 10**6 for found in re.findall(r"max_size (\d+)MB", TEXT)]
    assert sorted(taken) == [96_000_000, 201_000_000] and taken[-1] > most
    assert "buffer_requests" in TEXT and settings.OWN_BODY_BYTES == ["/operator/areas/"]


def test_logs_are_kept_for_six_months():
    [hours] = re.findall(r"roll_keep_for (\d+)h", TEXT)
    assert int(hours) >= 184 * 24


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("/follow/YW-1/SECRET/", "/follow/YW-1/"),
        ("/follow/YW-1/SECRET/receipt.png?x=1", "/follow/YW-1/"),
        ("/vote/SECRET/", "/vote/"),
        ("/ask/SECRET/?a=b", "/ask/"),
        ("/activities/mine/SECRET/", "/activities/mine/"),
        ("/follow/?number=YW-1&code=SECRET", "/follow/"),
        ("/staff/cases/?q=王", "/staff/cases/"),
        ("/report/", "/report/"),
    ],
)
def test_words_and_codes_stay_out_of_the_access_log(asked, written):
    [pattern] = re.findall(r'request>uri regexp "(.*?)" "\$1"', TEXT)
    assert re.sub(pattern, r"\1", asked) == written


@pytest.mark.skipif(not CADDY, reason="there is no caddy here")
def test_caddy_reads_it():
    done = subprocess.run([CADDY, "adapt", "--config", FILE], capture_output=True, text=True)
    assert done.returncode == 0 and '"warn"' not in done.stderr, done.stderr
