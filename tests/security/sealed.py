"""What is sealed is readable nowhere else, and opens for a purpose and on record only."""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Case
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from tests.house.matrix.row import World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, expected, signed_in, undone
from tests.security.dumped import copied, numbers_and_names, sealed_values, shown, staff_names
from tests.security.looking import PEOPLE, content_of

BY = SystemActor("test")

# ---------------------------------------------------------------- in a dump


def test_nothing_that_is_sealed_stands_in_a_dump(world: World):
    numbers, names = numbers_and_names(sealed_values())
    names -= staff_names()
    assert len(numbers) >= 3 and len(names) >= 2
    assert shown(copied(), numbers, names) == {}


def test_whoever_is_sealed_in_the_walked_world_is_looked_for(world: World):
    """A new noun that keeps people brings them along: every answer is then read for them, too."""
    numbers, names = numbers_and_names(sealed_values())
    known = {re.sub(r"\D", "", one).encode() for one in PEOPLE}
    assert numbers <= known and names - staff_names() <= set(PEOPLE)


def test_the_search_through_a_dump_finds_what_is_there(world: World):
    numbers, names = numbers_and_names(sealed_values())
    Case.objects.filter(number=world.number).update(address="张三 家", text="电话 000-0000-1234")
    assert shown(copied(), numbers, names) == {"cases_case": 1}


def test_no_secret_of_signing_in_stands_in_a_dump(world: World):
    """Neither a password that was typed wrong, nor a key, nor the secret of a second factor."""
    worker = world.streets.a.staff["grid_worker"]
    Client().post(reverse("account_login"), {"login": "a.grid_worker", "password": "Wrong-one-98127"})
    assert AccessAttempt.objects.exists()
    key = issue_client(
        name="y", organisation=world.streets.a.centre, permissions=["cases.see"], area=world.streets.a.area,
        by=BY, at=timezone.now(),
    ).key  # fmt: skip
    client = signed_in(worker)
    client.post(reverse("account_reauthenticate"), {"password": "OneGrid-2026"})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    Authenticator.objects.create(
        user=worker, type=Authenticator.Type.TOTP, data={"secret": adapter_sealed(secret)}
    )
    everything = b"\n".join(copied())
    for word in ("Wrong-one-98127", key, secret):
        assert word.encode() not in everything


def adapter_sealed(secret: str) -> str:
    sealed = encrypt(secret)
    assert decrypt(sealed) == secret and decrypt(secret) == secret  # also what was kept before
    return sealed


# ---------------------------------------------------------------- read for a purpose, on record


def test_what_a_form_opens_is_on_record_with_its_purpose(world: World):
    """Each address that takes a POST, by the first whom it answers: without a purpose it shows nobody."""
    people = [
        *User.objects.exclude(username__startswith="b.").prefetch_related("grants__role").order_by("username")
    ]
    cookies = {user.pk: signed_in(user).cookies for user in people}
    wrong, opened = [], set()
    for name, rows in MATRIX.items():
        for row in rows:
            if row.post is None or row.public:
                continue
            for user in people:
                if expected(row, user, program=False) != "answer":
                    continue
                address = reverse(name, kwargs=row.args(world)) + row.query
                for purpose in ("", "核实地点"):
                    with undone():
                        before = AuditEntry.objects.count()
                        kind = {"content_type": "application/json"} if name.startswith("api:") else {}
                        answer = browser(cookies[user.pk]).post(
                            address, {**row.post, "purpose": purpose}, **kind
                        )
                        text = content_of(answer)
                        shows = any(person.encode() in text for person in PEOPLE)
                        entries = list(
                            AuditEntry.objects.order_by("-pk")[: AuditEntry.objects.count() - before]
                        )
                    if shows and not purpose:
                        wrong.append(f"{name} {user.username}: shows somebody without a purpose")
                    if shows and not any(entry.reason == purpose for entry in entries):
                        wrong.append(f"{name} {user.username}: shows somebody and nothing is on record")
                    if shows:
                        opened.add(name)
                break
    assert not wrong, "\n".join(wrong)
    assert len(opened) >= 2, opened
