"""Writing activities, calling them off; signing up and taking it back."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.accounts.notices.actions import tell_phones
from onegrid.cases.flow.rules import CODE_LETTERS
from onegrid.hall.activities import rules
from onegrid.hall.activities.access import EDIT
from onegrid.hall.activities.facts import ActivityCalledOff, ActivityPublished, PlaceTaken
from onegrid.hall.activities.models import Activity, SignUp
from onegrid.hall.activities.queries import own_sign_up, who_comes
from onegrid.hall.boards.actions import keep_sheet, locked_sheet, move_sheet, told
from onegrid.hall.boards.rules import SheetState
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area

CODE_LENGTH = 12
NAME_MAX, PHONE_MAX, PURPOSE_MAX = 40, 25, 200

WORDS = {
    "ends_before_start": gettext_lazy("It has to end after it begins."),
    "sign_up_after_end": gettext_lazy("Nobody can sign up after the end."),
    "not_shown": gettext_lazy("This activity is not there any more."),
    "called_off": gettext_lazy("This activity does not take place."),
    "too_late": gettext_lazy("It is too late to sign up."),
    "bad_people": gettext_lazy("One to six people, please."),
    "full": gettext_lazy("There are not so many places left."),
}


@transaction.atomic
def write_activity(
    *,
    activity_id: int | None = None,
    seen_version: int | None = None,
    title: str,
    body: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    sign_up_until: datetime,
    capacity: int | None = None,
    area: Area | None,
    by: Actor,
    at: datetime,
) -> Activity:
    """A new draft, or a changed activity. Places may become fewer than are taken: then nobody else comes in.

    Refused: words_missing, words_too_long, ends_before_start, sign_up_after_end, changed_meanwhile.
    """
    row = Activity() if activity_id is None else locked_sheet(
        Activity, activity_id, what=EDIT, by=by, seen_version=seen_version
    )  # fmt: skip
    wrong = rules.when_is_wrong(starts_at=starts_at, ends_at=ends_at, sign_up_until=sign_up_until)
    if wrong:
        raise Refused(wrong, WORDS[wrong])
    row.title = told(title, most=rules.TITLE_MAX, name=_("title"))
    row.body = told(body, most=rules.BODY_MAX, name=_("text"))
    row.place = told(place, most=rules.PLACE_MAX, name=_("place"))
    row.starts_at, row.ends_at, row.sign_up_until, row.capacity = starts_at, ends_at, sign_up_until, capacity
    return keep_sheet(row, area=area, what=EDIT, by=by, at=at)


@transaction.atomic
def publish_activity(*, activity_id: int, by: Actor, at: datetime) -> Activity:
    row = move_sheet(Activity, activity_id, "publish", what=EDIT, by=by, at=at)
    announce(ActivityPublished(row.pk), path=row.area_path or None)
    return row


@transaction.atomic
def withdraw_activity(*, activity_id: int, by: Actor, at: datetime) -> Activity:
    """Taken off the board; who has signed up is told nothing: to let them know, call it off first."""
    return move_sheet(Activity, activity_id, "withdraw", what=EDIT, by=by, at=at)


@transaction.atomic
def call_off_activity(*, activity_id: int, reason: str, by: Actor, at: datetime) -> Activity:
    """取消: it stays on the board with the reason, and whoever signed up is told.

    Refused: called_off (already, or it is not put up), words_missing, words_too_long.
    """
    row = locked_sheet(Activity, activity_id, what=EDIT, by=by)
    if row.state != SheetState.PUBLISHED or row.called_off_at is not None:
        raise Refused("called_off", WORDS["called_off"])
    row.called_off_for = told(reason, most=rules.REASON_MAX, name=_("why it does not take place"))
    row.called_off_at, row.version = at, row.version + 1
    row.save(update_fields=["called_off_for", "called_off_at", "version"])
    record("hall.call_off_activity", by=by, about=row, at=at)
    announce(ActivityCalledOff(row.pk), path=row.area_path or None)
    coming = SignUp.objects.filter(activity=row, cancelled_at=None, phone__isnull=False)
    phones = {f"activity.{row.pk}.{pk}": phone for pk, phone in coming.values_list("pk", "phone") if phone}
    if phones:
        with translation.override(settings.LANGUAGE_CODE):
            words = _("“%(title)s” on %(day)s does not take place.")
            day = timezone.localdate(row.starts_at).isoformat()
            tell_phones(phones, text=words % {"title": row.title, "day": day}, at=at)
    return row


def sign_up(
    *, activity_id: int, name: str, phone: str, people: int = 1, key: str | None = None, at: datetime
) -> SignUp:
    """报名, without an account: the code on the row takes it back. The same form sent twice is one sign-up.

    Refused: words_missing, no_phone, not_shown, called_off, too_late, bad_people, full, signed_up_already.
    """
    known = SignUp.objects.filter(source_key=key).first() if key else None
    try:
        return known or _signed_up(activity_id, name, phone, people, key, at)
    except IntegrityError:
        again = SignUp.objects.filter(source_key=key).first() if key else None
        if again is not None:  # the same form came twice at the same moment
            return again
        words = _("This phone has signed up already. The code that you were given opens the place.")
        raise Refused("signed_up_already", words) from None


@transaction.atomic
def _signed_up(activity_id: int, name: str, phone: str, people: int, key: str | None, at: datetime) -> SignUp:
    name = told(name, most=NAME_MAX, name=_("your name"))
    phone = told(phone, most=PHONE_MAX, name=_("phone"))
    if sum(sign.isascii() and sign.isdigit() for sign in phone) < 7:
        raise Refused("no_phone", _("This does not look like a phone number."))
    row = Activity.objects.select_for_update(of=("self",)).filter(pk=activity_id).first()
    refused = rules.sign_up_refused(
        is_shown=row is not None and row.state == SheetState.PUBLISHED,
        called_off=row is not None and row.called_off_at is not None,
        sign_up_until=row.sign_up_until if row else at,
        capacity=row.capacity if row else None,
        taken=row.taken if row else 0,
        people=people,
        at=at,
    )
    if refused or row is None:
        raise Refused(refused, WORDS[refused])
    made = SignUp.objects.create(
        activity=row,
        code="".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH)),
        source_key=key,
        name=name,
        phone=phone,
        phone_index=blind_index(phone, "phone"),
        people=people,
        made_at=at,
    )
    row.taken += people
    row.save(update_fields=["taken"])
    announce(PlaceTaken(row.pk, made.pk), path=row.area_path or None)
    return made


@transaction.atomic
def cancel_sign_up(*, code: str, at: datetime) -> SignUp:
    """取消报名: the places are free again, name and phone are forgotten.

    Refused: too_late (it has begun), cancelled_already.
    """
    seen = own_sign_up(code)
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=seen.activity_id)
    made = SignUp.objects.select_for_update().get(pk=seen.pk)
    if made.cancelled_at is not None:
        raise Refused("cancelled_already", _("This was taken back already."))
    if at >= activity.starts_at:
        raise Refused("too_late", _("It has begun already."))
    made.cancelled_at, made.name, made.phone, made.phone_index = at, None, None, ""
    made.save(update_fields=["cancelled_at", "name", "phone", "phone_index"])
    activity.taken = max(0, activity.taken - made.people)
    activity.save(update_fields=["taken"])
    return made


@transaction.atomic
def reveal_sign_ups(*, activity_id: int, purpose: str, by: Actor, at: datetime) -> list[SignUp]:
    """Names and phones in the clear, with an entry for each that says who looked and what for.

    Refused: words_missing, words_too_long (of the purpose).
    """
    rows = who_comes(activity_id, viewer=by)
    purpose = told(purpose, most=PURPOSE_MAX, name=_("purpose"))
    for row in rows:
        record("hall.reveal_sign_up", by=by, about=row, at=at, reason=purpose)
    return rows


@transaction.atomic
def forget_names(*, at: datetime) -> int:
    """Names and phones of what ended NAMES_KEPT ago are removed; how many."""
    over = SignUp.objects.filter(activity__ends_at__lt=at - rules.NAMES_KEPT, name__isnull=False)
    return over.update(name=None, phone=None, phone_index="")
