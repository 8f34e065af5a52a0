"""A scope as a condition in hand-written SQL: the same meaning as `Scope.q`."""

from typing import Any

from onegrid.kit.actors.scope import Scope, path_range


def scope_condition(
    scope: Scope, path_column: str = "area_path", org_column: str | None = None
) -> tuple[str, dict[str, Any]]:
    """(condition, its named parameters). A reach by organisation finds nothing where there is no `org_column`."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    for number, reach in enumerate(scope.reaches):
        if reach.org_id is not None and org_column is None:
            continue
        both: list[str] = []
        if reach.path is not None:
            low, high = f"scope_low_{number}", f"scope_high_{number}"
            values[low], values[high] = path_range(reach.path)
            both.append(f"{path_column} >= %({low})s AND {path_column} < %({high})s")
        if reach.org_id is not None:
            values[f"scope_org_{number}"] = reach.org_id
            both.append(f"{org_column} = %(scope_org_{number})s")
        parts.append(" AND ".join(both) or "true")
    return f"({' OR '.join(f'({part})' for part in parts) or 'false'})", values
