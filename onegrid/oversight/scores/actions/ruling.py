"""Versions of rules: draft, publish, discard."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.oversight.scores.access import EDIT, require_somewhere
from onegrid.oversight.scores.models import RuleState, ScoreRule
from onegrid.oversight.scores.rules import BadRule, check
from onegrid.oversight.scores.shipped import shipped

WORDS = {
    "bad_sample": gettext_noop("Say what counts as a matter and how many are the least."),
    "no_components": gettext_noop("A rule needs at least one component."),
    "too_many": gettext_noop("These are too many components."),
    "twice": gettext_noop("Two components have the same name."),
    "bad_formula": gettext_noop("This is no division of counters: %(where)s."),
    "bad_number": gettext_noop("A number is missing or cannot be: %(where)s."),
    "bad_counter": gettext_noop("A counter is not known: %(where)s."),
    "bad_grades": gettext_noop("Grades fall from the best to the last, which begins at 0; each has a name."),
    "bad_mark": gettext_noop("Say where the component comes from: %(where)s."),
}


@transaction.atomic
def load_rules(*, by: Actor, at: datetime) -> int:
    """Publishes the shipped rule of every kind of subject that has none; how many. They hold from the beginning."""
    made = 0
    for one in shipped():
        if ScoreRule.objects.filter(subject=one["subject"]).exists():
            continue
        check(one["definition"])
        ScoreRule.objects.create(
            subject=one["subject"], number=1, every=one["every"], state=RuleState.PUBLISHED,
            definition=one["definition"], note=gettext_noop("Shipped with the platform"), valid_from=date(2000, 1, 1),
            made_by=by.actor_label, made_at=at, published_by=by.actor_label, published_at=at,
        )  # fmt: skip
        made += 1
    return made


@transaction.atomic
def start_draft(*, rule_id: int, by: Actor, at: datetime) -> ScoreRule:
    """A draft that begins as a copy of a published version. Refused: draft_there."""
    require_somewhere(by, EDIT)
    rule = _locked(rule_id)
    if ScoreRule.objects.filter(subject=rule.subject, state=RuleState.DRAFT).exists():
        raise Refused("draft_there", _("There is a draft already. Publish or discard it first."))
    newest = ScoreRule.objects.filter(subject=rule.subject).aggregate(n=Max("number"))["n"]
    return ScoreRule.objects.create(
        subject=rule.subject, number=newest + 1, every=rule.every, state=RuleState.DRAFT,
        definition=rule.definition, made_by=by.actor_label[:80], made_at=at,
    )  # fmt: skip


@transaction.atomic
def keep_draft(*, rule_id: int, definition: dict[str, Any], note: str, by: Actor, at: datetime) -> ScoreRule:
    """The draft with other content. Refused: not_a_draft, and the codes of rules.BadRule."""
    require_somewhere(by, EDIT)
    rule = _draft(rule_id)
    _check(definition)
    rule.definition, rule.note = definition, note.strip()[:200]
    rule.save(update_fields=["definition", "note"])
    return rule


@transaction.atomic
def publish_rule(*, rule_id: int, valid_from: date, note: str, by: Actor, at: datetime) -> ScoreRule:
    """From this day on the version holds. Refused: not_a_draft, note_needed, day_is_over (a period that began is
    scored by the rule it began under)."""
    require_somewhere(by, EDIT)
    rule = _draft(rule_id)
    _check(rule.definition)
    if not note.strip():
        raise Refused("note_needed", _("Say what changes and why: everybody who is scored reads it."))
    if valid_from <= timezone.localdate(at):
        raise Refused(
            "day_is_over", _("Rules hold from a day to come: nobody is scored by rules unknown to him.")
        )
    rule.state, rule.valid_from, rule.note = RuleState.PUBLISHED, valid_from, note.strip()[:200]
    rule.published_by, rule.published_at = by.actor_label[:80], at
    rule.save()
    record("scores.publish_rule", by=by, about=rule, at=at, reason=rule.note)
    return rule


@transaction.atomic
def discard_draft(*, rule_id: int, by: Actor, at: datetime) -> ScoreRule:
    """Refused: not_a_draft."""
    require_somewhere(by, EDIT)
    rule = _draft(rule_id)
    rule.state = RuleState.DISCARDED
    rule.save(update_fields=["state"])
    return rule


def _check(definition: dict[str, Any]) -> None:
    try:
        check(definition)
    except BadRule as failure:
        raise Refused(failure.code, _(WORDS[failure.code]) % {"where": failure.where}) from None


def _draft(rule_id: int) -> ScoreRule:
    rule = _locked(rule_id)
    if rule.state != RuleState.DRAFT:
        raise Refused("not_a_draft", _("A published version never changes. Begin a draft from it."))
    return rule


def _locked(rule_id: int) -> ScoreRule:
    rule = ScoreRule.objects.select_for_update().filter(pk=rule_id).first()
    if rule is None:
        raise NotFound("no_such_rule", _("There is no such rule."))
    return rule
