"""What organisations announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class OrganisationOpened(Fact):
    """A new organisation may hold work and employ people."""

    organisation_id: int
    seen_with: ClassVar[str | None] = "orgs.see"


@dataclass(frozen=True)
class OrganisationClosed(Fact):
    """It takes no more work and no more people."""

    organisation_id: int
    seen_with: ClassVar[str | None] = "orgs.see"


@dataclass(frozen=True)
class OrganisationChanged(Fact):
    """Its name, its public phone, or what it hangs below."""

    organisation_id: int
    seen_with: ClassVar[str | None] = "orgs.see"
