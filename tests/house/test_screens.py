"""Every page has its picture in docs/screens, or says in docs/screens/pages.py why it has none."""

from docs.screens.pages import AGAIN, PAGES, WITHOUT, file_name
from onegrid.config.environment import ROOT
from tests.house.matrix.table import MATRIX

FOR_PROGRAMS = ("api:", "open311:", "health:")


def test_every_page_is_pictured_or_says_why_not():
    pages = {name for name, rows in MATRIX.items() if any(row.post is None for row in rows)}
    pages = {name for name in pages if not name.startswith(FOR_PROGRAMS)}
    told = {name.partition(" ")[0] for name in PAGES} | {name for names in WITHOUT.values() for name in names}
    assert pages - told == set(), "pages that nobody pictures"
    assert told - pages - {"desk:act", "worker:act"} == set(), "pictures of pages that are gone"


def test_every_picture_is_there_and_small():
    wanted = {file_name(name, way.width, "zh-hans") for name, way in PAGES.items()}
    wanted |= {file_name(*look) for look in AGAIN}
    there = {path.name: path.stat().st_size for path in (ROOT / "docs" / "screens").glob("*.webp")}
    assert set(there) == wanted
    assert max(there.values()) < 200_000
