"""Permission codes of calendars. Everybody may read one: limits are public."""

EDIT = "calendars.edit"
