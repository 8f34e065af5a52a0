"""Answers that are asked for most, spelt once: `shapes` makes them of the schema's own words already.

What goes out by other addresses is checked against its schema at every answer; of these `tests/cases/flow` checks
that they fit, since checking costs as much as making them.
"""

import hashlib
from typing import Any

import msgspec
from django.http import HttpResponse

from onegrid.cases.flow.api.shapes import whole
from onegrid.cases.flow.api.table import offered
from onegrid.cases.flow.api.words import one_read_by
from onegrid.cases.flow.queries import Story
from onegrid.kit.actors import Actor


def json_answer(shown: Any) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(shown), content_type="application/json; charset=utf-8")


def case_answer(story: Story, *, viewer: Actor) -> HttpResponse:
    """One case, with its ETag `"<version>-<hash of what is shown>"`: the version is what If-Match compares, the hash
    what 304 needs."""
    answer = json_answer(one_read_by(viewer, whole(story), story.case) | {"verbs": offered(story)})
    answer["ETag"] = f'"{story.case.version}-{hashlib.sha256(answer.content).hexdigest()[:16]}"'
    return answer
