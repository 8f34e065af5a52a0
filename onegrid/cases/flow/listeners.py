"""What cases do when people change: open tasks follow the duty. When a year is published: clocks that run into it."""

from collections.abc import Sequence

from onegrid.accounts.duties.facts import DutyHandedOver
from onegrid.accounts.identity.facts import UserLeft, UserLocked
from onegrid.cases.flow.actions import pass_on_tasks
from onegrid.cases.flow.actions.recounting import recount_later
from onegrid.kit.actors import SystemActor
from onegrid.kit.facts import Heard, Start, listens
from onegrid.places.calendars.facts import CalendarPublished


@listens("cases.tasks_follow", to=[UserLeft, UserLocked, DutyHandedOver], start=Start.NOW)
def tasks_follow(batch: Sequence[Heard]) -> None:
    of = [
        (heard.fact.user_id, None)
        if isinstance(heard.fact, UserLeft | UserLocked)
        else (heard.fact.from_user_id, heard.fact.area_id)
        for heard in batch
    ]
    pass_on_tasks(of=of, by=SystemActor("duties"), at=max(heard.at for heard in batch))


@listens("cases.clocks_follow_calendar", to=[CalendarPublished], start=Start.NOW)
def clocks_follow_calendar(batch: Sequence[Heard]) -> None:
    recount_later([(heard.fact.number, heard.fact.surer) for heard in batch])
