"""One of everything on the boards of a community: what pages need to have something to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from onegrid.cases.flow.access import PhoneHolder
from onegrid.hall.activities.actions import publish_activity, sign_up, write_activity
from onegrid.hall.answers.actions import ask_question, publish_answer, write_answer
from onegrid.hall.bulletins.actions import publish_bulletin, write_bulletin
from onegrid.hall.residents.actions.asking import ask_about_data
from onegrid.hall.residents.rules import RequestKind
from onegrid.kit.actors import SystemActor
from onegrid.places.areas.models import Area

BY = SystemActor("test")
PHONE = "000-0000-1234"


@dataclass(frozen=True)
class Boards:
    """Ids, and the codes of a question and of a place."""

    bulletin: int
    activity: int
    answer: int
    question_code: str
    place_code: str
    question: int
    request: int


def put_up(home: Area, at: datetime) -> Boards:
    """A bulletin, an activity with somebody who comes, an answer, a question that waits, two requests about data."""
    who = {"by": BY, "at": at}
    bulletin = write_bulletin(title="停水", body="周五停水。", area=home, **who)
    publish_bulletin(bulletin_id=bulletin.pk, **who)
    day = timedelta(days=1)
    days = {"starts_at": at + 9 * day, "ends_at": at + 10 * day, "sign_up_until": at + 9 * day}
    activity = write_activity(title="义诊", body="免费。", place="广场", area=home, **days, **who)
    publish_activity(activity_id=activity.pk, **who)
    answer = write_answer(question="路灯谁管？", answer="报修即可。", area=home, **who)
    publish_answer(answer_id=answer.pk, **who)
    question = ask_question(text="几点开门？", area=home, at=at)
    place = sign_up(activity_id=activity.pk, name="张三", phone=PHONE, at=at)
    holder = PhoneHolder(phone_index=place.phone_index)
    ask_about_data(kind=RequestKind.DELETION, phone=PHONE, by=holder, at=at)
    (request,) = ask_about_data(kind=RequestKind.CORRECTION, name="赵六顺", phone=PHONE, by=holder, at=at)
    return Boards(bulletin.pk, activity.pk, answer.pk, question.code, place.code, question.pk, request.pk)
