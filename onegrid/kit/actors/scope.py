"""A scope: the part of the tree, and of the organisations, that somebody may see or act on.

Paths are those of a tree whose nodes carry `path` such as "1.23.456."; everything below a node is one range of
strings under COLLATE "C", so a scope is a handful of index ranges.
"""

from dataclasses import dataclass

from django.db.models import Q


def path_range(path: str) -> tuple[str, str]:
    """[from, to) of all paths at or below `path`, which ends with a dot ("/" is the next character after ".")."""
    return path, path[:-1] + "/"


@dataclass(frozen=True)
class Reach:
    """One grant's reach: a subtree and/or one organisation; both given means both must fit."""

    path: str | None = None
    org_id: int | None = None

    def covers(self, path: str | None, org_id: int | None) -> bool:
        in_area = self.path is None or (path or "").startswith(self.path)
        in_org = self.org_id is None or self.org_id == org_id
        return in_area and in_org


@dataclass(frozen=True)
class Scope:
    """Any of the reaches. No reach at all covers nothing."""

    reaches: tuple[Reach, ...] = ()

    def covers(self, path: str | None = None, org_id: int | None = None) -> bool:
        return any(reach.covers(path, org_id) for reach in self.reaches)

    def q(self, path_field: str = "area_path", org_field: str | None = None) -> Q:
        """As a filter. A reach by organisation finds nothing in tables that have no `org_field`."""
        found = Q(pk__in=[])
        for reach in self.reaches:
            if reach.org_id is not None and org_field is None:
                continue
            part = Q()
            if reach.path is not None:
                low, high = path_range(reach.path)
                part &= Q(**{f"{path_field}__gte": low, f"{path_field}__lt": high})
            if reach.org_id is not None:
                part &= Q(**{str(org_field): reach.org_id})
            if not part:
                return Q()
            found |= part
        return found


EVERYTHING = Scope((Reach(),))
NOTHING = Scope()
