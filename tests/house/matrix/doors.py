"""Every address of the site by what it is about and what it gives, and which walk goes through it.

    python -m tests.house.matrix.doors      # writes docs/doors.md anew

Made from the URLconf, which holds the paths of both JSON interfaces too. A new address that is about nothing
known, or that no walk takes, fails tests/house/test_doors.py.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "doors.md"

# The first that fits says what an address is about.
NOUNS: list[tuple[str, str]] = [
    (
        r"health:|ui:|set_language|operator:(gallery|health|start)|worker:(service_worker|manifest|offline|now|outbox)"
        r"|\w+:(openapi-json|api-root)|open311:discovery|resident:home",
        "the site itself",
    ),
    (r"account_|mfa_|usersessions_|staff:(account|end_session)|resident:sign_", "signing in"),
    (r"api:caller|operator:clients", "applications"),
    (r"connectors:|operator:connector", "connected systems"),
    (r"open311:", "Open311"),
    (r"staff:(inbox|notice)|operator:outbox", "notices"),
    (r"\w+:portrait", "portraits"),
    (r"\w+:(\w+_)?whistle|command:blow", "whistles"),
    (r"\w+:(\w+_)?path", "matters along a way"),
    (r"\w+:(catalog|case_class|suggest_class|report_kinds)", "catalogue"),
    (r"\w+:measures", "measures"),
    (r"\w+:score", "scores"),
    (r"\w+:brief", "briefs"),
    (r"\w+:(instruction|errand)", "instructions"),
    (r"\w+:(data|mine)", "own data"),
    (
        r"desk:hall_|\w+:(list_)?(bulletin|activit|answers?($|_detail)|ask$|own_place|own_question)",
        "boards of the hall",
    ),
    (r"\w+:patrol", "patrols"),
    (r"\w+:visit", "visits of households"),
    (r"\w+:(thing|facilit|record_file)", "things and facilities"),
    (r"\w+:cut", "cuts of supply"),
    (r"\w+:(compound|building|owners|committee|member|vote|ballot|voted)", "compounds and owners"),
    (r"\w+:(establishment|firm)", "establishments"),
    (r"operator:org|api:(organisations|party_branches)", "units"),
    (r"operator:(people|person)|command:people|desk:on_duty", "people"),
    (r"operator:(dut|leave)|worker:(duty|sign_|position|record)|\w+:who|api:area_phones", "duties"),
    (r"\w+:calendar", "calendars"),
    (r"\w+:(address|nearest_address|report_places)", "addresses"),
    (r"\w+:(area|areas_\w+|list_areas|unit_grid_tile|base_tile|map|map_card)(_|$)", "areas and map"),
    (r"property:repair", "repairs"),
    (
        r"desk:(queue|export|together|save_filter|change_filter|new|new_live|case|beside|offers|board|board_send"
        r"|board_back|ticket|tickets|way|contact|release_helper|merge|unmerge|photo|act)$"
        r"|api:(list_cases|open_case|one_case|case_\w+|draw_path)$"
        r"|worker:(tasks|route|emergency|report|task|photo|act)$|staff:home$"
        r"|command:(screen|now|points|replay|case|act)$|oversee:(today|matters|groups|ranks|press)$"
        r"|resident:(report|follow|case|withdraw|rate|note|leave|receipt|receipt_picture|photo|near)$",
        "cases",
    ),
]  # fmt: skip
PLACES = {"x", "y", "z"}
FREE = {"form", "fmt", "kind"} | PLACES  # of an address: what is asked for, not which record
KINDS = ("list", "search", "export", "map", "count", "file", "record", "deed")
MAPS = re.compile(
    r"_tile$|:(map|map_card|points|replay|route|near|people|things_near|nearest_address|areas_at|addresses)$"
)
EXPORTS = re.compile(r"export|template|_pdf$|:tickets?$|download")
FILES = re.compile(r"photo$|portrait|_file$|receipt_picture|manifest|service_worker|_code$")
COUNTS = re.compile(
    r":(home|inbox|inbox_news|board|screen|now|today|groups|ranks|matters|tasks|measures|measures_list|queue|health"
    r"|whistle_rates|scores|duties|metrics|area_card|map_card|mine|connectors|facilities|patrol_plans)$"
)
SEARCHES = {
    "api:list_cases", "api:addresses", "api:case_classes", "api:establishments", "api:list_areas", "api:list_answers",
    "desk:queue", "desk:export", "desk:catalog", "desk:catalog_rules", "oversee:matters", "oversee:instructions",
    "oversee:instructions_export", "operator:orgs", "operator:orgs_export", "operator:people",
    "operator:people_export", "operator:firms", "operator:area_tree",
    "operator:area_export", "operator:compounds", "operator:compound_new",
    "operator:things", "operator:addresses", "worker:patrol_places", "worker:patrol_place_new", "resident:answers",
    "resident:report_places", "resident:report_kinds", "open311:requests_", "operator:duties", "desk:paths",
}  # fmt: skip
# Records that everybody who is signed in, or has the right, may read wherever they are: why.
OPEN_RECORDS = {
    "catalogue": "the catalogue is one for all streets",
    "whistles": "the kinds of whistles are one edition for all",
    "scores": "the rules of scores are the same for all and may be read by whom they judge",
    "areas and map": "areas are published",
}
# Lists that need no walk beside that of roles: why.
OWN_LISTS = {
    "signing in": "one's own account",
    "the site itself": "nothing of a street",
    "own data": "opened by a code to one's own phone (tests/hall)",
}


@dataclass(frozen=True)
class Door:
    name: str
    noun: str
    kinds: frozenset[str]
    record: bool


def noun_of(name: str) -> str | None:
    return next((noun for pattern, noun in NOUNS if re.match(pattern, name)), None)


def kinds_of(name: str, args: set[str], post: bool) -> frozenset[str]:
    found = {"deed"} if post else {"record"} if args - FREE else {"list"}
    for kind, pattern in (("map", MAPS), ("export", EXPORTS), ("file", FILES), ("count", COUNTS)):
        if pattern.search(name) and not post:
            found.add(kind)
    return frozenset(found | ({"search"} if name in SEARCHES else set()))


# What follows needs Django's models, which are there once it is set up: not while this file is read as a command.
def doors() -> Iterator[Door]:
    from tests.house.matrix.table import MATRIX  # noqa: PLC0415  as above
    from tests.house.matrix.walking import every_address  # noqa: PLC0415  as above

    for name, pattern in every_address():
        given = pattern.pattern
        args = set(given.converters) | set(getattr(given, "regex", re.compile("")).groupindex)
        rows = MATRIX.get(name, [])
        post = bool(rows) and all(row.post is not None for row in rows)
        yield Door(name, noun_of(name) or "", kinds_of(name, args, post), bool(args - FREE))


def walks_of(door: Door) -> list[str]:
    """Which walks go through it, by what decides it in them."""
    from tests.house.matrix.table import MATRIX  # noqa: PLC0415  as above
    from tests.security.other_streets import OPEN_TO_ALL  # noqa: PLC0415  as above

    rows = MATRIX.get(door.name, [])
    found = ["roles"] if rows else []
    if any(row.public for row in rows):
        return [*found, "public"]
    if door.record:
        guessed = any(row.within is not None for row in rows)
        return found + (["guessed"] if guessed else ["open"] if door.noun in OPEN_RECORDS else [])
    if any(row.post is None for row in rows):
        return found + (["open"] if door.name in OPEN_TO_ALL or door.noun in OWN_LISTS else ["seeps"])
    return found + (["sent"] if rows else [])


HEAD = """# Doors: what each part of the site gives, and which walk goes through it

Made by `python -m tests.house.matrix.doors` from the URLconf, both JSON interfaces included;
`tests/house/test_doors.py` fails on an address that is about nothing here, or that no walk takes.
● there is such an address, – there is none.

* **Every address**: each role and nobody, own and other street, GET or POST as it takes
  (`tests/house/test_matrix_*.py`); a form of another site, hostile input (`tests/security/test_walks.py`).
* **List, search, export, map, count**: asked by street B, plain and with filters and words of street A, before and
  after everything happened once more in A, byte for byte; choices of filters lie in the page, so they are compared
  too. Filters by records of A against numbers never given (`other_streets.py`, `naming.py`).
* **Record, file, deed**: by the id of A's record and by one that does not exist: same status, same body, as many
  statements (`other_streets.py`). What is named inside a body or form: `naming.py`. Files taken: `uploads.py`.

"""


def drawn() -> str:
    found: dict[str, set[str]] = {noun: set() for _pattern, noun in NOUNS}
    for door in doors():
        if door.noun:
            found[door.noun] |= door.kinds
    lines = [f"| about | {' | '.join(KINDS)} |", f"|---|{'---|' * len(KINDS)}"]
    for noun in sorted(found):
        lines.append(f"| {noun} | {' | '.join('●' if kind in found[noun] else '–' for kind in KINDS)} |")
    open_ = [f"* {noun}: {why}." for noun, why in sorted((OPEN_RECORDS | OWN_LISTS).items())]
    return (
        HEAD + "\n".join(lines) + "\n\n## Open to more than one street, and why\n" + "\n".join(open_) + "\n"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    import django

    django.setup()
    PAGE.write_text(drawn())
