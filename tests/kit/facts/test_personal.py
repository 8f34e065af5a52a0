"""A fact for one person's screens: everybody may ask for the kind, each hears only his own."""

import pytest

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.facts import NoticeWritten
from onegrid.kit.actors import EVERYTHING
from onegrid.kit.facts.fact import payload_of, seen_only_by
from onegrid.kit.facts.subscription import Event, Subscription

KIND = NoticeWritten.kind


def event(only_for: str | None, kind: str = KIND) -> Event:
    return Event(1, kind, None, None, b"", only_for)


def test_a_notice_is_for_its_recipient():
    assert seen_only_by(KIND, payload_of(NoticeWritten(3, 7))) == User(pk=7).actor_key


@pytest.mark.parametrize(("only_for", "sees"), [("user:7", True), ("user:8", False), (None, True)])
def test_whose_screen_shows_it(only_for, sees):
    assert Subscription("user:7", {KIND: EVERYTHING}).sees(event(only_for)) is sees


def test_who_did_not_ask_for_the_kind_hears_nothing():
    assert not Subscription("user:7", {}).sees(event("user:7"))
