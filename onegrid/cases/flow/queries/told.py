"""What the reporter, and those who follow a matter, were told by phone; never to which number."""

from onegrid.accounts.notices.models import PhoneMessage
from onegrid.accounts.notices.queries import phones_told
from onegrid.cases.flow.queries import Story


def told_about(story: Story) -> list[PhoneMessage]:
    """The newest first, of a case that the viewer has read in scope. One query, by the key that `inform` writes."""
    return phones_told(about=f"case.{story.case.pk}.")
