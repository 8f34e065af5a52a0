"""Looking at the platform by the clock, and trying whether an alert arrives."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.accounts.alerts.models import PartState
from onegrid.accounts.alerts.queries import TEST, operators
from onegrid.accounts.alerts.rules import told_now
from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.accounts.notices.models import Preference
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.kit.health import Part, Tone, look_at_all
from onegrid.places.areas.access import require_everywhere

PAGE = "/operator/health/"


def watch(*, at: datetime) -> list[str]:
    """One look at every part; operators hear of what turned bad or well. Names of those parts.

    The looking is outside the transaction: a part that hangs must not keep rows locked.
    """
    parts = look_at_all()
    with transaction.atomic():
        before = {row.name: row for row in PartState.objects.select_for_update().order_by("name")}
        changed = [part.name for part in parts if _weighed(part, before.get(part.name), at)]
        PartState.objects.exclude(name__in=[part.name for part in parts]).delete()
    return changed


def send_test_alert(*, by: User, at: datetime) -> list[str]:
    """An urgent message to oneself, by every channel that one has chosen. Names of these channels.

    Refused: no_channel_chosen (then only the inbox would show it, and nothing would be tried).
    """
    require_everywhere(by, "health.see")
    chosen = Preference.objects.filter(user=by).values_list("channels", flat=True).first()
    if not chosen:
        raise Refused(
            "no_channel_chosen",
            _("Switch a channel on in your account first: an alert would reach only the inbox."),
        )
    with transaction.atomic():
        notify(
            [by],
            title=_("Test alert"),
            body=_("If you read this on your phone, alerts reach you."),
            link=PAGE,
            kind=TEST,
            at=at,
            urgent=True,
        )
        record("accounts.test_alert", by=by, about=by, at=at)
    return chosen


def _weighed(part: Part, row: PartState | None, at: datetime) -> bool:
    row = row or PartState(name=part.name, since=at)
    bad = part.tone == Tone.BAD
    if bad != bool(row.bad_looks):
        row.since = at
    row.told, row.bad_looks, tell = told_now(told=row.told, bad_looks=min(row.bad_looks, 1000), bad=bad)
    row.looked_at = at
    row.save()
    if tell:
        _tell(part, tell == "bad", at)
    return bool(tell)


def _tell(part: Part, bad: bool, at: datetime) -> None:
    with translation.override("zh-hans"):  # a job has no reader whose language it could take
        words = _("%(part)s: needs you") if bad else _("%(part)s: well again")
        found = "\n".join(f"{one.label}: {one.value}. {one.advice}" for one in part.troubles)
        notify(
            operators(),
            title=words % {"part": part.title},
            body=found if bad else "",
            link=PAGE,
            kind="alert",
            at=at,
            urgent=bad,
        )
