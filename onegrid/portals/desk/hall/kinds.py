"""The three kinds of sheets on the desk: what each is called, its form, and the rooms' queries and actions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.hall.activities import actions as activities
from onegrid.hall.activities.access import EDIT as EDIT_ACTIVITIES
from onegrid.hall.activities.queries import activities_to_edit, activity_to_edit
from onegrid.hall.answers import actions as answers
from onegrid.hall.answers.access import EDIT as EDIT_ANSWERS
from onegrid.hall.answers.queries import answer_to_edit, answers_to_edit
from onegrid.hall.bulletins import actions as bulletins
from onegrid.hall.bulletins.access import EDIT as EDIT_BULLETINS
from onegrid.hall.bulletins.queries import bulletin_to_edit, bulletins_to_edit
from onegrid.portals.desk.hall.forms import ActivityForm, AnswerForm, BulletinForm, SheetForm


@dataclass(frozen=True)
class Kind:
    """`what`: the permission; `row_id`: what the actions call the id of the row."""

    name: str
    what: str
    label: Promise
    new_label: Promise
    icon: str
    row_id: str
    form: type[SheetForm]
    rows: Callable[..., list[Any]]
    one: Callable[..., Any]
    write: Callable[..., Any]
    publish: Callable[..., Any]
    withdraw: Callable[..., Any]


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "answers", EDIT_ANSWERS, _("Answers"), _("New answer"), "help-circle", "answer_id", AnswerForm,
            answers_to_edit, answer_to_edit, answers.write_answer, answers.publish_answer, answers.withdraw_answer,
        ),
        Kind(
            "bulletins", EDIT_BULLETINS, _("Bulletins"), _("New bulletin"), "speakerphone", "bulletin_id",
            BulletinForm, bulletins_to_edit, bulletin_to_edit, bulletins.write_bulletin, bulletins.publish_bulletin,
            bulletins.withdraw_bulletin,
        ),
        Kind(
            "activities", EDIT_ACTIVITIES, _("Activities"), _("New activity"), "calendar", "activity_id",
            ActivityForm, activities_to_edit, activity_to_edit, activities.write_activity,
            activities.publish_activity, activities.withdraw_activity,
        ),
    )
}  # fmt: skip
