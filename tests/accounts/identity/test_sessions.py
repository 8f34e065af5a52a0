"""A session opens what Django's would open, and nothing else."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.sessions import Accounts, SessionStore

pytestmark = pytest.mark.django_db


def test_it_reads_what_was_kept():
    kept = SessionStore()
    kept["way"] = "home"
    kept.create()
    assert SessionStore(kept.session_key)["way"] == db.SessionStore(kept.session_key)["way"] == "home"


def test_an_ended_or_invented_session_is_empty_and_loses_its_key():
    kept = SessionStore()
    kept["way"] = "home"
    kept.create()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    for key in (kept.session_key, "x" * 32, "nul\x00" * 8):
        store = SessionStore(key)
        assert store.load() == {} and store.session_key is None


def test_who_may_not_sign_in_is_nobody():
    user = User.objects.create(username="a", display_name="甲", phone="13800000000")
    found = Accounts().get_user(user.pk)
    assert found == user and found.phone == "13800000000" and found.display_name == "甲"
    User.objects.update(is_active=False)
    assert Accounts().get_user(user.pk) is None
    assert Accounts().get_user(user.pk + 1) is None
