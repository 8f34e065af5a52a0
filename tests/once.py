"""What Django and its test client would do anew for every test, done once for a process."""

import gc
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client, utils
from django.test.signals import template_rendered
from whitenoise.middleware import WhiteNoiseMiddleware


def do_once() -> None:
    """Before the first test, and before Django prepares itself for tests."""
    WhiteNoiseMiddleware.add_files_from_finders = _once_found(WhiteNoiseMiddleware.add_files_from_finders)
    utils.instrumented_test_render = _told_of_pages
    Client._set_login_cookies = _with_ticket(Client._set_login_cookies)
    Client.session = property(_session_of)


def _once_found(find: Any) -> Any:
    """Each test client builds all middleware; looking for the static files is nearly all of that."""
    found: dict[str, Any] = {}

    def add_files(site: WhiteNoiseMiddleware) -> None:
        if not found:
            find(site)
            found.update(site.files)
        site.files.update(found)

    return add_files


def _told_of_pages(template: Template, context: Context) -> str:
    """`answer.context` is what a page was given. Django's also copies what each part of it was given."""
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


def _with_ticket(as_django: Any) -> Any:
    """Django's client takes the key of a session for its cookie; ours hands out a ticket (identity.sessions)."""

    def set_login_cookies(client: Client, request: HttpRequest) -> None:
        as_django(client, request)
        cookie, ticket = client.cookies[settings.SESSION_COOKIE_NAME], request.session.ticket
        cookie.set(cookie.key, ticket, ticket)

    return set_login_cookies


def _session_of(client: Client) -> Any:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie:
        return store.of_ticket(cookie.value)
    session = store()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.ticket
    return session


def look_for_no_garbage_yet() -> None:
    """While modules and tests are loaded there is none, and it is looked for all the time."""
    gc.disable()


def leave_alone_what_stays() -> None:
    """What was loaded lives to the end. What comes later is looked through by tens of thousands of objects, not by
    hundreds: pages and statements leave few circles behind, and looking for them was a twentieth of the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
