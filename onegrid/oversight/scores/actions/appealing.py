"""申诉、裁定、更正: a score is never edited; what was wrong stands beside it, with its reason."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.kit.actors import require
from onegrid.kit.audit import record
from onegrid.kit.errors import Refused
from onegrid.oversight.scores.access import DECIDE, require_somewhere
from onegrid.oversight.scores.models import Appeal, AppealState, Correction, Score
from onegrid.oversight.scores.queries import is_about, no_such_score

REASON_MAX = 1000
CORRECTION_MOST = Decimal(100)


@transaction.atomic
def appeal(*, score_id: int, code: str = "", reason: str, by: User, at: datetime) -> Appeal:
    """Whoever is scored, or speaks for the unit that is, says what is wrong; `code`: about which component.

    Refused: reason_needed, too_late, waits_already.
    """
    score = _locked(score_id)
    if not is_about(score, by):
        raise no_such_score()
    reason = _reason(reason)
    days = int(score.run.rule.definition.get("appeal_days", 7))
    if at > score.run.made_at + timedelta(days=days):
        raise Refused(
            "too_late",
            _("An appeal was possible for %(days)s days after the scores were made.") % {"days": days},
        )
    if Appeal.objects.filter(score=score, state=AppealState.WAITING).exists():
        raise Refused("waits_already", _("An appeal is waiting for its decision."))
    known = {one["code"] for one in score.run.rule.definition["components"]}
    made = Appeal.objects.create(
        score=score, code=code if code in known else "", reason=reason, state=AppealState.WAITING, asked_by=by,
        asked_at=at,
    )  # fmt: skip
    record("scores.appeal", by=by, about=made, at=at, details={"score": score.pk})
    return made


@transaction.atomic
def decide_appeal(
    *, appeal_id: int, granted: bool, points: Decimal | None = None, words: str, by: User, at: datetime
) -> Appeal:
    """Somebody else decides, in words. Granted, it adds a correction of `points`. Refused: decided_already,
    own_appeal, reason_needed, bad_points."""
    require_somewhere(by, DECIDE)
    one = Appeal.objects.select_for_update().select_related("score__run__rule").filter(pk=appeal_id).first()
    if one is None:
        raise no_such_score()
    require(by, DECIDE, path=one.score.area_path, org_id=one.score.org_id)
    if one.state != AppealState.WAITING:
        raise Refused("decided_already", _("This appeal is decided already."))
    if one.asked_by_id == by.pk or is_about(one.score, by):
        raise Refused("own_appeal", _("Nobody decides about his own score."))
    one.state = AppealState.GRANTED if granted else AppealState.REFUSED
    one.words, one.decided_by, one.decided_at = _reason(words), by, at
    one.save()
    if granted:
        _correct(one.score, one, points, one.words, by, at)
    record("scores.decide_appeal", by=by, about=one, at=at, details={"granted": granted})
    notify(
        [one.asked_by],
        title=_(gettext_noop("Your appeal against a score is decided: %(how)s"))
        % {"how": one.get_state_display()},
        link=f"/scores/{one.score_id}/",
        kind="scores.appeal",
        at=at,
    )
    return one


@transaction.atomic
def correct(*, score_id: int, points: Decimal | None, reason: str, by: User, at: datetime) -> Correction:
    """Without an appeal: the centre saw that a point was wrong. Refused: own_appeal, reason_needed, bad_points."""
    require_somewhere(by, DECIDE)
    score = _locked(score_id)
    require(by, DECIDE, path=score.area_path, org_id=score.org_id)
    if is_about(score, by):
        raise Refused("own_appeal", _("Nobody decides about his own score."))
    made = _correct(score, None, points, _reason(reason), by, at)
    record("scores.correct", by=by, about=made, at=at, details={"score": score.pk})
    return made


def _correct(
    score: Score, about: Appeal | None, points: Decimal | None, reason: str, by: User, at: datetime
) -> Correction:
    if (
        points is None
        or not points.is_finite()
        or not points
        or abs(points) > CORRECTION_MOST
        or score.points is None
    ):
        raise Refused(
            "bad_points",
            _("Say how many points more or less, at most 100; there must be a score to correct."),
        )
    return Correction.objects.create(
        score=score, appeal=about, points=round(points, 2), reason=reason, by=by, at=at
    )


def _reason(words: str) -> str:
    words = words.replace("\x00", "").strip()
    if not 0 < len(words) <= REASON_MAX:
        raise Refused(
            "reason_needed",
            _("Please give the reason, in at most %(most)s characters.") % {"most": REASON_MAX},
        )
    return words


def _locked(score_id: int) -> Score:
    score = Score.objects.select_for_update().select_related("run__rule").filter(pk=score_id).first()
    if score is None:
        raise no_such_score()
    return score
