"""The site's own names, and pages of errors."""

import pytest

from onegrid.accounts.identity.models import User
from tests.cases.conftest import town  # noqa: F401
from tests.security.looking import faults
from tests.streets import streets  # noqa: F401


def test_the_site_answers_to_its_own_names_only(client, db):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    answer = client.get("/open311/discovery.json", headers={"x-forwarded-host": "evil.example"})
    assert answer.status_code == 200 and b"evil.example" not in answer.content


@pytest.mark.parametrize(
    ("who", "address"), [("", "/report/"), ("a.grid_worker", "/work/report/"), ("a.acceptor", "/cases/new/")]
)
def test_a_form_with_nothing_in_it_is_answered(town, client, who, address):  # noqa: F811
    """Found by hostile requests: photos were to be kept of a form that was never looked at."""
    if who:
        client.force_login(User.objects.get(username=who))
    assert client.post(address, {}).status_code in (200, 400, 422)


def broken(*_args, **_more):
    raise RuntimeError("secret-of-the-code 13800000001")


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_pages_of_errors_hold_the_policy_and_nothing_of_the_code(client, db, status, monkeypatch):
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = status == 403
    if status == 500:
        monkeypatch.setattr("onegrid.kit.ui.context.Shell.__init__", broken)
    page = {"accept": "text/html"}
    answer = {
        400: lambda: client.get("/", headers={**page, "host": "evil.example"}),
        403: lambda: client.post("/report/", {}, headers=page),
        404: lambda: client.get("/nothing/here/", headers=page),
        500: lambda: client.get("/", headers=page),
    }[status]()
    assert answer.status_code == status
    assert [fault for fault in faults(f"error {status}", answer) if not fault.endswith(": 500")] == []
    for word in (b"Traceback", b"/onegrid/", b"secret-of-the-code", b"Django", b"DEBUG"):
        assert word not in answer.content, word
