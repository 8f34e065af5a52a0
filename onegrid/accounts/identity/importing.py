"""A list of people from a file: rows of texts become people to take on, or complaints in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from onegrid.accounts.identity.actions.engaging import MOST_AT_ONCE, NewPerson
from onegrid.accounts.identity.models import Role, User
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area

# what a column is called, in the order of the template; the first three and the two after the phone are needed
COLUMNS = {
    "username": gettext_lazy("Sign-in name"),
    "display_name": gettext_lazy("Name of the person"),
    "phone": gettext_lazy("Private phone"),
    "organisation": gettext_lazy("Code of the organisation"),
    "post": gettext_lazy("Post"),
    "area": gettext_lazy("Code of the area"),
    "role": gettext_lazy("Role"),
}
NEEDED = ("username", "display_name", "organisation", "post")
LANGUAGES = ("zh-hans", "en")


@dataclass
class Line:
    """One row: what was written, who it would be (None while something is wrong), and what is wrong."""

    texts: dict[str, str]
    person: NewPerson | None = None
    wrong: list[str] = field(default_factory=list)


def read_lines(rows: Sequence[Sequence[str]]) -> list[Line]:
    """Rows under their header as lines. Refused: columns_missing, too_many_people, nobody_to_take_on."""
    names = _columns(rows[0] if rows else [])
    missing = [str(COLUMNS[key]) for key in NEEDED if key not in names]
    if missing:
        words = _("The first row must name the columns. Missing: %(names)s.")
        raise Refused("columns_missing", words % {"names": ", ".join(missing)})
    if len(rows) == 1:
        raise Refused("nobody_to_take_on", _("There is nobody in the list."))
    if len(rows) - 1 > MOST_AT_ONCE:
        words = _("At most %(most)s people at once: divide the list.")
        raise Refused("too_many_people", words % {"most": MOST_AT_ONCE})
    return [
        Line({key: row[place] if place < len(row) else "" for key, place in names.items()})
        for row in rows[1:]
    ]


def checked(
    lines: Sequence[Line], *, organisations: Sequence[Organisation], areas: Sequence[Area]
) -> list[Line]:
    """The same lines with people or complaints. `organisations`, `areas`: those that the reader may staff."""
    units, places = {unit.code: unit for unit in organisations}, {area.code: area for area in areas}
    posts, roles = _words_of_posts(), _words_of_roles()
    names = [line.texts.get("username", "").casefold() for line in lines]
    taken = _taken(names)
    for line, name in zip(lines, names, strict=True):
        line.wrong, line.person = [], None
        said = {key: line.texts.get(key, "") for key in COLUMNS}
        unit, place = units.get(said["organisation"]), places.get(said["area"])
        post, role = posts.get(said["post"].casefold()), roles.get(said["role"].casefold())
        _complain(line, not name or not said["display_name"], _("A sign-in name and a name are needed."))
        _complain(line, " " in name, _("A sign-in name has no spaces."))
        _complain(line, bool(name) and names.count(name) > 1, _("The sign-in name stands there twice."))
        _complain(line, name in taken, _("This sign-in name is taken."))
        _complain(line, unit is None, _("There is no such organisation in your reach."))
        _complain(line, post is None, _("There is no such post."))
        _complain(line, bool(said["area"]) and place is None, _("There is no such area in your reach."))
        _complain(line, bool(said["role"]) and role is None, _("There is no such role."))
        _complain(line, not _is_phone(said["phone"]), _("This is not a phone number."))
        if not line.wrong and unit is not None and post is not None:
            line.person = NewPerson(
                username=said["username"],
                display_name=said["display_name"],
                organisation=unit,
                post=post,
                role_code=role or "",
                area=place,
                phone=said["phone"],
            )
    return list(lines)


def _complain(line: Line, wrong: bool, words: str) -> None:
    if wrong:
        line.wrong.append(words)


def _columns(header: Sequence[str]) -> dict[str, int]:
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            known |= {str(words).casefold(): key for key, words in COLUMNS.items()}
    return {known[text.casefold()]: place for place, text in enumerate(header) if text.casefold() in known}


def _words_of_posts() -> dict[str, PostKind]:
    found = {kind.value: kind for kind in PostKind}
    for language in LANGUAGES:
        with override(language):
            found |= {str(kind.label).casefold(): kind for kind in PostKind}
    return found


def _words_of_roles() -> dict[str, str]:
    found: dict[str, str] = {}
    for role in Role.objects.all():
        found |= {word.casefold(): role.code for word in (role.code, role.name, role.name_en)}
    return found


def _taken(names: Sequence[str]) -> set[str]:
    """Of these sign-in names, in small letters, those that somebody has."""
    found = User.objects.annotate(small=Lower("username")).filter(small__in=set(names))
    return set(found.values_list("small", flat=True))


def _is_phone(text: str) -> bool:
    try:
        return not text or bool(blind_index(text, "phone"))
    except ValueError:
        return False
