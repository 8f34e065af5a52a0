"""What an action says when it does not do what was asked. It never refuses by silence."""

from typing import Any

from django.utils.functional import Promise


class Refusal(Exception):
    """`code` for machines (snake_case, stable), `message` for people (translated), `details` for both."""

    status = 409

    def __init__(self, code: str, message: str | Promise, /, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Unreadable(Refusal):
    """The request itself cannot be read: no person typed it."""

    status = 400


class Refused(Refusal):
    """The rules do not allow it now: wrong state, bad value, somebody else was first."""

    status = 409


class NotAllowed(Refusal):
    """This person may not do it, and may know that it exists."""

    status = 403


class NotFound(Refusal):
    """It does not exist, or this person may not know that it does."""

    status = 404


class Unavailable(Refusal):
    """Something needed is down; asking again later makes sense."""

    status = 503
