"""What makes a signed joint record provable: a keyed hash over what was signed."""

from onegrid.cases.whistle.models import SiteRecord
from onegrid.kit.audit.sealing import canonical, keyed


def record_seal(record: SiteRecord) -> str:
    """Over findings, tasks (what, whose, until when) and who signed when; not over whether tasks are done."""
    tasks = record.tasks.order_by("position").values_list("words", "organisation_id", "due_on")
    signed = record.signatures.order_by("at", "pk").values_list("organisation_id", "by_id", "at")
    content = {
        "whistle": record.whistle_id,
        "findings": record.findings,
        "tasks": [[words, owner, day.isoformat()] for words, owner, day in tasks],
        "signed": [[owner, by, at.timestamp()] for owner, by, at in signed],
    }
    return keyed(canonical(content))


def seal_holds(record: SiteRecord) -> bool:
    return bool(record.seal) and record.seal == record_seal(record)
