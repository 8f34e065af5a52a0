"""Boards of the demo through the rooms' actions: bulletins, activities with people who come, answers, questions."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import PhoneHolder
from onegrid.demo.loading.steps import BY
from onegrid.demo.names.places import STREET
from onegrid.demo.street.board import (
    ACTIVITIES,
    ANSWERS,
    BULLETINS,
    DATA_REQUESTS,
    QUESTIONS,
    ActivityPlan,
    BulletinPlan,
    RequestPlan,
)
from onegrid.hall.activities.actions import publish_activity, sign_up, write_activity
from onegrid.hall.answers.actions import answer_question, ask_question, publish_answer, write_answer
from onegrid.hall.bulletins.actions import publish_bulletin, write_bulletin
from onegrid.hall.residents.actions.asking import answer_data_request, ask_about_data
from onegrid.hall.residents.rules import RequestKind
from onegrid.kit.actors import Actor
from onegrid.kit.crypto import blind_index
from onegrid.places.areas.models import Area

FAMILY = 3  # of one sign-up, at most
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"


def write_boards(areas: dict[str, Area], users: dict[str, User], at: datetime) -> int:
    """How many sheets were put up. `areas`: by code; `users`: by sign-in name."""
    named = {area.name: area for area in areas.values()}
    by: Actor = users.get("shift") or BY
    for bulletin in reversed(BULLETINS):  # the newest last: the board is in the order of writing
        _put_up(bulletin, named, by, at)
    phones = [phone for activity in ACTIVITIES for phone in _plan(activity, named, by, at)]
    for question, answer, words in ANSWERS:
        row = write_answer(question=question, answer=answer, words=words, area=named[STREET], by=by, at=at)
        publish_answer(answer_id=row.pk, by=by, at=at)
    for community, text, reply in QUESTIONS:
        asked = ask_question(text=text, area=named[community], at=at - timedelta(hours=5))
        if reply:
            answer_question(question_id=asked.pk, reply=reply, by=by, at=at - timedelta(hours=2))
    for phone, request in zip(phones, DATA_REQUESTS, strict=False):
        _ask_about_data(phone, request, users.get("data") or BY, at)
    return len(BULLETINS) + len(ACTIVITIES) + len(ANSWERS)


def _put_up(plan: BulletinPlan, named: dict[str, Area], by: Actor, at: datetime) -> None:
    when = at - timedelta(days=plan.days_ago)
    until = timezone.localdate(at) + timedelta(days=plan.days) if plan.days else None
    row = write_bulletin(
        title=plan.title, body=plan.body, until=until, pinned=plan.pinned, area=named[plan.community or STREET],
        by=by, at=when,
    )  # fmt: skip
    publish_bulletin(bulletin_id=row.pk, by=by, at=when)


def _ask_about_data(phone: str, plan: RequestPlan, officer: Actor, at: datetime) -> None:
    """By whoever signed up with this phone; answered the day after where an answer is planned."""
    holder = PhoneHolder(phone_index=blind_index(phone, "phone"))
    when = at - timedelta(days=plan.days_ago)
    rows = ask_about_data(
        kind=RequestKind(plan.kind), phone=phone, name=plan.name, words=plan.words, by=holder, at=when
    )
    for row in rows if plan.answer else ():
        answered = when + timedelta(days=1)
        answer_data_request(request_id=row.pk, grant=plan.grant, answer=plan.answer, by=officer, at=answered)


def _plan(plan: ActivityPlan, named: dict[str, Area], by: Actor, at: datetime) -> list[str]:
    """The phones of those who signed up."""
    day = timezone.localdate(at) + timedelta(days=plan.in_days)
    begins = timezone.make_aware(datetime.combine(day, time(plan.hour)))
    row = write_activity(
        title=plan.title, body=plan.body, place=plan.place, starts_at=begins,
        ends_at=begins + timedelta(hours=plan.hours), sign_up_until=begins - timedelta(hours=12),
        capacity=plan.capacity, area=named[plan.community], by=by, at=at,
    )  # fmt: skip
    publish_activity(activity_id=row.pk, by=by, at=at)
    left, number, phones = plan.coming, 0, []
    while left > 0:
        people = min(1 + number % FAMILY, left)
        name = (
            f"{SURNAMES[number % len(SURNAMES)]}女士"
            if number % 2
            else f"{SURNAMES[number % len(SURNAMES)]}先生"
        )
        phones.append(f"000{row.pk:04d}{number:04d}")
        sign_up(activity_id=row.pk, name=name, phone=phones[-1], people=people, at=at)
        left, number = left - people, number + 1
    return phones
