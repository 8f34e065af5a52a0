"""What notices announce."""

from dataclasses import dataclass

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class NoticeWritten(Fact):
    """A line was put into somebody's inbox."""

    notice_id: int
    recipient_id: int
