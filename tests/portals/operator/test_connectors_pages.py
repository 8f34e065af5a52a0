"""Connecting a system by page: the secret stands once, refusals at their field, a dead letter goes out again."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onegrid.exchange.connectors.models import (
    Errand,
    ErrandKind,
    ErrandState,
    Exchange,
    OutsideSystem,
    Ticket,
)
from tests.cases.conftest import brought_to, town  # noqa: F401
from tests.exchange.connectors.peer import MAPPING, registered, relay
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db
ADDRESS = "https://zf.example.cn"


@pytest.fixture
def operator(town):  # noqa: F811
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.staff["operator"])
    return client


def given(town, **more) -> dict:  # noqa: F811
    office = town.a.office.pk
    return {
        "name": "执法系统", "organisation": office, "units": [office], "address": ADDRESS, "mapping": MAPPING,
    } | more  # fmt: skip


def test_a_system_is_connected_and_its_secret_shown_once(town, operator):  # noqa: F811
    page = operator.post(reverse("operator:connector_new"), given(town))
    system = OutsideSystem.objects.get()
    assert (
        system.secret in page.content.decode()
        and f"/api/connectors/{system.pk}/events/" in page.content.decode()
    )
    assert page["Cache-Control"].count("no-store") and not system.is_on
    for name in ("connector", "connector_log", "connector_change"):
        shown = operator.get(reverse(f"operator:{name}", args=[system.pk])).content.decode()
        assert system.secret not in shown and system.name in shown
    assert operator.post(reverse("operator:connector_new"), given(town)).status_code == 422  # a reload
    assert OutsideSystem.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"address": "file:///etc/passwd"}, "This is no plain address"),
        ({"mapping": "send: x"}, "The fields and codes cannot be read"),
        ({"units": []}, "This field is required"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(town, operator, more, said):  # noqa: F811
    page = operator.post(reverse("operator:connector_new"), given(town, **more))
    assert page.status_code == 422 and said in page.content.decode() and not OutsideSystem.objects.exists()


def test_on_off_changed_and_a_new_secret(town, operator):  # noqa: F811
    system = registered(town, ADDRESS, on=False)
    operator.post(reverse("operator:connector_switch", args=[system.pk]), {"on": "1"})
    changed = given(town, name="新名", units=[town.department.pk])
    operator.post(reverse("operator:connector_change", args=[system.pk]), changed)
    shown = operator.post(reverse("operator:connector_rotate", args=[system.pk])).content.decode()
    now = OutsideSystem.objects.get()
    assert (now.is_on, now.name, now.unit_ids) == (True, "新名", [town.department.pk])
    assert now.secret != system.secret and now.secret in shown


def test_a_purpose_that_is_owed_is_said_until_it_is_decided(town, operator):  # noqa: F811
    system = registered(town, ADDRESS, purpose="")
    OutsideSystem.objects.update(purpose_owed=True)
    said = "Purpose to be written"
    for page in ("staff:home", "operator:connectors"):
        assert said in operator.get(reverse(page)).content.decode()
    here = reverse("operator:connector", args=[system.pk])
    assert said in operator.get(here).content.decode()
    kept = operator.post(reverse("operator:connector_keep_words", args=[system.pk]), follow=True)
    assert "stay here" in kept.content.decode() and said not in kept.content.decode()
    assert said not in operator.get(reverse("operator:connectors")).content.decode()


def test_a_test_call_says_what_is_wrong(town, operator, settings):  # noqa: F811
    settings.CONNECTOR_NETWORKS = []
    system = registered(town, "http://127.0.0.1:9", on=False)
    page = operator.post(reverse("operator:connector_try", args=[system.pk]), follow=True)
    assert "It does not answer as it should" in page.content.decode()
    assert Exchange.objects.get().what == "test" and "1 failure in a row" in page.content.decode()


def test_a_dead_letter_goes_out_again(town, operator):  # noqa: F811
    registered(town, ADDRESS)
    brought_to("dispatched", town.a)
    relay()
    Errand.objects.update(state=ErrandState.DEAD, tries=8, ended_at=timezone.now(), trouble="HTTP 422")
    errand, ticket = Errand.objects.get(kind=ErrandKind.SEND), Ticket.objects.get()
    page = operator.get(reverse("operator:connectors_dead")).content.decode()
    assert ticket.case.number in page and "HTTP 422" in page
    assert "could not be handed over" in operator.get(reverse("operator:connectors")).content.decode()
    operator.post(reverse("operator:connector_again", args=[errand.pk]))
    errand.refresh_from_db()
    assert (errand.state, errand.tries) == (ErrandState.WAITING, 0)


def test_the_log_s_queries_do_not_grow(town, operator):  # noqa: F811
    system = registered(town, ADDRESS)
    counts = []
    for more in (2, 60):
        rows = [
            Exchange(system=system, what="test", outcome="ok", by="x", at=timezone.now(), said={"a": 1})
            for _number in range(more)
        ]
        Exchange.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as asked:
            page = operator.get(reverse("operator:connector_log", args=[system.pk])).content.decode()
        counts.append(len(asked))
    assert "?before=" in page and counts[1] <= counts[0]
