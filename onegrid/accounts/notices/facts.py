"""What notices announce."""

from dataclasses import dataclass
from typing import ClassVar

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class NoticeWritten(Fact):
    """A line was put into somebody's inbox. Only that person's screens hear of it."""

    personal: ClassVar[bool] = True
    notice_id: int
    recipient_id: int

    def seen_only_by(self) -> str:
        return f"user:{self.recipient_id}"  # accounts.User.actor_key
