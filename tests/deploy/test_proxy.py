"""The nginx that is shipped fits what OneGrid takes and sends."""

import re

import pytest
from django.conf import settings

from tests.house.tree import ROOT

TEXT = (ROOT / "deploy/nginx/onegrid.conf").read_text()
AREAS = 200  # MB: the page of areas judges by itself


def location(path: str) -> str:
    found = re.search(rf"location (?:= )?{re.escape(path)} \{{(.*?)\}}", TEXT, re.DOTALL)
    assert found, path
    return found[1]


def test_it_takes_what_we_take_and_little_more():
    [most] = re.findall(r"(?m)^    client_max_body_size (\d+)m;", TEXT)
    assert settings.BODY_BYTES // 2**20 <= int(most) <= settings.BODY_BYTES // 2**20 + 2
    assert settings.OWN_BODY_BYTES == ["/operator/areas/"]
    assert "client_max_body_size 201m" in location("/operator/areas/") and AREAS < 201


def test_streams_come_at_once():
    assert "proxy_buffering off" in location("/live/") and "gzip off" in location("/live/")
    [patience] = re.findall(r"proxy_read_timeout (\d+)s", location("/live/"))
    assert int(patience) > 2 * 15  # a sign of life comes every 15 s


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme", "Host $host"]
)
def test_what_a_browser_says_of_itself_is_overwritten(header):
    assert f"proxy_set_header {header};" in TEXT


def test_no_header_stands_twice():
    assert "add_header" not in TEXT


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/follow/YW-1/SECRET/", "/follow/YW-1/"),
        ("/follow/YW-1/SECRET/receipt.png", "/follow/YW-1/"),
        ("/vote/SECRET/", "/vote/"),
        ("/ask/SECRET/", "/ask/"),
        ("/activities/mine/SECRET/", "/activities/mine/"),
        ("/follow/", None),
        ("/ask/", None),
        ("/report/", None),
    ],
)
def test_codes_stay_out_of_the_access_log(path, kept):
    [pattern] = re.findall(r'"~(\^\(\?<kept>.*)" "\$\{kept\}-";', TEXT)
    found = re.match(pattern.replace("?<kept>", "?P<kept>"), path)
    assert (found and found["kept"]) == kept
    assert "$request " not in TEXT and "$args" not in TEXT and "$request_uri'" not in TEXT
