"""The content-security policy of every answer, whether a nonce was drawn for it or not."""

import pytest
from csp.constants import HEADER
from csp.exceptions import CSPNonceError
from csp.middleware import CSPMiddleware
from django.http import HttpResponse

from onegrid.kit.ui.headers import ContentPolicy


def _parts(answer):
    return set(answer[HEADER].split("; "))


def test_an_answer_without_a_nonce_has_the_policy_that_the_library_would_give(rf):
    ours = ContentPolicy(lambda request: HttpResponse())(rf.get("/"))
    theirs = CSPMiddleware(lambda request: HttpResponse())(rf.get("/"))
    assert _parts(ours) == _parts(theirs) and "frame-ancestors 'none'" in _parts(ours)


def test_the_nonce_of_a_page_stands_in_its_policy_and_in_no_other(rf):
    policy = ContentPolicy(lambda request: HttpResponse(str(getattr(request, "csp_nonce", ""))))
    first, second = policy(rf.get("/")), policy(rf.get("/"))
    for answer, other in ((first, second), (second, first)):
        assert f"'nonce-{answer.content.decode()}'" in answer[HEADER]
        assert other.content.decode() not in answer[HEADER]


def test_an_answer_with_a_policy_of_its_own_keeps_it(rf):
    policy = ContentPolicy(lambda request: HttpResponse(headers={HEADER: "sandbox"}))
    assert policy(rf.get("/"))[HEADER] == "sandbox"


def test_no_nonce_can_be_drawn_once_the_policy_is_written(rf):
    request = rf.get("/")
    ContentPolicy(lambda request: HttpResponse())(request)
    with pytest.raises(CSPNonceError):
        str(request.csp_nonce)
