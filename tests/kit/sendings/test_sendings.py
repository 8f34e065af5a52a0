"""Done once, with the time it was done: the rules as a table, the row in the transaction of what it stands for."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from onegrid.kit.errors import Refused
from onegrid.kit.sendings import Moment, TooOld, digest_of, done_once, forget, happened, happened_now
from onegrid.kit.sendings.models import Sending
from onegrid.kit.sendings.rules import OLDEST, REMEMBERED

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "sent", "moment"),
    [
        (NOW, NOW, Moment()),
        (NOW - timedelta(seconds=90), NOW, Moment()),  # sent at once, on a slow network
        (NOW - 3 * HOUR, NOW, Moment(NOW - 3 * HOUR)),
        # a clock that is wrong, but runs as it should, gives the right time
        (NOW + 21 * HOUR, NOW + 24 * HOUR, Moment(NOW - 3 * HOUR, "clock_off")),
        (NOW - 27 * HOUR, NOW - 24 * HOUR, Moment(NOW - 3 * HOUR, "clock_off")),
        (NOW + HOUR, NOW, Moment(None, "clock_set_back")),
        (NOW - OLDEST, NOW, Moment(NOW - OLDEST)),
    ],
)
def test_when_it_happened(written, sent, moment):
    assert happened(written=written, sent=sent, now=NOW) == moment


def test_what_waited_too_long_is_for_a_person_to_judge():
    with pytest.raises(TooOld):
        happened(written=NOW - OLDEST - HOUR, sent=NOW, now=NOW)


def test_a_key_is_remembered_longer_than_anything_may_wait():
    assert REMEMBERED > OLDEST


def test_the_digest_is_of_the_content_not_of_its_order():
    one = digest_of("/work/", [("a", "1"), ("b", "2")], [("photos", "x.jpg", 3)])
    assert one == digest_of("/work/", [("b", "2"), ("a", "1")], [("photos", "x.jpg", 3)])
    others = [
        ("/x/", [("a", "1"), ("b", "2")], [("photos", "x.jpg", 3)]),
        ("/work/", [("a", "1")], [("photos", "x.jpg", 3)]),
        ("/work/", [("a", "1"), ("b", "2")], [("photos", "x.jpg", 4)]),
    ]
    assert len({one, *(digest_of(*other) for other in others)}) == 4


def sent(key="k-12345678", digest="d", moment=Moment(), at=NOW, answer=None, who="user:1"):  # noqa: B008
    with done_once(who=who, key=key, digest=digest, moment=moment, at=at) as doing:
        if doing.answer is None:
            doing.answer = answer or {"words": ["done"]}
    return doing


def test_a_repeat_is_told_what_the_first_was_told(db):
    assert sent(answer={"to": "/1/"}).again is False
    again = sent(answer={"to": "/2/"})
    assert (again.again, again.answer) == (True, {"to": "/1/"})
    assert sent(who="user:2", answer={"to": "/2/"}).answer == {"to": "/2/"}  # a key is the person's own
    assert Sending.objects.count() == 2


def test_other_content_under_a_used_key_is_refused(db):
    sent()
    with pytest.raises(Refused) as refusal:
        sent(digest="other")
    assert refusal.value.code == "key_used_for_another_request" and Sending.objects.count() == 1


def test_what_was_refused_may_be_sent_again(db):
    with pytest.raises(Refused), done_once(who="u", key="k", digest="d", moment=Moment(), at=NOW):
        raise Refused("no", "No")
    with done_once(who="u", key="k", digest="d", moment=Moment(), at=NOW):
        pass  # nothing was answered
    assert not Sending.objects.exists()


def test_whoever_writes_inside_knows_when_it_was_done(db):
    moment = Moment(NOW - HOUR)
    with done_once(who="u", key="k", digest="d", moment=moment, at=NOW) as doing:
        doing.answer = {}
        assert happened_now() == moment
    assert happened_now() == Moment() and Sending.objects.get().occurred_at == NOW - HOUR


def test_old_keys_go(db):
    sent(at=NOW - REMEMBERED - HOUR)
    sent(key="younger1", at=NOW - REMEMBERED + HOUR)
    assert forget(at=NOW) == 1 and Sending.objects.get().key == "younger1"


@pytest.mark.django_db(transaction=True)
def test_twice_at_the_same_moment_is_once():
    both, done, told = Barrier(2), [], []

    def send():
        try:
            both.wait()
            with (
                transaction.atomic(),
                done_once(who="u", key="k", digest="d", moment=Moment(), at=NOW) as doing,
            ):
                if doing.answer is None:
                    done.append(1)
                    doing.answer = {"n": len(done)}
            told.append(doing.answer)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1] and told == [{"n": 1}, {"n": 1}]
