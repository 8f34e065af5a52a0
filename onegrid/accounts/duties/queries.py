"""Who answers for which grid."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.duties.models import Duty, DutyRole, HandOver, Leave
from onegrid.accounts.duties.rules import Answer, Level, Shift, Turn, answering, goes_there
from onegrid.accounts.identity.models import Posting, User
from onegrid.accounts.identity.posts import PostKind
from onegrid.kit.actors import Actor, require
from onegrid.kit.actors.scope import path_range
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.statements import Question, ask
from onegrid.places.addresses.kinds import AddressKind
from onegrid.places.addresses.models import Address
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area

WHY: dict[str, Promise] = {
    "main_on_shift": _("Main, on shift"),
    "covering": _("Covering for somebody on leave"),
    "deputy": _("Deputy"),
    "head_of_grid": _("Head of grid"),
    "station_on_duty": _("Community station on duty"),
    "centre_on_duty": _("Street centre on duty"),
    "off_shift": _("Responsible, off shift"),
    "serving": _("Serves above the grid"),
    "on_leave": _("On leave, nobody else serves"),
}

# Posts that may be asked to answer when no duty is arranged, nearest to the ground first. Volunteers, building
# captains, property firms and departments help a grid but do not answer for it.
ANSWERING_POSTS = (
    PostKind.GRID_WORKER,
    PostKind.DEPUTY,
    PostKind.GRID_HEAD,
    PostKind.INSTRUCTOR,
    PostKind.ASSISTANT,
    PostKind.COMMUNITY_CLERK,
    PostKind.SHIFT_LEADER,
    PostKind.CLERK,
    PostKind.DISPATCHER,
    PostKind.LEADER,
)
_POST_RANK = {kind.value: rank for rank, kind in enumerate(ANSWERING_POSTS)}


@dataclass(frozen=True)
class OnDuty:
    """A person who answers. `post` is for people, `why` a code of `WHY`; `public_phone` is the work phone."""

    user_id: int
    name: str
    post: str
    why: str
    covering_for: str = ""
    public_phone: str = ""

    @property
    def reason(self) -> str:
        return str(WHY[self.why])


def on_duty(grid_id: int, at: datetime) -> list[OnDuty]:
    """Who answers for the grid at `at`: the first one does, the others stand behind.

    Everybody on shift; when nobody is, those who may be called in. Never empty while anybody serves at the grid or
    above it (rules.answering). An unknown grid gives an empty list.
    """
    roster = Roster([grid_id], at)
    answers = list(roster.answers(grid_id))
    on_shift = [answer for answer in answers if answer.on_shift]
    return [roster.person(answer) for answer in on_shift or answers]


def responsible(grid_ids: Iterable[int], at: datetime, *, on_site: bool = False) -> dict[int, OnDuty]:
    """grid id → who answers at `at`; grids for which nobody serves are missing. One query for any number.

    `on_site`: who has what is to be done there (rules.goes_there), also while nobody of the grid is on shift.
    """
    wanted = list(dict.fromkeys(grid_ids))
    roster = Roster(wanted, at)
    found = {}
    for grid_id in wanted:
        answers = roster.answers(grid_id)
        answer = goes_there(answers) if on_site else next(answers, None)
        if answer is not None:
            found[grid_id] = roster.person(answer)
    return found


def who_answers_in(
    *, area_id: int, at: datetime, viewer: Actor
) -> tuple[Area, list[tuple[Area, OnDuty | None]]]:
    """The area, and each open grid in it with the person who answers at `at`, by code. NotFound out of reach."""
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require(viewer, "duties.see", path=area.path)
    grids = list(
        Area.objects.below(area.path).valid_on(timezone.localdate(at)).filter(kind__in=GRIDS).order_by("code")
    )
    found = responsible([grid.pk for grid in grids], at)
    return area, [(grid, found.get(grid.pk)) for grid in grids]


@dataclass(frozen=True)
class GridCard:
    """What the map shows of an area: households (rooms with an address; None where not counted), who answers."""

    area: Area
    households: int | None
    on_duty: list[OnDuty]
    with_reasons: bool


def grid_card(*, area_id: int, at: datetime, viewer: Actor) -> GridCard:
    """Public by law: a grid's name, borders, worker and work phone are published (Binzhou 2021 Art. 6).

    Nothing else is for visitors: with "duties.see" there one also learns who stands behind the first one, and why
    somebody answers (a leave is the person's own affair). Private phones: `actions.reveal_phones`. Raises NotFound.
    """
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    people, sees_all = on_duty(area.pk, at), viewer.scope("duties.see").covers(area.path)
    return GridCard(area, _households(area), people if sees_all else people[:1], sees_all)


def _households(area: Area) -> int | None:
    """None above communities: counting a whole city for everybody who asks would cost too much."""
    if area.kind not in (AreaKind.COMMUNITY, *GRIDS):
        return None
    low, high = path_range(area.path)
    rooms = Address.objects.filter(kind=AddressKind.ROOM, valid_to=None)
    return rooms.filter(area_path__gte=low, area_path__lt=high).count()


def duties_of(user: User, at: datetime) -> list[Duty]:
    """Duties of one person in force, with their areas."""
    return list(
        Duty.objects.valid_at(at)
        .filter(user=user)
        .select_related("area")
        .defer("area__boundary")
        .order_by("role", "area__code")
    )


def leaves_of(user: User, at: datetime) -> list[Leave]:
    """Leaves of one person that run or are to come, the first one first."""
    rows = Leave.objects.filter(user=user, cancelled_at=None, ends_at__gt=at)
    return list(rows.select_related("cover").order_by("starts_at"))


def leaves_in_reach(*, viewer: Actor, at: datetime) -> QuerySet[Leave]:
    """Leaves that run or are to come, of people with a duty in the viewer's reach ("duties.see")."""
    scope = viewer.scope("duties.see")
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what="duties.see")
    theirs = Duty.objects.filter(scope.q("area__path")).filter(Q(ends_at=None) | Q(ends_at__gt=at))
    rows = Leave.objects.filter(user__in=theirs.values("user"), cancelled_at=None, ends_at__gt=at)
    return rows.select_related("user", "cover").order_by("starts_at", "pk")


def hand_overs(area: Area, *, limit: int = 20) -> list[HandOver]:
    """The newest hand-overs of an area."""
    rows = HandOver.objects.filter(area=area).select_related("from_user", "to_user")
    return list(rows.order_by("-at")[:limit])


AT_WORK_MOST = 400  # posts read for all units of a board


def at_work(org_ids: Iterable[int], at: datetime) -> dict[int, list[str]]:
    """organisation id → names of those who hold a post there today and are not on leave. Two queries; for a caller
    who dispatches to these units and so may know who is there."""
    posts = Posting.objects.serving_on(timezone.localdate(at)).filter(organisation__in=list(org_ids))
    rows = list(
        posts.order_by("organisation_id", "id").values_list(
            "organisation_id", "user_id", "user__display_name"
        )[:AT_WORK_MOST]
    )
    away = Leave.objects.filter(cancelled_at=None, starts_at__lte=at, ends_at__gt=at)
    gone = set(away.filter(user__in={user for _org, user, _name in rows}).values_list("user_id", flat=True))
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for org, user, name in rows:
        if user not in gone:
            found[org][user] = name
    return {org: list(names.values()) for org, names in found.items()}


# The roster is read at every intake and every step of a case: as one prepared statement. Who is in force is said as
# in DutyQuerySet and PostingQuerySet. Each row says with its first column of what it is one.
_WAY, _LEAVE, _TURN, _SERVES = range(4)
_ROSTER = f"""
WITH RECURSIVE way AS MATERIALIZED (SELECT id, path FROM places_area WHERE id = ANY($1::bigint[])),
areas AS MATERIALIZED (
    SELECT DISTINCT step::bigint AS id FROM way, unnest(string_to_array(rtrim(path, '.'), '.')) step
),
concerned (user_id) AS (
    SELECT duty.user_id FROM accounts_duty duty
    WHERE duty.area_id = ANY(ARRAY(SELECT id FROM areas))
        AND duty.starts_at <= $2::timestamptz AND (duty.ends_at IS NULL OR duty.ends_at > $2::timestamptz)
    UNION
    SELECT posting.user_id FROM accounts_posting posting
    WHERE posting.area_id = ANY(ARRAY(SELECT id FROM areas))
        AND posting.valid_from <= $3::date AND (posting.valid_to IS NULL OR posting.valid_to > $3::date)
    UNION
    SELECT leave.cover_id FROM accounts_leave leave JOIN concerned ON concerned.user_id = leave.user_id
    WHERE leave.cover_id IS NOT NULL
        AND leave.starts_at <= $2::timestamptz AND leave.ends_at > $2::timestamptz
        AND leave.cancelled_at IS NULL
),
away AS MATERIALIZED (
    SELECT leave.id, leave.user_id, person.display_name, leave.cover_id, cover.display_name AS cover_name,
        coalesce(cover.is_active AND cover.left_at IS NULL, false) AS serves
    FROM concerned
    JOIN accounts_leave leave ON leave.user_id = concerned.user_id
    JOIN accounts_user person ON person.id = leave.user_id
    LEFT JOIN accounts_user cover ON cover.id = leave.cover_id
    WHERE leave.starts_at <= $2::timestamptz AND leave.ends_at > $2::timestamptz
        AND leave.cancelled_at IS NULL
)
SELECT {_WAY} AS what, id, id AS area_id, NULL::bigint AS user_id, path AS name, NULL AS kind, NULL AS post,
    NULL AS phone, NULL::smallint[] AS weekdays, NULL::time AS from_time, NULL::time AS to_time,
    NULL::bigint AS cover_id, NULL::boolean AS serves
FROM way
UNION ALL
SELECT {_LEAVE}, id, NULL, user_id, display_name, cover_name, NULL, NULL, NULL, NULL, NULL, cover_id, serves
FROM away
UNION ALL
SELECT {_TURN}, duty.id, duty.area_id, duty.user_id, person.display_name, duty.role, posting.kind,
    posting.public_phone, duty.weekdays, duty.from_time, duty.to_time, NULL, NULL
FROM accounts_duty duty
JOIN accounts_user person ON person.id = duty.user_id
LEFT JOIN accounts_posting posting ON posting.id = duty.posting_id
WHERE duty.area_id = ANY(ARRAY(SELECT id FROM areas))
    AND duty.starts_at <= $2::timestamptz AND (duty.ends_at IS NULL OR duty.ends_at > $2::timestamptz)
    AND person.is_active AND (person.left_at IS NULL OR person.left_at > $2::timestamptz)
UNION ALL
SELECT {_SERVES}, posting.id, posting.area_id, posting.user_id, person.display_name, posting.kind, NULL,
    posting.public_phone, NULL, NULL, NULL, NULL, NULL
FROM accounts_posting posting
JOIN accounts_user person ON person.id = posting.user_id
WHERE posting.valid_from <= $3::date AND (posting.valid_to IS NULL OR posting.valid_to > $3::date)
    AND person.is_active AND person.left_at IS NULL
    AND (posting.area_id = ANY(ARRAY(SELECT id FROM areas)) AND posting.kind = ANY($4::text[])
        OR posting.user_id = ANY(ARRAY(SELECT cover_id FROM away WHERE serves)))
ORDER BY 1, 2
"""
_ANSWERING = "{" + ",".join(kind.value for kind in ANSWERING_POSTS) + "}"


def roster_asked(grid_ids: Iterable[int], at: datetime) -> Question:
    """What `responsible` asks, for whoever asks more at once."""
    wanted = "{" + ",".join(str(int(pk)) for pk in grid_ids) + "}"
    return _ROSTER, [wanted, at.isoformat(), timezone.localdate(at).isoformat(), _ANSWERING]


class Roster:
    """Duties, leaves and posts of some grids and everything above them at one instant, read in one query."""

    def __init__(self, grid_ids: Sequence[int], at: datetime) -> None:
        self.local = timezone.localtime(at)
        self.day = self.local.date()
        rows: tuple[list[tuple], ...] = ([], [], [], [])
        for what, _id, *row in ask(*roster_asked(grid_ids, at)):
            rows[what].append(tuple(row))
        self.ways = {
            pk: [int(part) for part in reversed(path.split(".")[:-1])] for pk, _user, path, *_ in rows[_WAY]
        }
        self.names: dict[int, str] = {}
        self.posts: dict[int, tuple[PostKind | DutyRole, str]] = {}
        self.post_of_turn: dict[int, tuple[PostKind | DutyRole, str]] = {}
        self.away = self._away(rows[_LEAVE])
        self.turns = self._turns(rows[_TURN])
        self.serving = self._serving(rows[_SERVES])

    def answers(self, grid_id: int):
        levels = [Level(self.turns[area], self.serving[area]) for area in self.ways.get(grid_id, ())]
        return answering(levels, self.away, self.local)

    def person(self, answer: Answer) -> OnDuty:
        user_id = answer.user_id
        post, phone = self.posts.get(user_id, (None, ""))
        if answer.turn is not None and answer.covering is None:
            post, phone = self.post_of_turn.get(id(answer.turn), (post, phone))
        label = str(post.label) if post is not None else ""  # only of who is shown: a street has many posts
        covering = self.names.get(answer.covering, "") if answer.covering else ""
        return OnDuty(user_id, self.names[user_id], label, answer.why, covering, phone)

    def _away(self, rows: list[tuple]) -> dict[int, int | None]:
        """User id → who covers, of the people of these areas and their covers. Who has left covers nobody."""
        away: dict[int, int | None] = {}
        for _area, user_id, name, cover_name, *_shift, cover_id, serves in rows:
            self.names[user_id] = name
            if serves:
                self.names[cover_id] = cover_name
            if away.get(user_id) is None:
                away[user_id] = cover_id if serves else None
        return away

    def _turns(self, rows: list[tuple]) -> defaultdict[int, list[Turn]]:
        turns: defaultdict[int, list[Turn]] = defaultdict(list)
        shifts: dict[tuple, Shift] = {}
        for area_id, user_id, name, role, post, phone, weekdays, from_time, to_time, *_cover in rows:
            key = (tuple(weekdays), from_time, to_time)
            turn = Turn(user_id, role, shifts.setdefault(key, Shift(*key)))
            self.names[user_id] = name
            self.post_of_turn[id(turn)] = (PostKind(post) if post else DutyRole(role), phone or "")
            turns[area_id].append(turn)
        return turns

    def _serving(self, rows: list[tuple]) -> defaultdict[int, list[int]]:
        """Area id → users with a post that may answer, nearest to the ground first; posts of covers as well."""
        serving: defaultdict[int, list[int]] = defaultdict(list)
        for area_id, user_id, name, kind, _post, phone, *_shift in sorted(rows, key=_ground_first):
            self.names.setdefault(user_id, name)
            self.posts.setdefault(user_id, (PostKind(kind), phone))
            if area_id is not None and kind in _POST_RANK:
                serving[area_id].append(user_id)
        return serving


def _ground_first(row: tuple) -> int:
    return _POST_RANK.get(row[3], len(_POST_RANK))
