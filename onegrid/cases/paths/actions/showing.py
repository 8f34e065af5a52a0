"""What each unit found and did in its section, and what that cost."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import HANDLE
from onegrid.cases.flow.actions import give_help
from onegrid.cases.flow.actions.writing import Photos
from onegrid.cases.flow.models import AssistState, Case
from onegrid.cases.flow.rules import NOTE_MAX, PHOTOS_MAX, State
from onegrid.cases.paths.access import answers_for
from onegrid.cases.paths.actions.asking import opened_path
from onegrid.cases.paths.facts import PathSectionShown
from onegrid.cases.paths.models import PathCase, PathSection, SectionEvidence, SectionLevel, SectionPhoto
from onegrid.cases.paths.queries import not_there
from onegrid.cases.paths.rules import CENT, COST_MOST, SECTION_STEPS, Deed, SectionState
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts import announce
from onegrid.kit.files import Kinds, Stored, store_file


@transaction.atomic
def show_section(
    *, path_id: int, section_id: int, words: str, photos: Photos = (), by: Actor, at: datetime
) -> SectionEvidence:
    """取证: words and photos of one's own section. When the last of a helping unit's sections has them, its help is
    given in the case too.

    Refused: no_case_yet, words_needed, words_too_long, too_many_photos, not_accepted, step_not_allowed, and those of
    store_file.
    """
    if not isinstance(by, User):
        raise NotAllowed("people_only", _("Only a signed-in person may do this."))
    if not words.strip():
        raise Refused("words_needed", _("Please say what was done."))
    if len(words) > NOTE_MAX:
        raise Refused(
            "words_too_long", _("The text is longer than %(most)s characters.") % {"most": NOTE_MAX}
        )
    if len(photos) > PHOTOS_MAX:
        raise Refused("too_many_photos", _("At most %(photos)s files.") % {"photos": PHOTOS_MAX})
    path, case, section = _own(path_id, section_id, by, at)
    after = SECTION_STEPS.get((SectionState(section.state), Deed.SHOW))
    if after is None:
        raise Refused("not_accepted", _("A section is shown after its unit has accepted it."))
    if case.state != State.DISPATCHED:
        raise Refused("step_not_allowed", _("Evidence is added while the lead case is handled."))
    section.state = after
    section.save(update_fields=["state"])
    shown = SectionEvidence.objects.create(section=section, words=words.strip(), by=by, at=at)
    stored = [
        photo if isinstance(photo, Stored) else store_file(photo, allow=Kinds.PHOTO, at=at)
        for photo in photos
    ]
    SectionPhoto.objects.bulk_create([SectionPhoto(evidence=shown, file=one.file) for one in stored])
    announce(PathSectionShown(path.pk, case.pk, section.pk), path=case.area_path, org_id=section.unit_id)
    _help_given(path, case, section, words, by, at)
    return shown


def _help_given(
    path: PathCase, case: Case, section: PathSection, words: str, by: Actor, at: datetime
) -> None:
    own = PathSection.objects.filter(path=path, level=SectionLevel.STREET, unit=section.unit_id)
    asked = case.assists.filter(org=section.unit_id, state=AssistState.ASKED)
    if own.exclude(state=SectionState.SHOWN).exists() or not asked.exists():
        return
    give_help(case_id=case.pk, words=words, by=by, at=at)


@transaction.atomic
def record_work(
    *, path_id: int, section_id: int, work: str, cost: Decimal | None, by: Actor, at: datetime
) -> PathSection:
    """分工与费用: what is done in a section and what it cost, in yuan; by its unit or by the lead's, whose word it is
    who does what. Refused: no_case_yet, cost_wrong, words_too_long."""
    if cost is not None and not (
        cost.is_finite() and Decimal(0) <= cost <= COST_MOST and cost == cost.quantize(CENT)
    ):
        raise Refused("cost_wrong", _("A cost is an amount in yuan with at most two decimals."))
    if len(work) > 500:
        raise Refused("words_too_long", _("The text is longer than %(most)s characters.") % {"most": 500})
    _path, case, section = _own(path_id, section_id, by, at, lead_too=True)
    before = {"work": section.work, "cost": _words(section.cost)}
    section.work, section.cost = work.strip(), cost
    section.save(update_fields=["work", "cost"])
    record(
        "paths.work", by=by, about=section, at=at,
        details={"case": case.number, "before": before, "work": section.work, "cost": _words(cost)},
    )  # fmt: skip
    return section


def _words(cost: Decimal | None) -> str | None:
    return None if cost is None else str(cost)


def _own(
    path_id: int, section_id: int, by: Actor, at: datetime, *, lead_too: bool = False
) -> tuple[PathCase, Case, PathSection]:
    path, case = opened_path(path_id, by, at)
    rows = (
        PathSection.objects.select_for_update(of=("self",))
        .select_related("unit__area")
        .defer("unit__area__boundary")
    )
    section = rows.filter(path=path, pk=section_id, level=SectionLevel.STREET).first()
    if section is None:
        raise not_there()
    leads = lead_too and by.scope(HANDLE).covers(case.area_path, case.unit_id)
    if not leads and not answers_for(by, section):
        raise NotAllowed("not_your_section", _("This section is another unit's."), what=HANDLE)
    return path, case, section
