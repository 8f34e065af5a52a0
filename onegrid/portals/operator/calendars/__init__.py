"""Working calendars: the year, exceptions and hours in a draft, what it moves, publishing, history."""
