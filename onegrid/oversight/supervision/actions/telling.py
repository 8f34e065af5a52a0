"""Clocks of replies speak: once when the set share of the limit is used, once when it is over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from onegrid.kit.facts import announce
from onegrid.oversight.supervision.actions.lines import tell
from onegrid.oversight.supervision.facts import InstructionDue
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.queries.instructions import people_of


def tell_of_instructions(*, at: datetime, most: int = 500) -> int:
    """How many clocks were told of, each in its own transaction; what is left comes with the next run."""
    due = Errand.objects.filter(tell_at__lte=at).order_by("tell_at").values_list("pk", flat=True)
    return sum(tell_of_errand(errand_id=pk, at=at) for pk in list(due[:most]))


@transaction.atomic
def tell_of_errand(*, errand_id: int, at: datetime) -> bool:
    """Due soon: the unit is told. Overdue: the writer as well. False when somebody moved it, or told, in between."""
    rows = Errand.objects.select_for_update(of=("self",)).select_related(
        "instruction__written_by", "org__area"
    )
    errand = rows.defer("org__point", "org__area__boundary", "org__area__centre").filter(pk=errand_id).first()
    if errand is None or errand.tell_at is None or errand.tell_at > at:
        return False
    over = at > errand.due_at
    errand.tell_at = (
        None if over else errand.due_at + timedelta.resolution
    )  # at its very end it is not over yet
    errand.save(update_fields=["tell_at"])
    fact = InstructionDue(errand.instruction_id, errand.pk, over)
    announce(fact, path=errand.instruction.area_path or None, org_id=errand.org_id)
    people = people_of(errand.org, at)
    if over:
        people.append(errand.instruction.written_by)
        tell(people, gettext_noop("%(unit)s has not replied until %(time)s"), errand, at)
    else:
        tell(people, gettext_noop("The reply to an instruction is due soon: %(time)s"), errand, at)
    return True
