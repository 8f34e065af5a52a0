"""What others do while a peer takes its time. These commit: they stand apart from streets that are kept."""

import pytest
from django.db import connection, transaction

from onegrid.accounts.notices import actions
from onegrid.accounts.notices.facts import NoticeWritten
from onegrid.accounts.notices.models import ChannelMessage
from onegrid.kit.facts import announce, positions
from tests.accounts.notices.test_notices import AT, peer, tell  # noqa: F401  a fixture
from tests.kit.facts.conftest import settle
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_slow_peer_holds_up_no_facts(streets, peer):  # noqa: F811
    worker = streets.a.staff["grid_worker"]
    actions.choose_channels(by=worker, channels=["wecom"])
    tell([worker])
    held_up: list[bool] = []

    def meanwhile() -> None:
        with transaction.atomic():
            announce(NoticeWritten(notice_id=1, recipient_id=worker.pk))
        settle(5)
        held_up.append(positions.unsettled())
        connection.close()

    peer.meanwhile = meanwhile
    assert actions.deliver(message_id=ChannelMessage.objects.get().pk, at=AT).state == "sent"
    assert held_up == [False]
