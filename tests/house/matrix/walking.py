"""Asking every address as everybody, and what each should hear."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.roles import role_table
from tests.house.matrix.row import SEEN_FIRST, Row, World
from tests.security.looking import faults
from tests.streets import WEST, Streets, streets  # noqa: F401  a fixture


def every_address(patterns=None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern
        else:
            yield from every_address(
                pattern.url_patterns, prefix + (f"{pattern.namespace}:" if pattern.namespace else "")
            )


PERMISSIONS = {role.code: set(role.permissions) for role in role_table().roles}


def expected(row: Row, user: User | None, program: bool) -> str:
    if row.public:
        return "answer"
    if user is None:
        return "401" if program else "sign in"
    held = {code for grant in user.grants.all() for code in PERMISSIONS[grant.role.code]}
    if row.room in SEEN_FIRST and row.needs != "whistles.kinds" and f"{row.room}.see" not in held:
        return "403"
    if row.needs is not None and row.needs not in held and not row.post_on_case:
        return "403"
    if user.username in row.too_low:
        return "403"
    if row.only is not None and user.username not in row.only:
        return "403"
    if row.also is not None and row.also not in held:
        return "403"
    if row.within is not None and user.username not in row.within:
        return "404"  # of a case: whether it exists is asked before whether the step is theirs
    return "answer" if row.needs is None or row.needs in held else "403"


def got(client: Client, name: str, address: str, row: Row) -> tuple[str, list[str]]:
    """What it is, in a word, and what no answer may be or hold (tests/security/looking.py)."""
    more = {"headers": {"accept": "text/html"}} if name.startswith("account_") else {}  # allauth's own pages
    answer = client.get(address, **more) if row.post is None else client.post(address, row.post, **more)
    seen = list(faults(name, answer))
    if answer.status_code in (302, 303) and "/account/login" in answer["Location"]:
        return "sign in", seen
    return (str(answer.status_code) if answer.status_code in (401, 403, 404) else "answer"), seen


def walk(world: World, matrix: dict[str, list[Row]]) -> None:
    """One walk over these rows; what one answer wrote is undone before the next."""
    people = [None, *User.objects.prefetch_related("grants__role").order_by("username")]
    cookies = [signed_in(user).cookies for user in people]  # once: signing in costs more than asking
    wrong: list[str] = []
    ugly: dict[str, None] = {}
    for name, row in ((name, row) for name, rows in matrix.items() for row in rows):
        refused: set[str] = set()  # each kind of refusal is asked once for a form as well
        with undone():
            address = reverse(name, kwargs=row.args(world)) + row.query
            for user, kept in zip(people, cookies, strict=True):
                wanted = expected(row, user, program=name.startswith("api:") or name == "worker:now")
                with undone():
                    found, seen = got(browser(kept), name, address, row)
                ugly |= dict.fromkeys(seen)
                who = user.username if user else "nobody"
                if found != wanted:
                    wrong.append(f"{name} {row.needs or ''}: {who} got {found}, not {wanted}")
                page = row.post is None and not name.startswith(NO_FORMS)
                if page and wanted not in refused and wanted != "answer":
                    refused.add(wanted)
                    with undone():
                        sent = browser(kept).post(address, {})
                    if not turned_away(sent):
                        wrong.append(f"{name} {row.needs or ''}: {who} may send a form, {sent.status_code}")
    assert not wrong, "\n".join(wrong)
    assert not ugly, "\n".join(ugly)


# Programs send no forms; and nobody may sign out: it changes nothing.
NO_FORMS = ("api:", "open311:", "account_logout")


def turned_away(answer: HttpResponse) -> bool:
    """Refused, sent to sign in, or an address that takes no form."""
    return answer.status_code in (401, 403, 404, 405) or "/account/login" in answer.get("Location", "")


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Each new one builds all middleware anew, which costs more than the request. A refusal in JSON: its page is tested in
# tests/kit/test_refusal_pages.py, and drawing it for half of all questions takes a quarter of the walk.
ONE = Client(headers={"accept": "application/json"})


def browser(kept: SimpleCookie) -> Client:
    """Signed in as somebody; what the answers before have set is forgotten."""
    ONE.cookies = SimpleCookie(kept.output(header="", sep=";"))
    return ONE


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client
