"""更正、删除请求: asked by whoever holds the phone, answered by a data officer."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import tell_phones
from onegrid.cases.flow.access import PhoneHolder
from onegrid.cases.flow.actions import correct_name, forget_contact
from onegrid.hall.activities.models import SignUp
from onegrid.hall.answers.models import Question
from onegrid.hall.boards.actions import told
from onegrid.hall.residents import rules
from onegrid.hall.residents.facts import DataRequestAnswered, DataRequested
from onegrid.hall.residents.limits import answer_by, request_kept
from onegrid.hall.residents.models import DataRequest, PhoneSession
from onegrid.hall.residents.queries.held import answering_paths, held_about, request_in_reach
from onegrid.hall.residents.rules import RequestKind, RequestState
from onegrid.kit.actors import Actor
from onegrid.kit.actors.scope import path_range
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce

PURPOSE_MAX = 200  # characters


def ask_about_data(
    *, kind: RequestKind, phone: str, name: str = "", words: str = "", by: PhoneHolder, at: datetime
) -> list[DataRequest]:
    """A request about what is kept with the phone: a part for each street in which something is, all or none.

    `name`: the right one, for a correction.

    Refused: nothing_held, name_needed, words_too_long, asked_already.
    """
    name, words = name.replace("\x00", "").strip(), words.replace("\x00", "").strip()
    if not held_about(viewer=by, at=at).anything:
        raise Refused("nothing_held", _("Nothing is kept with this phone."))
    if kind == RequestKind.CORRECTION and not 0 < len(name) <= rules.NAME_MAX:
        raise Refused("name_needed", _("Please write the right name, in at most 40 characters."))
    if len(words) > rules.WORDS_MAX:
        raise Refused("words_too_long", _("That is too long."), most=rules.WORDS_MAX)
    try:
        return _asked(kind, phone, name, words, by, at)
    except IntegrityError:
        raise Refused(
            "asked_already", _("You have asked for this already; it waits for an answer.")
        ) from None


@transaction.atomic
def _asked(
    kind: RequestKind, phone: str, name: str, words: str, by: PhoneHolder, at: datetime
) -> list[DataRequest]:
    rows = []
    for path in answering_paths(viewer=by):
        row = DataRequest.objects.create(
            kind=kind,
            phone=phone,
            phone_index=by.phone_index,
            area_path=path,
            name=name if kind == RequestKind.CORRECTION else None,
            words=words,
            made_at=at,
            due_on=answer_by(timezone.localdate(at)),
        )
        record("hall.ask_about_data", by=by, about=row, at=at)
        announce(DataRequested(row.pk), path=path or None)
        rows.append(row)
    return rows


@transaction.atomic
def answer_data_request(*, request_id: int, grant: bool, answer: str, by: Actor, at: datetime) -> DataRequest:
    """办理: granted, the contact is put right or removed everywhere at once; the person is told by phone before it is
    forgotten. Refused: words_missing, words_too_long, answered_already."""
    request_in_reach(request_id, viewer=by)
    row = DataRequest.objects.select_for_update().get(pk=request_id)
    if row.state != RequestState.OPEN:
        raise Refused("answered_already", _("%(who)s has answered it already.") % {"who": row.answered_by})
    answer = answer.replace("\x00", "").strip()
    if not answer:
        raise Refused("words_missing", _("Please fill in: %(name)s.") % {"name": _("answer")})
    if len(answer) > rules.WORDS_MAX:
        raise Refused("words_too_long", _("That is too long."), most=rules.WORDS_MAX)
    if row.phone:
        with translation.override(settings.LANGUAGE_CODE):
            words = _("Your request about your data is answered. You read the answer under “my matters”.")
            tell_phones({f"data_request.{row.pk}": row.phone}, text=words, at=at)
    if grant:
        row.changed = _carried_out(row, by, at)
    row.state = RequestState.DONE if grant else RequestState.REFUSED
    row.answer, row.answered_by, row.answered_at = answer, by.actor_label[:80], at
    row.phone, row.name = None, None
    row.save()
    record("hall.answer_data_request", by=by, about=row, at=at, details={"granted": grant})
    announce(DataRequestAnswered(row.pk), path=row.area_path or None)
    return row


@transaction.atomic
def forget_old_requests(*, at: datetime) -> int:
    """Who asked, and in what words, goes `request_days` after the answer; that something was asked, and what was
    answered, stays. How many."""
    before = at - request_kept(timezone.localdate(at))
    return (
        DataRequest.objects.exclude(phone_index="")
        .filter(answered_at__lt=before)
        .update(phone_index="", words="")
    )


@transaction.atomic
def reveal_name(*, request_id: int, purpose: str, by: Actor, at: datetime) -> DataRequest:
    """A correction with the right name in the clear; who looked, and what for, is on record and told to the person.

    Refused: words_missing, words_too_long (of the purpose).
    """
    row = request_in_reach(request_id, viewer=by)
    record(
        "hall.reveal_request",
        by=by,
        about=row,
        at=at,
        reason=told(purpose, most=PURPOSE_MAX, name=_("purpose")),
    )
    return row


def _carried_out(row: DataRequest, by: Actor, at: datetime) -> int:
    """How many rows were changed: those of the part's own area, and sign-ups for what is for everybody."""
    index, within = row.phone_index, row.area_path
    low, high = path_range(within) if within else ("", "")
    here = Q(area_path__gte=low, area_path__lt=high) if within else Q()
    coming = Q(activity__area_path__gte=low, activity__area_path__lt=high) | Q(activity__area_path="")
    places = SignUp.objects.filter(coming if within else Q(), phone_index=index)
    if row.kind == RequestKind.CORRECTION:
        changed = correct_name(phone_index=index, name=row.name or "", by=by, at=at, within=within)
        return changed + places.update(name=row.name)
    changed = forget_contact(phone_index=index, by=by, at=at, within=within)
    changed += Question.objects.filter(here, phone_index=index).update(phone=None, phone_index="")
    changed += places.update(name=None, phone=None, phone_index="")
    others = DataRequest.objects.filter(phone_index=index, kind=row.kind, state=RequestState.OPEN)
    if not others.exclude(pk=row.pk).exists():  # while a part waits, its asker may still read of it
        PhoneSession.objects.filter(phone_index=index, ended_at=None).update(ended_at=at)
    return changed
