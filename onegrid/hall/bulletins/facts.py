"""What is announced about bulletins."""

from dataclasses import dataclass

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class BulletinPublished(Fact):
    """Residents read it now."""

    bulletin_id: int
