"""What the bench of pages keeps and tells, and the links by which the bench of roles finds its pages."""

import pytest

from bench.pages_told import Seen, goes_on, kept, table
from bench.roles import hrefs_for, hrefs_of
from docs.screens.pages import PAGES, to


def seen() -> Seen:
    return Seen(
        commit="abc",
        asked=3,
        begun=0,
        pages={
            "desk:queue": {"paint": 1_499, "script": 20, "requests": 9, "map": False},
            "staff:map": {"paint": 2_000, "script": 446, "requests": 30, "map": True},
        },
        lost={"desk:case": "nothing was painted"},
        floors=[200, 100, 150],
        loads=[1.0, 6.2],
    )


def test_a_run_goes_on_only_with_its_own_commit(tmp_path):
    file = tmp_path / "seen.json"
    assert goes_on(file, "abc") is None
    kept(file, seen())
    assert goes_on(file, "abc") == seen()
    assert goes_on(file, "def") is None
    file.write_text('{"commit": "ab')
    assert goes_on(file, "abc") is None


def test_the_table_says_what_misses_a_goal_and_what_was_not_seen():
    text = table(seen())
    assert "| desk:queue | 1,499 | 10.0 | 20 | 9 |" in text
    assert "| staff:map | **2,000** | 13.3 | 446 | 30 |" in text
    assert "First paint under 1,500 ms: 1 of 2" in text
    assert "under 450 KB: 1 of 1 with one" in text
    assert "desk:case: nothing was painted" in text
    assert "load 1–6, 2 of 3 pages" in text


PAGE = """<nav><a href="/cases/YW0">no</a></nav><main><a href="/cases/new/">new</a>
<a href="/cases/YW1/">one</a> <a href="/cases/YW1/verify/">verify</a><a href="/scores/12/">score</a>
<a href="/paths/2/">two</a><a href="/paths/3/">three</a></main><a href="/cases/YW9/">no</a>"""


@pytest.mark.parametrize(
    ("selector", "href"),
    [
        ("main a[href^='/cases/YW']", "/cases/YW1/"),
        ("main a[href*='/verify/'], main a[href*='/check/']", "/cases/YW1/verify/"),
        ("main a[href$='/new/']", "/cases/new/"),
        (to("/scores/"), "/scores/12/"),
        ("main ul.rows li:last-child a[href^='/paths/']", "/paths/3/"),
        ("main li:nth-child(4) a[href^='/paths/']", "/paths/3/"),
        ("main a[href^='/nowhere/']", None),
    ],
)
def test_a_link_is_found_as_the_pictures_find_it(selector, href):
    assert hrefs_for(selector, hrefs_of(PAGE)) == href


def test_every_way_of_the_pictures_says_its_links_by_href():
    links = [link for way in PAGES.values() for link in way.links]
    assert links
    assert all("[href" in choice for link in links for choice in link.split(", "))
