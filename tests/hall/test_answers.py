"""Questions and answers: written, put up, found by words; asked by a resident, answered by the staff of the area."""

from datetime import UTC, datetime

import pytest

from onegrid.accounts.notices.models import Notice, PhoneMessage
from onegrid.hall.answers import actions
from onegrid.hall.answers.facts import QuestionAsked
from onegrid.hall.answers.listeners import tell_who_may_answer
from onegrid.hall.answers.models import Answer, Question
from onegrid.hall.answers.queries import (
    answers_to_edit,
    asked_question,
    find_answers,
    question_in_reach,
    questions_in_reach,
    questions_waiting,
)
from onegrid.hall.answers.rules import fit, telling
from onegrid.hall.boards.rules import SheetState, above, moved
from onegrid.kit.actors import SystemActor
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts import Heard
from onegrid.kit.facts.models import FactRow
from tests.streets import Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
BY = SystemActor("test")


@pytest.mark.parametrize(
    ("state", "verb", "after"),
    [
        ("draft", "publish", "published"),
        ("published", "withdraw", "withdrawn"),
        ("withdrawn", "publish", "published"),
        ("draft", "withdraw", None),
        ("published", "publish", None),
        ("withdrawn", "withdraw", None),
    ],
)
def test_the_life_of_a_sheet(state, verb, after):
    assert moved(SheetState(state), verb) == after


def test_what_concerns_a_place():
    assert above("1.23.4.") == ["", "1.", "1.23.", "1.23.4."]
    assert above("") == [""]


def test_a_word_of_the_question_counts_more():
    asked = {"居住": 1.0, "住证": 1.0, "证": 0.35}
    assert fit(asked, ["居住", "住证"], []) > fit(asked, [], ["居住", "住证", "证"])
    assert fit(asked, [], []) == 0
    assert telling(asked) == ["居住", "住证"]
    assert telling({"证": 0.35}) == ["证"]


def kept(streets: Streets, question: str, answer: str, area=None, by=None, publish=True) -> Answer:  # noqa: F811
    by = by or streets.a.staff["shift_leader"]
    row = actions.write_answer(question=question, answer=answer, area=area or streets.a.area, by=by, at=AT)
    return actions.publish_answer(answer_id=row.pk, by=by, at=AT) if publish else row


def test_the_best_fitting_published_answer_comes_first(streets):  # noqa: F811
    permit = kept(streets, "居住证怎么办理？", "带身份证到社区工作站。")
    other = kept(streets, "老年证怎么办？", "需要居住证明，带身份证。")
    kept(streets, "居住证丢了怎么办？", "还没写完", publish=False)
    found = find_answers(text="我想办居住证")
    assert [row.pk for row in found] == [permit.pk, other.pk]
    assert find_answers(text="") == [] == find_answers(text="！？") == find_answers(text="zzz")
    assert find_answers(text="居住证", limit=1) == [permit]


def test_an_answer_for_another_street_does_not_concern_a_place(streets):  # noqa: F811
    here = kept(streets, "垃圾几点收？", "早七点。")
    draft = actions.write_answer(question="垃圾怎么分类？", answer="四类。", area=None, by=BY, at=AT)
    everywhere = actions.publish_answer(answer_id=draft.pk, by=BY, at=AT)
    found = find_answers(text="垃圾", path=streets.b.grids[0].path)
    assert [row.pk for row in found] == [everywhere.pk]
    both = find_answers(text="垃圾", path=streets.a.grids[0].path)
    assert {row.pk for row in both} == {here.pk, everywhere.pk}


def test_who_may_write_for_which_area(streets):  # noqa: F811
    clerk, worker = streets.a.staff["community_clerk"], streets.a.staff["grid_worker"]
    given = {"question": "问", "answer": "答", "at": AT}
    actions.write_answer(area=streets.a.communities[0], by=clerk, **given)
    before = Answer.objects.count()
    for area, refusal in ((streets.a.communities[1], NotFound), (streets.a.area, NotFound), (None, NotFound)):
        with pytest.raises(refusal):
            actions.write_answer(area=area, by=clerk, **given)
    with pytest.raises(NotAllowed):
        actions.write_answer(area=streets.a.communities[0], by=worker, **given)
    assert Answer.objects.count() == before


def test_another_streets_answer_is_not_there(streets):  # noqa: F811
    row = kept(streets, "问", "答")
    other = streets.b.staff["shift_leader"]
    facts = FactRow.objects.count()
    for act in (actions.publish_answer, actions.withdraw_answer):
        with pytest.raises(NotFound):
            act(answer_id=row.pk, by=other, at=AT)
    with pytest.raises(NotFound):
        actions.write_answer(answer_id=row.pk, question="x", answer="x", area=streets.b.area, by=other, at=AT)
    assert answers_to_edit(viewer=other) == []
    row.refresh_from_db()
    assert (row.question, row.state, FactRow.objects.count()) == ("问", "published", facts)


def test_a_change_that_was_overtaken_is_refused(streets):  # noqa: F811
    row = kept(streets, "问", "答")
    by = streets.a.staff["shift_leader"]
    with pytest.raises(Refused) as refusal:
        actions.write_answer(
            answer_id=row.pk, seen_version=1, question="新", answer="新", area=streets.a.area, by=by, at=AT
        )
    assert refusal.value.code == "changed_meanwhile"
    with pytest.raises(Refused) as refusal:
        actions.publish_answer(answer_id=row.pk, by=by, at=AT)
    assert refusal.value.code == "sheet_not_so"
    row.refresh_from_db()
    assert (row.question, row.version) == ("问", 2)


def asked(streets: Streets, **more) -> Question:  # noqa: F811
    given = {"text": "老年食堂什么时候开门？", "area": streets.a.communities[0], "at": AT} | more
    return actions.ask_question(**given)


def test_a_question_is_asked_answered_and_told(streets):  # noqa: F811
    row = asked(streets, phone="13800000001", key="k")
    assert asked(streets, phone="13800000001", key="k").pk == row.pk
    clerk = streets.a.staff["community_clerk"]
    assert [one.pk for one in questions_in_reach(viewer=clerk)] == [row.pk]
    assert questions_waiting(viewer=clerk) == 1
    actions.answer_question(question_id=row.pk, reply="每天十一点。", by=clerk, at=AT)
    seen = asked_question(f" {row.code.lower()} ")
    assert (seen.question.reply, seen.organisation) == ("每天十一点。", streets.a.stations[0].name)
    message = PhoneMessage.objects.get()
    assert message.phone == "13800000001" and row.code not in message.text
    assert Question.objects.get().phone is None
    with pytest.raises(Refused) as refusal:
        actions.answer_question(question_id=row.pk, reply="再答", by=clerk, at=AT)
    assert refusal.value.code == "answered_already"
    answer = actions.keep_answer(question_id=row.pk, question="老年食堂开门时间？", by=clerk, at=AT)
    assert (answer.state, answer.answer) == ("draft", "每天十一点。")
    with pytest.raises(Refused) as refusal:
        actions.keep_answer(question_id=row.pk, question="x", by=clerk, at=AT)
    assert refusal.value.code == "kept_already"


def test_what_is_asked_wrongly_is_refused_and_not_written(streets):  # noqa: F811
    for wrong, code in (
        ({"text": "  "}, "words_missing"),
        ({"text": "问" * 1001}, "words_too_long"),
        ({"area": streets.a.grids[0]}, "not_asked_here"),
        ({"phone": "电话"}, "no_phone"),
    ):
        with pytest.raises(Refused) as refusal:
            asked(streets, **wrong)
        assert refusal.value.code == code
    assert Question.objects.count() == 0


def test_another_streets_question_is_not_there(streets):  # noqa: F811
    row = asked(streets)
    other, worker = streets.b.staff["shift_leader"], streets.a.staff["grid_worker"]
    assert questions_in_reach(viewer=other) == [] and questions_waiting(viewer=other) == 0
    for act in (
        lambda: question_in_reach(row.pk, viewer=other),
        lambda: actions.answer_question(question_id=row.pk, reply="x", by=other, at=AT),
        lambda: actions.keep_answer(question_id=row.pk, question="x", by=other, at=AT),
        lambda: asked_question("NOSUCHCODE22"),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        questions_in_reach(viewer=worker)
    with pytest.raises(Refused) as refusal:
        actions.keep_answer(question_id=row.pk, question="x", by=streets.a.staff["shift_leader"], at=AT)
    assert refusal.value.code == "not_answered"
    assert Question.objects.get().state == "open"


def test_who_may_answer_is_told_once_however_much_is_asked(streets):  # noqa: F811
    """The nearest to the place: of the community its clerk, of one without a clerk the street's people."""

    def lines(name: str) -> int:
        return Notice.objects.filter(recipient=streets.a.staff[name], kind="hall.question").count()

    first, second = streets.a.communities[0], streets.a.communities[1]
    asked = [actions.ask_question(text=f"几点开门 {n}？", area=first, at=AT).pk for n in range(5)]
    assert actions.tell_of_questions(question_ids=asked, at=AT) == 1
    assert (lines("community_clerk"), lines("acceptor"), lines("shift_leader")) == (1, 0, 0)
    line = Notice.objects.get()
    assert first.name in line.title and "几点" not in line.title + line.body
    assert actions.tell_of_questions(question_ids=asked, at=AT) == 0  # the line is unread still
    Notice.objects.update(read_at=AT)
    assert actions.tell_of_questions(question_ids=asked, at=AT) == 1
    other = actions.ask_question(text="哪里办？", area=second, at=AT).pk
    assert actions.tell_of_questions(question_ids=[other], at=AT) == 2
    assert (lines("acceptor"), lines("shift_leader"), lines("leader")) == (1, 1, 0)
    assert not Notice.objects.filter(recipient=streets.b.staff["acceptor"]).exists()
    Question.objects.update(state="answered")
    Notice.objects.update(read_at=AT)
    assert actions.tell_of_questions(question_ids=[*asked, other], at=AT) == 0  # nothing waits any more


def test_the_listener_tells_of_what_was_asked(streets):  # noqa: F811
    row = actions.ask_question(text="几点？", area=streets.a.communities[0], at=AT)
    assert FactRow.objects.filter(kind="hall.QuestionAsked").exists()
    tell_who_may_answer([Heard(QuestionAsked(row.pk), 1, AT, row.area_path)])
    assert Notice.objects.filter(recipient=streets.a.staff["community_clerk"]).count() == 1
