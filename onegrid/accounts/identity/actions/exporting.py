"""名册导出: the list of people as a file; who took it stays on record."""

from datetime import datetime

from django.db.models import QuerySet

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.queries import PeopleAsked, people_list
from onegrid.kit.audit import record

MOST = 20_000


def export_people(*, asked: PeopleAsked, by: User, at: datetime) -> QuerySet[User]:
    """The people of `people_list` in its order, at most MOST. The entry says how the list was narrowed, not the text
    that was looked for: it may be a name."""
    rows = people_list(viewer=by, at=at, asked=asked)
    narrowed = {"show": asked.show, "post": asked.post, "role": asked.role, "org": asked.org_id}
    details = {name: value for name, value in narrowed.items() if value} | {"by_text": bool(asked.text)}
    record("users.export", by=by, about=by, at=at, details=details)
    return rows[:MOST]
