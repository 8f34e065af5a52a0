"""What the walks rely on: axe, with colours read once, finds a page that is hard to read, and only that one."""

import pytest

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>x</title>
<main><h1>Reports</h1>
<div style="background: {paper}"><p style="color: {ink}">Street lamp</p><p style="color: {ink}">Pit</p></div>
</main>"""


@pytest.mark.parametrize(
    ("ink", "paper", "readable"),
    [
        ("#777777", "#ffffff", False),  # 4.48 : 1, by a hair
        ("#767676", "#ffffff", True),
        ("oklch(0.75 0.1 250)", "oklch(0.95 0.02 250)", False),
        ("rgb(0 0 0 / 40%)", "rgb(255 255 255 / 50%)", False),
        ("rgb(0 0 0 / 80%)", "rgb(255 255 255 / 50%)", True),
    ],
)
def test_words_that_are_hard_to_read_are_found(browser, accessible, ink, paper, readable):
    page = browser.new_page()
    page.set_content(PAGE.format(ink=ink, paper=paper))
    if readable:
        accessible(page)
    else:
        with pytest.raises(AssertionError, match="color-contrast"):
            accessible(page)
    page.close()
