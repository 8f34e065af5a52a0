"""What the reporter may do with number and code, and what happens after closing."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.accounts.notices.actions import notify
from onegrid.cases.flow.access import FollowingResident, Resident
from onegrid.cases.flow.actions.help import release_all
from onegrid.cases.flow.actions.merging import refuse_with_merged, stands_for_itself
from onegrid.cases.flow.actions.writing import (
    Taken,
    about,
    advance,
    checked_case,
    drafted,
    locked_case,
    noted,
    written,
)
from onegrid.cases.flow.facts import CaseRated, CaseRatedByFollower, CaseReopened, CaseWithdrawn
from onegrid.cases.flow.holders import people_to_tell
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case, Follower, Step
from onegrid.cases.flow.queries.public import followed_case, followers_view
from onegrid.cases.flow.refusals import broken, no_such_case
from onegrid.cases.flow.rules import Broken, State, Verb, followers_ways, reporters_ways
from onegrid.cases.flow.standing import locked
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce


@transaction.atomic
def reopen_case(
    *, case_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Case:
    """重新办理: closed too early, or it came back; the dispatcher has it again, with a clock of its own."""
    case = locked_case(case_id, seen_version, Taken(Verb.REOPEN, by, at, reason))
    return _reopened(case, Taken(Verb.REOPEN, by, at, reason))


def _reopened(case: Case, taken: Taken) -> Case:
    unit_id, case.unit, case.designated, case.rule_limits = case.unit_id, None, False, None
    release_all(case, taken.at)
    stands_for_itself(case, taken.by, taken.at)
    step = advance(case, taken)
    announce(CaseReopened(case.pk, step.pk), path=case.area_path, org_id=unit_id)
    return case


@transaction.atomic
def withdraw_report(*, number: str, follow_code: str, reason: str, at: datetime) -> Case:
    """撤回: the reporter takes it back, as long as no unit has it. Number and code are the right to do so.

    Refused besides the common ones: others_merged_into_it, others_follow_it.
    """
    case = _own(number, follow_code, at)
    taken = Taken(Verb.WITHDRAW, Resident(), at, reason)
    checked_case(case, None, taken)
    refuse_with_merged(case)
    if Follower.objects.filter(case=case, left_at=None).exists():
        words = _("Other people follow this matter, so it goes on. There is nothing that you need to do.")
        raise Refused("others_follow_it", words)
    step = advance(case, taken)
    announce(CaseWithdrawn(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    return case


@transaction.atomic
def rate_case(
    *,
    number: str,
    follow_code: str,
    stars: int,
    satisfied: bool,
    words: str = "",
    redo: bool = False,
    at: datetime,
) -> Case:
    """评价: 1 to 5 stars and whether the reporter is satisfied, once per closing; who is not may ask for one redo.

    Refused besides the common ones: bad_stars, rated_already, no_redo_left.
    """
    _check_stars(stars)
    case = _own(number, follow_code, at)
    details = {"stars": stars, "satisfied": satisfied}
    checked_case(case, None, Taken(Verb.RATE, Resident(), at, words))
    ways = reporters_ways(
        State(case.state),
        _steps(case),
        reporter=Resident.actor_key,
        redo_most=flow_limits(timezone.localdate(at)).redo_most,
    )
    if "rate" not in ways:
        raise _rated_already()
    if redo and (satisfied or "redo" not in ways):
        raise Refused("no_redo_left", _("It was done again once already. Please call the hotline."))
    step = noted(case, Taken(Verb.RATE, Resident(), at, words, details=details))
    announce(CaseRated(case.pk, step.pk), path=case.area_path, org_id=case.unit_id)
    if redo:
        reason = words.strip() or _("The reporter is not satisfied.")
        _reopened(case, Taken(Verb.REOPEN, Resident(), at, reason, details={"by_reporter": True}))
    return case


@transaction.atomic
def rate_as_follower(
    *, number: str, follow_code: str, stars: int, satisfied: bool, words: str = "", at: datetime
) -> Case:
    """评价 by one of those who follow it, once per closing, beside the reporter's and never instead of it.

    Asks for no redo, and leaves the version. Refused besides the common ones: bad_stars, rated_already.
    """
    _check_stars(stars)
    follower = followers_view(number, follow_code)
    by = FollowingResident.of(follower.pk)
    case = locked(follower.case_id, by, at)
    if case is None:
        raise no_such_case()
    details = {"stars": stars, "satisfied": satisfied, "follower": follower.pk}
    taken = Taken(Verb.RATE, by, at, words, details=details)
    checked_case(case, None, taken)
    if "rate" not in followers_ways(State(case.state), _steps(case), follower=by.actor_key):
        raise _rated_already()
    draft = drafted(case, taken, before=case.state, details=details, to="", clock_runs_on=True)
    step = written(case, draft)
    announce(CaseRatedByFollower(case.pk, step.pk, follower.pk), path=case.area_path, org_id=case.unit_id)
    return case


def _check_stars(stars: int) -> None:
    if stars not in range(1, 6):
        raise Refused("bad_stars", _("Between one and five stars, please."))


def _steps(case: Case) -> list[tuple[str, str]]:
    return list(Step.objects.filter(case=case).order_by("position").values_list("verb", "actor_key"))


def _rated_already() -> Refused:
    return Refused("rated_already", _("You have rated this result already. Thank you."))


@transaction.atomic
def add_to_report(*, number: str, follow_code: str, words: str, at: datetime) -> Case:
    """补充说明: the reporter adds something, or answers a question. Nothing moves; whoever has the case is told.

    The same words twice in a row are one note: the button was pressed twice.
    """
    case = _own(number, follow_code, at)
    taken = Taken(Verb.NOTE, Resident(), at, words)
    checked_case(case, None, taken)
    if not _said_just_now(case, taken):
        noted(case, taken)
        _tell_of_words(case, gettext_noop("%(number)s: the reporter adds something"), at)
    return case


@transaction.atomic
def add_as_follower(*, number: str, follow_code: str, words: str, at: datetime) -> Case:
    """补充说明 by one of those who follow it. As for the reporter, but the version stays: whoever is working on the
    case is not disturbed. Refused besides the common ones: case_is_final (it was cancelled)."""
    follower = followers_view(number, follow_code)
    by = FollowingResident.of(follower.pk)
    case = locked(follower.case_id, by, at)
    if case is None:
        raise no_such_case()
    details = {"follower": follower.pk}
    taken = Taken(Verb.NOTE, by, at, words, details=details)
    checked_case(case, None, taken)
    if "note" not in followers_ways(State(case.state), [], follower=by.actor_key):
        raise broken(Broken("case_is_final"), case)
    if not _said_just_now(case, taken):
        written(case, drafted(case, taken, before=case.state, details=details, to="", clock_runs_on=True))
        _tell_of_words(case, gettext_noop("%(number)s: somebody who follows it adds something"), at)
    return case


def _said_just_now(case: Case, taken: Taken) -> bool:
    last = case.steps.last()
    said = (Verb.NOTE, taken.by.actor_key, taken.words.strip())
    return last is not None and (last.verb, last.actor_key, last.words) == said


def _tell_of_words(case: Case, title: str, at: datetime) -> None:
    people = people_to_tell(case, at)
    if people:
        with translation.override(settings.LANGUAGE_CODE):
            notify(
                people,
                title=_(title) % {"number": case.number},
                body=about(case),
                link=f"/cases/{case.number}/",
                kind="case.reporter_note",
                at=at,
            )


def _own(number: str, follow_code: str, at: datetime) -> Case:
    found = followed_case(number, follow_code)
    case = locked(found.pk, Resident(), at)
    if case is None:
        raise no_such_case()
    return case
