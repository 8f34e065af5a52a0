"""疑点: found by the clock, judged by people."""

import json
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import Posting, User
from onegrid.kit.actors import require
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.oversight.scores.access import DECIDE, require_somewhere
from onegrid.oversight.scores.models import Sign, SignState
from onegrid.oversight.scores.queries import no_such_score
from onegrid.oversight.scores.signs import found_signs

WORDS_MAX = 1000


@transaction.atomic
def find_signs(*, since: date, until: date, at: datetime) -> int:
    """Writes what is new among what the days show; how many. What was found before keeps its judgement."""
    found = list(found_signs(since, until))
    known = set(Sign.objects.filter(key__in=[row[3] for _kind, row in found]).values_list("key", flat=True))
    places = _places({row[0] for _kind, row in found}, until)
    new = [
        Sign(
            kind=kind, user_id=user, case_id=case, happened_on=day, key=key, found_at=at,
            details=json.loads(figures) if isinstance(figures, str) else figures, area_path=places.get(user, ""),
        )
        for kind, (user, case, day, key, figures) in found
        if key not in known
    ]  # fmt: skip
    Sign.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def review_sign(*, sign_id: int, in_order: bool, words: str, by: User, at: datetime) -> Sign:
    """Somebody looked at it and says what he saw. Nothing follows by itself. Refused: decided_already, own_sign,
    reason_needed."""
    require_somewhere(by, DECIDE)
    sign = Sign.objects.select_for_update().filter(pk=sign_id).first()
    if sign is None:
        raise no_such_score()
    require(by, DECIDE, path=sign.area_path)
    if sign.state != SignState.OPEN:
        raise Refused("decided_already", _("Somebody looked at this already."))
    if sign.user_id == by.pk:
        raise Refused("own_sign", _("Nobody judges his own work."))
    words = words.replace("\x00", "").strip()
    if not 0 < len(words) <= WORDS_MAX:
        raise Refused(
            "reason_needed",
            _("Please give the reason, in at most %(most)s characters.") % {"most": WORDS_MAX},
        )
    sign.state = SignState.FINE if in_order else SignState.CONFIRMED
    sign.words, sign.decided_by, sign.decided_at = words, by, at
    sign.save()
    record("scores.review_sign", by=by, about=sign, at=at, details={"in_order": in_order})
    return sign


def _places(users: set[int], day: date) -> dict[int, str]:
    posts = Posting.objects.serving_on(day).filter(user__in=users, area__isnull=False).order_by("-pk")
    return dict(posts.values_list("user_id", "area__path"))
