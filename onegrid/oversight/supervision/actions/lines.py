"""What every step of an instruction writes: its line with files, the audit entry, the fact, the notices."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.files import Kinds, store_file
from onegrid.oversight.supervision import rules
from onegrid.oversight.supervision.facts import InstructionMoved
from onegrid.oversight.supervision.models import (
    Errand,
    Instruction,
    InstructionFile,
    InstructionLine,
)
from onegrid.oversight.supervision.rules import Secrecy, Urgency, Verb

FILE_KINDS = Kinds.PHOTO | Kinds.DOCUMENT


def line(
    instruction: Instruction,
    errand: Errand | None,
    verb: Verb,
    words: str,
    by: Actor,
    at: datetime,
    *,
    org_name: str = "",
    details: dict[str, Any] | None = None,
    files: Sequence[BinaryIO] = (),
) -> InstructionLine:
    """Refused besides those of kit.files: too_many_files."""
    if len(files) > rules.FILES_MOST:
        raise Refused("too_many_files", _("At most %(files)s files.") % {"files": rules.FILES_MOST})
    row = InstructionLine.objects.create(
        instruction=instruction,
        errand=errand,
        verb=verb,
        words=words.strip(),
        details=details or {},
        by_key=by.actor_key,
        by_label=by.actor_label[:80],
        org_name=org_name,
        at=at,
    )
    for one in files:
        stored = store_file(one, allow=FILE_KINDS, at=at).file
        InstructionFile.objects.create(line=row, file=stored, name=str(getattr(one, "name", "") or "")[:120])
    record(
        f"instructions.{verb}",
        by=by,
        about=instruction,
        at=at,
        details={"errand": errand.pk if errand else None, **(details or {})},
    )
    return row


def moved(errand: Errand, verb: Verb) -> None:
    announce(
        InstructionMoved(errand.instruction_id, errand.pk, verb.value),
        path=errand.instruction.area_path or None,
        org_id=errand.org_id,
    )


def checked_words(words: str, *, needed: bool) -> str:
    """Refused: words_needed, words_too_long."""
    said = words.replace("\x00", "").strip()
    if needed and not said:
        raise Refused("words_needed", _("Please say it in words."))
    if len(said) > rules.WORDS_MAX:
        raise Refused("words_too_long", _("Please use fewer words."), most=rules.WORDS_MAX)
    return said


def tell(people: Iterable[User], title: str, errand: Errand, at: datetime) -> None:
    """`title`: a message id with %(unit)s and %(time)s. What the instruction says is not in the notice where it is
    not for all."""
    people = list(people)
    if not people:
        return
    instruction = errand.instruction
    with translation.override(settings.LANGUAGE_CODE):
        secret = instruction.secrecy != Secrecy.OPEN
        until = f"{timezone.localtime(errand.due_at):%m-%d %H:%M}"
        notify(
            people,
            title=_(title) % {"unit": errand.org.name, "time": until, "who": instruction.writer_label},
            body="" if secret else instruction.words[:200],
            link=f"/oversee/instructions/{instruction.pk}/",
            kind="instruction",
            at=at,
            urgent=instruction.urgency == Urgency.AT_ONCE,
        )
