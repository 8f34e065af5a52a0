"""docs/doors.md: no address is about nothing, and none is left out by the walks."""

from tests.house.matrix.doors import OPEN_RECORDS, PAGE, SEARCHES, doors, drawn, walks_of


def test_every_address_is_about_something():
    assert [door.name for door in doors() if not door.noun] == [], (
        "a line in NOUNS of tests/house/matrix/doors.py"
    )


def test_every_address_is_walked():
    """By roles, and by one walk more: that of records, of lists, of forms; or everybody may read it."""
    unwalked = [door.name for door in doors() if len(walks_of(door)) < 2]
    assert unwalked == [name for name in unwalked if name in BY_KEY], unwalked


# They need the key of an application, no session (tests/exchange/open311), or are a prefix and no page.
BY_KEY = {"open311:post_request", "open311:request_of_token", "open311:api-root", "api:api-root"}


def test_what_is_open_is_named():
    names = {door.name for door in doors()}
    assert names >= SEARCHES
    assert {door.noun for door in doors() if walks_of(door)[1:] == ["open"] and door.record} <= set(
        OPEN_RECORDS
    )


def test_the_page_is_up_to_date():
    assert PAGE.read_text() == drawn(), "stale: run `.venv/bin/python -m tests.house.matrix.doors`"
