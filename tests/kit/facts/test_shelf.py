"""Listeners that share what was read hear exactly what each would have heard alone."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from onegrid.kit.facts import Listener, announce, shelf
from onegrid.kit.facts.models import ListenerPosition, ParkedFact
from onegrid.kit.facts.relay import drain

from .conftest import settle
from .lamps import LampBroke, LampLit, LampNoted

pytestmark = pytest.mark.django_db(transaction=True)


class Note:
    """A listener of some kinds that remembers (kind, lamp)."""

    def __init__(self, name, *kinds, batch):
        self.heard, self.batches, self.facts, self.poison = [], [], [], None
        self.listener = Listener(name, kinds, self, batch=batch)

    def __call__(self, batch):
        if self.poison is not None and self.poison in [one.fact.lamp for one in batch]:
            raise ValueError("poison")
        self.heard += [(type(one.fact), one.fact.lamp) for one in batch]
        self.facts += [one.fact for one in batch]
        self.batches.append(len(batch))


def tell(first, last):
    with transaction.atomic():
        for lamp in range(first, last):
            announce(LampLit(lamp))
            if lamp % 3 == 0:
                announce(LampBroke(lamp))
            if lamp % 50 == 0:
                announce(LampNoted(lamp, "x"))


def expected(last, *kinds):
    told = []
    for lamp in range(last):
        told += [(LampLit, lamp)] + [(LampBroke, lamp)] * (lamp % 3 == 0)
        told += [(LampNoted, lamp)] * (lamp % 50 == 0)
    return [one for one in told if one[0] in kinds]


def run(*notes):
    settle()
    drain({note.listener.name: note.listener for note in notes})


@pytest.mark.parametrize("chunk", [1, 7, 40, 2000])
def test_other_kinds_and_other_batch_sizes(monkeypatch, chunk):
    monkeypatch.setattr(shelf, "CHUNK", chunk)
    notes = [
        Note("tests.all", LampLit, LampBroke, LampNoted, batch=9),
        Note("tests.lit", LampLit, batch=100),
        Note("tests.broke", LampBroke, batch=4),
        Note("tests.rare", LampNoted, batch=500),
        Note("tests.ends", LampNoted, LampBroke, batch=1),
    ]
    tell(0, 60)
    run(*notes[:3])  # two come later and start behind the others
    tell(60, 120)
    run(*notes)
    for note in notes:
        assert note.heard == expected(120, *note.listener.hears), note.listener.name
        assert max(note.batches) <= note.listener.batch
    assert set(ListenerPosition.objects.values_list("until", flat=True)) == {None}


def test_one_reading_and_one_decoding_serve_all():
    notes = [Note(f"tests.n{number}", LampLit, batch=20) for number in range(5)]
    tell(0, 60)
    settle()
    with CaptureQueriesContext(connection) as queries:
        drain({note.listener.name: note.listener for note in notes})
    assert sum("FROM kit_factrow\nWHERE id >" in query["sql"] for query in queries) == 1
    assert len({id(fact) for note in notes for fact in note.facts}) == 60


def test_poison_of_one_stays_with_that_one(no_backoff):
    bad, good = Note("tests.bad", LampLit, batch=10), Note("tests.good", LampLit, batch=10)
    bad.poison = 13
    tell(0, 30)
    for _ in range(5):
        run(bad, good)
        no_backoff()
    assert good.heard == expected(30, LampLit)
    assert bad.heard == [one for one in expected(30, LampLit) if one[1] != 13]
    assert ParkedFact.objects.get().listener == "tests.bad"
