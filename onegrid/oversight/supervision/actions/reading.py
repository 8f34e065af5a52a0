"""阅知: opening an instruction leaves a trace."""

from datetime import datetime

from django.db import transaction

from onegrid.accounts.identity.models import User
from onegrid.kit.audit import record
from onegrid.oversight.supervision.models import InstructionRead
from onegrid.oversight.supervision.queries.instructions import InstructionStory, instruction_story
from onegrid.oversight.supervision.rules import Secrecy


@transaction.atomic
def read_instruction(*, instruction_id: int, by: User, at: datetime) -> InstructionStory:
    """The instruction, for whoever may read it. The first time counts as receipt; of one that is not for all every
    reading is put on record."""
    story = instruction_story(instruction_id=instruction_id, viewer=by, at=at)
    row, first = InstructionRead.objects.get_or_create(
        instruction=story.instruction, user=by, defaults={"at": at}
    )
    if story.instruction.secrecy != Secrecy.OPEN:
        record("instructions.read", by=by, about=story.instruction, at=at)
    if first and story.reads:
        row.user = by
        story.reads.append(row)
    return story
