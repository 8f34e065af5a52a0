"""The OpenAPI documents: kept as they are served, and every address walked with made-up requests that they allow.

Property-based, in-process over WSGI: no 5xx, and no answer that its own description does not know. Each example is
undone before the next, so that all of them meet the same street.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from onegrid.config.wsgi import inside  # the door before it has connections of its own
from onegrid.console import api as console
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.exchange.openplatform.rules import GRANTABLE, PER_MINUTE_MOST
from onegrid.kit.actors import SystemActor
from tests.cases.conftest import AT, brought_to, town  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401  a fixture

BY = SystemActor("test")
TIMES = int(os.environ.get("HOSTILE_TIMES", "1"))  # as many examples: `onegrid prove hostile`
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@lru_cache
def documents() -> dict[str, str]:
    """Drawn up once: it takes a second."""
    return console.documents()


@pytest.mark.parametrize("name", ["openapi.json", "open311.json"])
def test_the_kept_documents_are_those_that_are_served(name):
    assert (console.FOLDER / name).read_text() == documents()[name], "stale: run `onegrid api snapshot`"


def test_both_are_served_to_everybody(client, db):
    for address, name in (
        ("/api/v1/openapi.json", "openapi.json"),
        ("/open311/openapi.json", "open311.json"),
    ):
        served = client.get(address)
        assert served.status_code == 200 and served.json() == json.loads(documents()[name])


def _shapes(kind: type = Schema) -> Iterator[type]:
    for found in kind.__subclasses__():
        yield found
        yield from _shapes(found)


def test_no_two_shapes_share_a_name():
    """In the document the second would silently stand for the first; so would a list of words."""
    ours = {shape for shape in _shapes() if shape.__module__.startswith("onegrid.")}
    v1 = {shape for shape in ours if "open311" not in shape.__module__}
    assert [name for name, count in Counter(shape.__name__ for shape in v1).items() if count > 1] == []
    said: dict[str, set[str]] = {}
    for shape in v1:
        for name, words in shape.model_json_schema().get("$defs", {}).items():
            if "enum" in words:
                said.setdefault(name, set()).add(json.dumps(words["enum"]))
    assert said and [name for name, lists in said.items() if len(lists) > 1] == []


def test_every_verb_has_an_example_that_its_schema_takes():
    described = json.loads(documents()["openapi.json"])
    for path, operations in described["paths"].items():
        if "/cases" in path and "post" in operations:
            body = operations["post"]["requestBody"]["content"]["application/json"]
            assert set(body["example"]) <= set(body["schema"]["properties"]), path


@pytest.fixture
def site(settings):
    """Django's settings; and, as in Django's own test client, requests do not close the test's connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield settings
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("address", "examples"), [("/api/v1/openapi.json", 4), ("/open311/openapi.json", 10)], ids=["v1", "open311"]
)  # fmt: skip
def test_made_up_requests_are_answered_as_described(town, site, address, examples):  # noqa: F811
    site.ALLOWED_HOSTS = ["*"]
    cache.clear()
    case = brought_to("dispatched", town.a)
    made = issue_client(
        name="walker", organisation=town.a.centre, permissions=GRANTABLE, area=town.district,
        per_minute=PER_MINUTE_MOST, by=BY, at=AT,
    )  # fmt: skip
    known = {"number": case.number, "service_request_id": case.number, "service_code": "06013"}
    answers: Counter[int] = Counter()
    for result in schemathesis.openapi.from_wsgi(address, inside).get_all_operations():
        operation = result.ok()
        _walk(operation, known, made.key, answers, examples * TIMES)
    assert answers[200] + answers[201] > 15 and sum(answers.values()) > 50, answers


def _walk(operation, known: dict, key: str, answers: Counter, examples: int) -> None:
    """Made-up requests that the description allows, and some that it does not; of a case that is there."""
    named = {part.name for part in operation.path_parameters}
    fixed = {name: value for name, value in known.items() if name in named}
    strategy = st.one_of(
        operation.as_strategy(path_parameters=fixed),
        operation.as_strategy(),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=fixed),
    )

    @seed(20261125)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def asked(made) -> None:
        query = {"api_key": key} if operation.path.startswith("/open311") else {}
        with undone():
            answer = made.call(headers={"Authorization": f"Bearer {key}"}, params=query)
            answers[answer.status_code] += 1
            made.validate_response(answer, checks=CHECKS)

    asked()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
