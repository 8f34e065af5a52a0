"""The role table as it is shipped: roles.yaml, read and checked."""

from dataclasses import dataclass
from pathlib import Path

import yaml

TABLE = Path(__file__).with_name("roles.yaml")


@dataclass(frozen=True)
class ShippedRole:
    code: str
    name: str
    name_en: str
    permissions: tuple[str, ...]


@dataclass(frozen=True)
class RoleTable:
    """`permissions`: code → (Chinese, English) name. Every permission of a role is one of them."""

    permissions: dict[str, tuple[str, str]]
    roles: tuple[ShippedRole, ...]


def role_table(path: Path = TABLE) -> RoleTable:
    """Raises ValueError when a role names a permission that the table does not list."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    permissions = {code: (names[0], names[1]) for code, names in raw["permissions"].items()}
    roles = tuple(
        ShippedRole(code, row["name"], row["name_en"], tuple(row["permissions"]))
        for code, row in raw["roles"].items()
    )
    for role in roles:
        unknown = set(role.permissions) - set(permissions)
        if unknown:
            raise ValueError(f"{path.name}: role {role.code} names unknown permissions {sorted(unknown)}")
    return RoleTable(permissions, roles)
