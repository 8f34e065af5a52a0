"""Who answers what people ask about their own data."""

from onegrid.cases.flow.access import PRIVACY

ANSWER = PRIVACY
