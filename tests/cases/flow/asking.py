"""Asking by JSON as somebody, and what every answer has to be."""

import json

from django.test import Client

from onegrid.cases.flow.api.shapes import CaseOut

JSON = "application/json"


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, address: str, body: object = None, *, tag: str | None = "*", key: str | None = None):
    """POST as JSON with If-Match (none: without) and Idempotency-Key."""
    headers = ({"If-Match": tag} if tag else {}) | ({"Idempotency-Key": key} if key else {})
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    answer = client.post(f"/api/v1{address}", content, content_type=JSON, headers=headers)
    if answer.status_code == 200:
        fits(CaseOut, answer.json())
    return answer


def refused(answer, status: int, code: str) -> dict:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    found = answer.json()
    assert (answer.status_code, found["code"], found["status"]) == (status, code, status)
    return found["details"]


def fits(shape, shown: dict) -> None:
    """Made without the schema's help, and just as it says: every name, no other, values of its kinds."""
    assert _names(shape.model_validate(shown).model_dump()) == _names(shown)


def _names(shown):
    if isinstance(shown, dict):
        return {name: _names(value) for name, value in shown.items()}
    return [_names(value) for value in shown] if isinstance(shown, list) else None
