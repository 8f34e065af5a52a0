"""Reading organisations."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.kit.actors import Actor


@dataclass
class OrgNode:
    organisation: Organisation
    below: list["OrgNode"] = field(default_factory=list)


def organisations(*, viewer: Actor, kind: str | None = None) -> QuerySet[Organisation]:
    """Open organisations in the viewer's reach ("orgs.see"), by code."""
    found = Organisation.objects.filter(closed_on=None).filter(_in_scope(viewer)).select_related("area")
    return (found.filter(kind=kind) if kind else found).order_by("code")


def organisation_tree(*, viewer: Actor) -> list[OrgNode]:
    """The open organisations in reach as a forest, in one query; a node whose parent is out of reach is a root."""
    nodes = {row.pk: OrgNode(row) for row in organisations(viewer=viewer)}
    below: dict[int | None, list[OrgNode]] = defaultdict(list)
    for node in nodes.values():
        parent = node.organisation.parent_id
        below[parent if parent in nodes else None].append(node)
    for pk, node in nodes.items():
        node.below = below[pk]
    return below[None]


def units_serving(area_path: str, kinds: Collection[OrgKind]) -> list[Organisation]:
    """Open organisations of these kinds whose area holds the place, the nearest one first.

    `area_path`: of the grid or any other area; an organisation serves it when its own area lies on that path.
    """
    above = [int(part) for part in area_path.split(".")[:-1]]
    found = Organisation.objects.filter(closed_on=None, kind__in=list(kinds), area_id__in=above)
    return sorted(found.select_related("area"), key=lambda org: (-len(org.area.path), org.code))


def _in_scope(viewer: Actor) -> Q:
    return viewer.scope("orgs.see").q("area__path", "id")
