"""The one way in, for every channel."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.models import CaseClass, Priority
from onegrid.cases.flow import rules
from onegrid.cases.flow.access import ALARM, VERIFY, require_report, require_report_here
from onegrid.cases.flow.actions.alarm import tell_leaders
from onegrid.cases.flow.actions.writing import Photos, Taken, clock_asked, drafted, tell_next, written
from onegrid.cases.flow.chain import first_hash, report_hash
from onegrid.cases.flow.facts import CaseOpened
from onegrid.cases.flow.holders import next_asked, next_holder
from onegrid.cases.flow.models import Case, Channel, StageClock, Step
from onegrid.cases.flow.places import Place, place_of
from onegrid.cases.flow.rules import State, Verb
from onegrid.cases.flow.standing import GRID, POST, Standing, post_in_words, stand
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import Refused
from onegrid.kit.facts import announce
from onegrid.kit.files import Stored, sha256_of
from onegrid.kit.statements import ask, foreseen, gathering, sequence_of
from onegrid.places.areas.models import CGCS2000

PREFIX = rules.NUMBER_PREFIX
SEEN_BY_STAFF = (Channel.GRID_WORKER, Channel.SUPERVISOR)
KEY_MAX = 120  # characters, as Case.source_key holds


@dataclass(frozen=True)
class Report:
    """What was handed in, tidied; two reports with the same digest are the same report."""

    channel: Channel
    text: str
    case_class: CaseClass | None
    lon: float | None
    lat: float | None
    address: str
    area_id: int | None
    photos: Photos
    contact_name: str
    contact_phone: str
    urgent: bool = False
    secret: bool = False

    @property
    def digest(self) -> str:
        """Keyed, since a bare hash of a name and phone is guessed by trying all phones."""
        photos = [
            photo.file.sha256 if isinstance(photo, Stored) else sha256_of(photo) for photo in self.photos
        ]
        class_id = self.case_class.pk if self.case_class else None
        content = [
            self.text, class_id, self.lon, self.lat, self.address, photos, self.contact_name, self.contact_phone,
        ]  # fmt: skip
        if self.urgent or self.secret:
            content += [self.urgent, self.secret]
        return blind_index(hashlib.sha256(canonical(content)).hexdigest(), "report")


def open_case(
    *,
    channel: Channel,
    text: str,
    case_class: CaseClass | None = None,
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    area_id: int | None = None,
    photos: Photos = (),
    contact_name: str = "",
    contact_phone: str = "",
    urgent: bool = False,
    secret: bool = False,
    idempotency_key: str | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """上报: a report becomes a case, held by the worker who answers for its grid.

    What a grid worker or supervisor saw in their own area, what a class says nobody needs to verify, and
    an emergency, need no verification: it waits for filing at once. `urgent` (for whom may declare an emergency, and
    for every class of that priority): leaders are told aloud, and each stage runs on the emergency's clock. `secret`:
    who reported it stays with the centre (保密).

    `lon`, `lat`: CGCS2000 degrees. `area_id`: where it lies when there is no point, for who knows. A retry with the
    same key on the same channel gives the same case. Refused: report_is_empty, text_too_long, too_many_photos,
    place_needed, outside_all_grids, place_unknown, area_closed, outside_your_area, class_not_in_force,
    bad_idempotency_key, key_used_for_another_report, and the refusals of store_file.
    """
    require_report(by)
    report = tidied(
        channel=channel,
        text=text,
        case_class=case_class,
        lon=lon,
        lat=lat,
        address=address,
        area_id=area_id,
        photos=photos,
        contact_name=contact_name,
        contact_phone=contact_phone,
        urgent=urgent,
        secret=secret,
    )
    check(report)
    _check_class(report.case_class, at)
    check_key(idempotency_key)
    if idempotency_key is None:
        return _write(report, None, by, at)
    found = _seen(report, idempotency_key)
    if found is not None:
        return found
    try:
        return _write(report, idempotency_key, by, at)
    except IntegrityError:
        # the same report came twice at the same moment and the other one was first
        found = _seen(report, idempotency_key)
        if found is None:
            raise
        return found


def tidied(
    *,
    channel: Channel,
    text: str,
    case_class: CaseClass | None = None,
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    area_id: int | None = None,
    photos: Photos = (),
    contact_name: str = "",
    contact_phone: str = "",
    urgent: bool = False,
    secret: bool = False,
) -> Report:
    """What was handed in, as it is kept."""
    return Report(
        Channel(channel),
        _tidy(text),
        case_class,
        lon,
        lat,
        _tidy(address),
        area_id,
        photos,
        _tidy(contact_name),
        _tidy(contact_phone),
        urgent or (case_class is not None and case_class.priority == Priority.EMERGENCY),
        secret,
    )


def _tidy(text: str) -> str:
    """PostgreSQL keeps no NUL; line ends are one sign."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def check(report: Report) -> None:
    if not report.text and not report.photos:
        raise Refused("report_is_empty", _("Please say what happened, or add a photo."))
    if len(report.text) > rules.TEXT_MAX:
        raise Refused(
            "text_too_long", _("The text is longer than %(most)s characters.") % {"most": rules.TEXT_MAX}
        )
    if len(report.address) > rules.ADDRESS_MAX:
        raise Refused("address_too_long", _("The address is too long."), most=rules.ADDRESS_MAX)
    if len(report.photos) > rules.PHOTOS_MAX:
        raise Refused("too_many_photos", _("At most %(photos)s files.") % {"photos": rules.PHOTOS_MAX})


def check_key(key: str | None) -> None:
    if key is not None and (not 0 < len(key) <= KEY_MAX or "\x00" in key):
        words = _("The key of a report has 1 to %(most)s characters.")
        raise Refused("bad_idempotency_key", words % {"most": KEY_MAX})


def _check_class(case_class: CaseClass | None, at: datetime) -> None:
    """A class of a version that has ended, or was never published, is not given to new cases.

    Before the first version the next one counts, as for limits: history that is read in gets today's words.
    """
    if case_class is None:
        return
    if not in_force(case_class.version_id, timezone.localdate(at)):
        raise class_not_in_force(case_class)


_IN_FORCE = """
SELECT 1 FROM cases_catalogversion v WHERE v.id = $1::bigint AND v.status = 'published' AND (
    v.valid_from <= $2::date AND (v.valid_to IS NULL OR v.valid_to > $2::date)
    OR v.valid_from > $2::date AND NOT EXISTS (
        SELECT FROM cases_catalogversion other
        WHERE other.scheme_id = v.scheme_id AND other.status = 'published' AND other.valid_from <= $2::date
            AND (other.valid_to IS NULL OR other.valid_to > $2::date)))
"""


def in_force(version_id: int, day: date) -> bool:
    """Valid on the day; before the first version of its scheme, one that is to come: history that is read in."""
    return bool(ask(_IN_FORCE, [str(version_id), day.isoformat()]))


def class_not_in_force(case_class: CaseClass) -> Refused:
    return Refused("class_not_in_force", _("This class is not in force."), code=case_class.code)


def _seen(report: Report, key: str) -> Case | None:
    """The case this key has already made; refused when it was made of something else."""
    found = ask(_OF_KEY, [report.channel.value, key])
    if not found:
        return None
    pk, digest = found[0]
    if digest != report.digest:
        raise used_key(key)
    return Case.objects.get(pk=pk)


_OF_KEY = "SELECT id, digest FROM cases_case WHERE channel = $1::varchar AND source_key = $2::varchar"


def used_key(key: str) -> Refused:
    words = _("This form was sent before with other content. Please open a new one.")
    return Refused("key_used_for_another_report", words, key=key)


@transaction.atomic
@gathering()
def _write(report: Report, key: str | None, by: Actor, at: datetime) -> Case:
    place = place_of(report.lon, report.lat, report.address, report.area_id)
    require_report_here(by, place.path)
    by_class = report.case_class is not None and report.case_class.priority == Priority.EMERGENCY
    if report.urgent and not by_class:
        require(by, ALARM, path=place.path)
    case = new_row(report, place, key, at)
    if needs_no_verification(report, place, by):
        case.state, case.level = State.VERIFIED, rules.Level.STREET
    _begin(case, by, at)
    with foreseen(*next_asked(case, at), *clock_asked(case, at)):
        holder = next_holder(case, at)
        case.holder_org, case.holder_user_id = holder.org, holder.user_id
        taken = Taken(Verb.OPEN, by, at, photos=report.photos)
        draft = drafted(case, taken, before="", details={"report": report_hash(case)}, to=holder.name)
    written(case, draft, new=True)
    announce(CaseOpened(case.pk), path=case.area_path)
    tell_next(case, at)
    if case.urgent:
        tell_leaders(case, at)
    return case


def needs_no_verification(report: Report, place: Place, by: Actor) -> bool:
    """Somebody whose work it is saw it, the class does not ask for it, or there is no time."""
    if report.urgent or (report.case_class is not None and not report.case_class.verify_needed):
        return True
    return report.channel in SEEN_BY_STAFF and by.scope(VERIFY).covers(place.path)


_BEGIN = f"""
SELECT nextval('cases_serial'), nextval('{sequence_of(Case)}'), nextval('{sequence_of(Step)}'),
    nextval('{sequence_of(StageClock)}'), post.kind, post.organisation_id, post.name, {GRID.of("grid")}
FROM (SELECT $1::bigint AS user_id, $3::bigint AS grid_id) given
LEFT JOIN LATERAL ({POST.format(user="given.user_id", day="$2")}) post ON true
LEFT JOIN places_area grid ON grid.id = given.grid_id
"""


def _begin(case: Case, by: Actor, at: datetime) -> None:
    """Number and ids, the grid, and who acts: all that a new case asks of the database before it is written."""
    day = timezone.localdate(at)
    user_id = str(by.pk) if isinstance(by, User) else None
    grid_id = str(case.grid_id) if case.grid_id else None
    (found,) = ask(_BEGIN, [user_id, day.isoformat(), grid_id])
    serial, case.pk, step_id, clock_id, *post = found[:7]
    case.number = rules.case_number(PREFIX, day, serial)
    case.grid = GRID.made_or_none(found[7:])
    stand(case, Standing(0, first_hash(case.number), None, post_in_words(*post), {}, [step_id], [clock_id]))


def new_row(report: Report, place: Place, key: str | None, at: datetime) -> Case:
    anonymous = not (report.contact_name or report.contact_phone)
    return Case(
        follow_code="".join(secrets.choice(rules.CODE_LETTERS) for _place in range(rules.CODE_LENGTH)),
        channel=report.channel,
        source_key=key,
        digest=report.digest,
        case_class=report.case_class,
        text=report.text,
        address=report.address or place.address,
        point=Point(place.lon, place.lat, srid=CGCS2000) if place.lon is not None else None,
        grid_id=place.grid_id,
        community_id=place.community_id,
        street_id=place.street_id,
        area_path=place.path,
        state=State.REPORTED,
        level=rules.Level.GRID,
        reporter_name=report.contact_name or None,
        reporter_phone=report.contact_phone or None,
        reporter_phone_index=_phone_index(report.contact_phone),
        anonymous=anonymous,
        urgent=report.urgent,
        secret=report.secret,
        opened_at=at,
        stepped_at=at,
    )


def _phone_index(phone: str) -> str:
    """Empty for words without a digit in them ("none"): there is nothing to look up by."""
    try:
        return blind_index(phone, "phone") if phone else ""
    except ValueError:
        return ""
